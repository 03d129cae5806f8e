package dev.muster.cli.bench;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What it costs to issue a certificate, beside the bare signature that it cannot do without, in this process. Counted
 * is this thread's CPU time, by turns, and of the rounds the one in the middle. For one thread.
 */
public final class IssueBenchmark {
    private static final int ROUNDS = 31;

    /** The just-in-time compiler takes tens of thousands of certificates until it is done. */
    private static final int WARM_UP = 100;

    private static final String COMMON_NAME = "device-000001";

    private final Consumer<String> progress;
    private final SecureRandom random = new SecureRandom();

    public IssueBenchmark(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * One kind of keys, of issuer and device alike, in microseconds of CPU for each.
     *
     * @param provider where the signatures come from
     * @param signature of a certificate's content, and nothing else
     * @param issuing from a device's name and key to the certificate: prepared, checked, signed, read again, compared
     * @param request reading a request and verifying its signature; not part of the issuing
     */
    public record Result(KeyAlgorithm keys, String provider, double signature, double issuing, double request) {
        public double ratio() {
            return issuing / signature;
        }

        public double signaturesPerSecond() {
            return 1e6 / signature;
        }

        public double certificatesPerSecond() {
            return 1e6 / issuing;
        }
    }

    /** Issuer and device have keys of this kind. */
    public Result measure(KeyAlgorithm algorithm) {
        progress.accept(algorithm.toString());
        KeyPair keys = algorithm.generate(random);
        Certificate own = Issuer.selfSigned("Bench CA", keys, InstantSource.system(), random)
                .issue(Issuer.Request.of(CertificateProfile.root(), "Bench CA", keys.getPublic()));
        Issuer issuer = Issuer.of(own, keys.getPrivate(), InstantSource.system(), random);
        byte[] request = Csr.of(COMMON_NAME, algorithm.generate(random)).der();
        Signer signer = new Signer(own.x509().getSigAlgName(), keys.getPrivate(), own.der());
        Csr[] requests = new Csr[count(algorithm)];
        double[] reading = new double[ROUNDS];
        double[] signing = new double[ROUNDS];
        double[] issuing = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            // Each certificate has a request of its own, since a key remembers its encoding.
            double read = Cpu.micros(requests.length, number -> requests[number] = Csr.parse(request));
            double signed = Cpu.micros(requests.length, _ -> signer.sign());
            double issued = Cpu.micros(requests.length, number -> issue(issuer, requests[number]));
            if (round >= 0) {
                reading[round] = read;
                signing[round] = signed;
                issuing[round] = issued;
            }
        }
        return new Result(
                algorithm,
                signer.sign().getProvider().getName(),
                Cpu.median(signing),
                Cpu.median(issuing),
                Cpu.median(reading));
    }

    /** How many in a round, so that each round takes some hundredths of a second. */
    private static int count(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case EC_P256 -> 500;
            case EC_P384 -> 100;
            case RSA_2048, RSA_3072, RSA_4096 -> 25;
        };
    }

    private static void issue(Issuer issuer, Csr request) {
        issuer.issue(Issuer.Request.of(CertificateProfile.device(), COMMON_NAME, request.key()));
    }

    /** Does what {@link Issuer} must do at the very least. */
    private record Signer(String algorithm, PrivateKey key, byte[] content) {
        Signature sign() {
            try {
                Signature signature = Signature.getInstance(algorithm);
                signature.initSign(key);
                signature.update(content);
                signature.sign();
                return signature;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a key that was just made does not sign", e);
            }
        }
    }
}
