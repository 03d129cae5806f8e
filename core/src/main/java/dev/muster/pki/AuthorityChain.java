package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Judges the certificate that somebody else has made for an authority. Stateless. */
public final class AuthorityChain {
    private AuthorityChain() {}

    /**
     * Follows the signatures up to the root, and sees that the authority may issue to devices.
     *
     * @param others its issuers' certificates, as far as they came with it; in any order
     * @return its own certificate first, then its issuers' up to the root
     * @throws Refusal INVALID_ARGUMENT, saying which certificate breaks which rule
     */
    public static List<Certificate> check(
            Certificate own, List<Certificate> others, KnownAuthorities known, Instant now) {
        List<Certificate> presented = Stream.concat(Stream.of(own), others.stream())
                .distinct()
                .limit(ChainValidator.MAX_CHAIN_LENGTH)
                .toList();
        Path path = new ChainValidator().build(presented, known);
        List<Certificate> all = path.certificates();
        int root = all.stream().takeWhile(each -> !isRoot(each)).toList().size();
        if (root == all.size()) {
            throw refused(
                    path.title(all.getLast()),
                    "the chain ends there, at no root: " + path.end(),
                    "put the certificates of its issuers, up to the root, into the same file");
        }
        List<Certificate> chain = all.subList(0, root + 1);
        chain.forEach(certificate -> check(certificate, path, now));
        return chain;
    }

    private static boolean isRoot(Certificate certificate) {
        return certificate.isSelfIssued() && certificate.isSignedBy(certificate);
    }

    private static void check(Certificate certificate, Path path, Instant now) {
        int below = path.certificates().indexOf(certificate);
        int allowed = certificate.x509().getBasicConstraints();
        if (!certificate.isAuthority()) {
            throw refused(
                    path.title(certificate),
                    "its basic constraints do not say CA:true",
                    "have it signed as an authority's: with openssl, basicConstraints=critical,CA:true");
        }
        if (!certificate.maySignCertificates()) {
            throw refused(
                    path.title(certificate),
                    "its key usage does not let it sign certificates",
                    "have it signed with keyUsage=critical,keyCertSign,cRLSign");
        }
        if (now.isBefore(certificate.notBefore()) || now.isAfter(certificate.notAfter())) {
            throw refused(
                    path.title(certificate),
                    "it is valid from " + certificate.notBefore() + " to " + certificate.notAfter(),
                    "have it signed anew, and compare the clocks");
        }
        if (below > allowed) {
            throw refused(
                    path.title(certificate),
                    "its path length of " + allowed + " does not allow the " + below + " authorities below it",
                    "have the request signed by an authority further up");
        }
    }

    private static Refusal refused(String subject, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The certificate is not fit for an authority.",
                new Explanation(subject, rule, remedy));
    }
}
