package dev.muster.attestation;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Thumbprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Groups to be found by their authority or by having keys, and nothing more. */
final class FakeGroups implements EnrollmentGroups {
    final Map<Thumbprint, Enrollment.Group> bySigner = new HashMap<>();
    final Map<String, String> lastOf = new HashMap<>();
    final List<Enrollment.Group> withSharedKeys = new ArrayList<>();

    /** What is done before a group is looked for by its authority. */
    Runnable beforeLookup = () -> {};

    @Override
    public Optional<Enrollment.Group> signedBy(Thumbprint authority) {
        beforeLookup.run();
        return Optional.ofNullable(bySigner.get(authority));
    }

    @Override
    public List<Enrollment.Group> withSharedKeys() {
        return withSharedKeys;
    }

    @Override
    public Optional<String> lastOf(RegistrationId device) {
        return Optional.ofNullable(lastOf.get(device.key()));
    }

    @Override
    public Optional<Enrollment.Group> find(String id) {
        return Stream.concat(bySigner.values().stream(), withSharedKeys.stream())
                .filter(group -> group.id().equals(id))
                .findFirst();
    }

    @Override
    public void put(Enrollment.Group group, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String id, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page<Enrollment.Group> page(Page.Request request) {
        throw new UnsupportedOperationException();
    }
}
