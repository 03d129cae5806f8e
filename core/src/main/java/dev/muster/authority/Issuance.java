package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.Thumbprint;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Issues certificates to devices that have proved who they are. Safe for any number of threads. */
public final class Issuance implements CertificateIssuer {
    private final Authorities authorities;
    private final IssuedCertificates certificates;
    private final KeyVaults vaults;
    private final RevocationStatus revocations;
    private final Function<Certificate, Issuer.Pointers> pointers;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<Certificate, Issuer> issuers = new ConcurrentHashMap<>();

    /** @param pointers where others learn more of what the holder of this certificate has issued */
    public Issuance(
            Authorities authorities,
            IssuedCertificates certificates,
            KeyVaults vaults,
            RevocationStatus revocations,
            Function<Certificate, Issuer.Pointers> pointers,
            InstantSource clock,
            SecureRandom random) {
        this.authorities = authorities;
        this.certificates = certificates;
        this.vaults = vaults;
        this.revocations = revocations;
        this.pointers = pointers;
        this.clock = clock;
        this.random = random;
    }

    /**
     * What is to be issued.
     *
     * @param authority name of the authority
     * @param subject the id of the device, as it is spelled in its request
     * @param validity empty: the authority's
     * @param agreed whether the owner has agreed to it or need not be asked, because it is the owner's own wish or the
     *     device has a certificate of this authority already
     */
    public record Order(
            String authority, String subject, Csr request, Basis basis, Optional<Duration> validity, boolean agreed) {
        /** That nobody has agreed to. */
        public Order(String authority, String subject, Csr request, Basis basis) {
            this(authority, subject, request, basis, Optional.empty(), false);
        }

        public Order withAgreement() {
            return new Order(authority, subject, request, basis, validity, true);
        }
    }

    /**
     * What was issued.
     *
     * @param chain the device's certificate first, then its issuers' up to the root
     * @param elsewhere whether the authority is none of this process, so that nobody else keeps its chain
     */
    public record Issued(IssuedCertificate record, List<Certificate> chain, boolean elsewhere) {
        public Issued {
            chain = List.copyOf(chain);
        }

        public Issued(IssuedCertificate record, List<Certificate> chain) {
            this(record, chain, false);
        }

        public Certificate certificate() {
            return record.certificate();
        }
    }

    /**
     * Whether it is for the owner to agree to, and {@link #sign} refuses it until then.
     *
     * @throws Refusal as {@link #sign}, for what agreement would not help
     */
    public boolean needsApproval(Order order) {
        Authority authority = find(order.authority());
        if (order.agreed() || !authority.rules().approval()) {
            return false;
        }
        authority.rules().check(order.subject(), order.request());
        refuseRevoked(authority, current(authority).chain());
        return true;
    }

    @Override
    public Issued sign(Order order) {
        return sign(find(order.authority()), order);
    }

    /**
     * Signs a certificate, if the authority is one of this process.
     *
     * @throws Refusal as {@link #sign}
     */
    public Optional<Issued> signIfOwn(Order order) {
        return authorities.find(order.authority()).map(authority -> sign(authority, order));
    }

    public boolean has(String authority) {
        return authorities.find(authority).isPresent();
    }

    @Override
    public Answer ask(Order order) {
        try {
            return new Answer.Given(sign(order));
        } catch (Refusal refusal) {
            if (refusal.reason() != Reason.UNAVAILABLE) {
                throw refusal;
            }
            String authority = "certificate authority '" + order.authority() + "'";
            return new Answer.Later(
                    authority,
                    refusal.explanation()
                            .orElseGet(() -> new Explanation(authority, refusal.text(), "see that its key is at hand")),
                    Duration.ZERO);
        }
    }

    private Issued sign(Authority authority, Order order) {
        authority.rules().check(order.subject(), order.request());
        if (authority.rules().approval() && !order.agreed()) {
            throw new Refusal(
                    Reason.FORBIDDEN,
                    "The " + authority.title() + " issues nothing here without its owner's approval.",
                    new Explanation(
                            authority.title(),
                            "its owner approves each new certificate, and a key that is made here cannot wait for that",
                            "let the device make its key and ask by EST's simpleenroll or with its registration, or give"
                                    + " approval up: muster authorities change " + authority.name()
                                    + " --no-approval"));
        }
        Generation generation = current(authority);
        refuseRevoked(authority, generation.chain());
        Certificate own = generation.chain().getFirst();
        Certificate certificate = issue(
                generation,
                new Issuer.Request(
                        profile(authority.rules()),
                        order.subject(),
                        order.request().key(),
                        List.of(),
                        Optional.of(order.validity()
                                .filter(asked ->
                                        asked.compareTo(authority.rules().validity()) < 0)
                                .orElse(authority.rules().validity()))));
        return new Issued(
                new IssuedCertificate(
                        certificate,
                        own.thumbprint(),
                        authority.name(),
                        order.subject(),
                        order.basis(),
                        clock.instant()),
                Stream.concat(Stream.of(certificate), generation.issuers().stream())
                        .toList());
    }

    @Override
    public boolean isElsewhere(String authority) {
        return false;
    }

    @Override
    public void record(Issued issued) {
        certificates.add(issued.record());
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return certificates.find(certificate);
    }

    @Override
    public List<Certificate> chain(IssuedCertificate issued) {
        return Stream.concat(
                        Stream.of(issued.certificate()),
                        authorities.find(issued.authority()).stream()
                                .flatMap(authority -> authority.generations().stream())
                                .filter(generation -> generation
                                        .certificate()
                                        .filter(own -> own.thumbprint().equals(issued.issuer()))
                                        .isPresent())
                                .flatMap(generation -> generation.issuers().stream()))
                .toList();
    }

    /** @throws Refusal AUTHORITY_NOT_FOUND */
    public Authority find(String name) {
        return authorities.get(name);
    }

    private static Generation current(Authority authority) {
        return authority
                .current()
                .orElseThrow(() -> new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "The " + authority.title() + " has no certificate yet.",
                        new Explanation(
                                authority.title(),
                                "its request is still to be signed by its own issuer",
                                "have the request signed, and install the certificate")));
    }

    /** What it would issue would be refused wherever it is shown. */
    private void refuseRevoked(Authority authority, List<Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            Certificate certificate = chain.get(i);
            revocations
                    .objection(certificate, chain.subList(i + 1, chain.size()))
                    .ifPresent(objection -> {
                        throw new Refusal(
                                Reason.FORBIDDEN,
                                "The " + authority.title() + " does not issue any more.",
                                new Explanation(
                                        certificate.subject() + ", SHA-256 " + certificate.thumbprint(),
                                        objection.rule(),
                                        "give the authority a new key (muster authorities rotate " + authority.name()
                                                + "), or name another one in the enrollment"));
                    });
        }
    }

    /** A key that fails is asked for again once, since its token may have been away in the meantime. */
    private Certificate issue(Generation generation, Issuer.Request request) {
        Issuer issuer = issuer(generation);
        try {
            return issuer.issue(request);
        } catch (Refusal refusal) {
            if (refusal.reason() != Reason.UNAVAILABLE) {
                throw refusal;
            }
            issuers.remove(generation.chain().getFirst(), issuer);
            return issuer(generation).issue(request);
        }
    }

    private Issuer issuer(Generation generation) {
        // Not computeIfAbsent, which would have others wait for a slow vault.
        Certificate own = generation.chain().getFirst();
        Issuer known = issuers.get(own);
        if (known == null) {
            known = Issuer.of(own, vaults.keys(generation.key()).getPrivate(), clock, random)
                    .pointingTo(pointers.apply(own));
            issuers.put(own, known);
        }
        return known;
    }

    private static CertificateProfile profile(IssuingRules rules) {
        return new CertificateProfile("device", false, OptionalInt.empty(), rules.validity(), rules.purposes());
    }
}
