package dev.muster.server.fuzz;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.ChainReview;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Issuer;
import dev.muster.pki.Path;
import dev.muster.pki.Pem;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The certificates of a peer: read, explained and judged, under an authority that did issue the undamaged ones. */
final class CertificateTarget implements FuzzTarget {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Chain CHAIN = Chain.create();

    private final ChainValidator validator = new ChainValidator();

    private record Chain(Certificate root, Certificate intermediate, Certificate leaf) {
        static Chain create() {
            InstantSource clock = InstantSource.fixed(NOW);
            SecureRandom random = new SecureRandom();
            KeyPair keys = keys();
            KeyPair intermediateKeys = keys();
            Certificate root = Issuer.selfSigned("Fuzz Root", keys, clock, random)
                    .issue(Issuer.Request.of(CertificateProfile.root(), "Fuzz Root", keys.getPublic()));
            Certificate intermediate = Issuer.of(root, keys.getPrivate(), clock, random)
                    .issue(Issuer.Request.of(
                            CertificateProfile.intermediate(0), "Fuzz Plant", intermediateKeys.getPublic()));
            Certificate leaf = Issuer.of(intermediate, intermediateKeys.getPrivate(), clock, random)
                    .issue(Issuer.Request.of(CertificateProfile.device(), "dev1", keys().getPublic()));
            return new Chain(root, intermediate, leaf);
        }

        private static KeyPair keys() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static String pem() {
        return Pem.write(CHAIN.leaf());
    }

    @Override
    public List<byte[]> samples() {
        return List.of(
                CHAIN.leaf().der(), CHAIN.intermediate().der(), CHAIN.root().der());
    }

    @Override
    public void take(byte[] input) {
        Certificate read;
        try {
            read = Certificate.parse(input);
        } catch (Refusal refusal) {
            return;
        }
        judge(List.of(read, CHAIN.intermediate()));
        judge(List.of(CHAIN.leaf(), read));
        review(List.of(read));
        review(List.of(CHAIN.leaf(), read, CHAIN.root()));
    }

    private void judge(List<Certificate> chain) {
        try {
            validator.validateLeaf(chain.getFirst(), NOW);
            Path path = validator.build(chain, _ -> List.of(CHAIN.root()));
            if (path.issuers().contains(CHAIN.root())) {
                validator.validate(path, CHAIN.root(), NOW);
            }
        } catch (Refusal refusal) {
            // As it should.
        }
    }

    private static void review(List<Certificate> chain) {
        try {
            ChainReview.of(chain, NOW);
        } catch (Refusal refusal) {
            // As it should.
        }
    }
}
