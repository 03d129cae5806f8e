package dev.muster.server.memory;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificates;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Enrollment groups in memory. */
public final class MemoryEnrollmentGroups implements EnrollmentGroups {
    private final Shelf<Enrollment.Group> shelf = new Shelf<>();
    private final CaCertificates authorities;

    /** What stands between the groups with symmetric keys and whoever tries them. */
    public volatile UnaryOperator<List<Enrollment.Group>> obstacle = UnaryOperator.identity();

    public MemoryEnrollmentGroups(CaCertificates authorities) {
        this.authorities = authorities;
    }

    @Override
    public Optional<Enrollment.Group> find(String id) {
        return shelf.find(id.toLowerCase(Locale.ROOT));
    }

    @Override
    public Optional<Enrollment.Group> signedBy(Thumbprint authority) {
        return shelf.all().stream()
                .filter(group -> signers(group.attestation()).anyMatch(authority::equals))
                .findFirst();
    }

    @Override
    public List<Enrollment.Group> withSharedKeys() {
        return obstacle.apply(shelf.all().stream()
                .filter(group -> group.attestation() instanceof Attestation.SharedKeys)
                .toList());
    }

    @Override
    public Optional<String> lastOf(RegistrationId device) {
        return Optional.empty();
    }

    @Override
    public synchronized void put(Enrollment.Group group, Precondition precondition) {
        precondition.check(
                group.title(), find(group.id()).map(before -> before.stamp().etag()));
        shelf.put(group.id().toLowerCase(Locale.ROOT), group);
    }

    @Override
    public synchronized void delete(String id, Precondition precondition) {
        Enrollment.Group before =
                find(id).orElseThrow(() -> new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "Enrollment not found."));
        precondition.check(before.title(), Optional.of(before.stamp().etag()));
        shelf.remove(id.toLowerCase(Locale.ROOT));
    }

    @Override
    public Page<Enrollment.Group> page(Page.Request request) {
        return shelf.page(request, _ -> true);
    }

    private Stream<Thumbprint> signers(Attestation attestation) {
        return switch (attestation) {
            case Attestation.SigningCertificates(var certificates) ->
                certificates.stream().map(Certificate::thumbprint);
            case Attestation.CertificateAuthorities(var names) ->
                names.stream()
                        .map(authorities::find)
                        .flatMap(Optional::stream)
                        .map(CaCertificate::certificate)
                        .map(Certificate::thumbprint);
            case Attestation.ClientCertificates _, Attestation.SharedKeys _, Attestation.Tpm _ -> Stream.empty();
        };
    }
}
