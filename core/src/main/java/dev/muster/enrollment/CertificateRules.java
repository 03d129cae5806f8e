package dev.muster.enrollment;

import dev.muster.authority.Authorities;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.enrollment.PreviewResource.Kind;
import java.util.Map;

/** What an enrollment may say of certificates. Safe for any number of threads. */
public final class CertificateRules {
    private final Authorities authorities;
    private final PreviewResources resources;

    public CertificateRules(Authorities authorities, PreviewResources resources) {
        this.authorities = authorities;
        this.resources = resources;
    }

    /** @throws Refusal INVALID_ARGUMENT for an issuer that nobody knows */
    void check(Map<String, Object> further) {
        CertificatePolicy.issuers(further)
                .filter(name -> !isKnown(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new Refusal(
                            Refusal.Reason.INVALID_ARGUMENT,
                            "The certificate authority '" + name + "' does not exist.",
                            new Explanation(
                                    "credentialPolicyName or clientCertificateIssuancePolicy",
                                    "no certificate authority has the name '" + name + "'",
                                    "create it first, or correct the name"));
                });
    }

    /** Of accounts elsewhere, those too that are of no use here: clients of Azure's write them, and name them. */
    private boolean isKnown(String name) {
        return authorities.find(name).isPresent()
                || resources.find(Kind.CERTIFICATE_AUTHORITY, name).isPresent();
    }
}
