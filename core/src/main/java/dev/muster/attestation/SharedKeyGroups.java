package dev.muster.attestation;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.RegistrationId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds the group that a token's key was derived from. A token does not say it, so of many groups the likely ones are
 * tried first: the device's last, then those that others were found in lately. Only then all are, by few devices at a
 * time, so that strangers cannot keep every core busy. Safe for any number of threads.
 */
final class SharedKeyGroups {
    /** To try so many costs less than to look for a hint. */
    private static final int FEW = 32;

    private static final int RECENT = 16;

    /** How long a device waits for its turn to have all groups tried; SDKs wait longer for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EnrollmentGroups groups;
    private final Semaphore searches;
    private final Duration patience;

    /** The newest first. */
    private final Deque<String> recent = new ArrayDeque<>(RECENT);

    private volatile Index index = Index.of(List.of());

    SharedKeyGroups(EnrollmentGroups groups) {
        this(groups, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), PATIENCE);
    }

    /** @param searches how many devices may have all groups tried at a time */
    SharedKeyGroups(EnrollmentGroups groups, int searches, Duration patience) {
        this.groups = groups;
        this.searches = new Semaphore(searches, true);
        this.patience = patience;
    }

    /** The groups, and where each is. */
    private record Index(List<Enrollment.Group> groups, Map<String, Enrollment.Group> byKey) {
        static Index of(List<Enrollment.Group> groups) {
            Map<String, Enrollment.Group> byKey = HashMap.newHashMap(groups.size());
            groups.forEach(group -> byKey.put(key(group), group));
            return new Index(groups, byKey);
        }

        private static String key(Enrollment.Group group) {
            return group.id().toLowerCase(Locale.ROOT);
        }
    }

    int count() {
        return groups.withSharedKeys().size();
    }

    /** @throws Refusal THROTTLED when too many are looked for at once */
    @SuppressWarnings("ReferenceEquality") // as long as no group changes, the store hands out the same list
    Optional<Attestor.Attested> find(Claim claim, SasToken token) {
        List<Enrollment.Group> all = groups.withSharedKeys();
        if (all.size() <= FEW) {
            return firstOf(all.stream(), claim.id(), token);
        }
        Index now = index;
        if (now.groups() != all) {
            now = Index.of(all);
            index = now;
        }
        Map<String, Enrollment.Group> byKey = now.byKey();
        Optional<Attestor.Attested> likely = firstOf(
                        groups.lastOf(claim.id()).flatMap(key -> Optional.ofNullable(byKey.get(key))).stream(),
                        claim.id(),
                        token)
                .or(() -> firstOf(recent(byKey), claim.id(), token));
        Optional<Attestor.Attested> found = likely.isPresent() ? likely : search(all, claim, token);
        found.map(Attestor.Attested::enrollment).ifPresent(this::remember);
        return found;
    }

    private Optional<Attestor.Attested> search(List<Enrollment.Group> all, Claim claim, SasToken token) {
        boolean turn;
        try {
            turn = searches.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            turn = false;
        }
        if (!turn) {
            throw new Refusal(
                    Refusal.Reason.THROTTLED,
                    "Too many devices are new at once.",
                    new Explanation(
                            "device '" + claim.id() + "'",
                            "it has not registered before, so all " + all.size()
                                    + " groups with symmetric keys have to be tried, and too many others wait for"
                                    + " the same",
                            "let it come again; devices with certificates or with enrollments of their own need not"
                                    + " be looked for"));
        }
        try {
            return firstOf(all.stream(), claim.id(), token);
        } finally {
            searches.release();
        }
    }

    private Stream<Enrollment.Group> recent(Map<String, Enrollment.Group> byKey) {
        List<String> keys;
        synchronized (recent) {
            keys = List.copyOf(recent);
        }
        return keys.stream().flatMap(key -> Optional.ofNullable(byKey.get(key)).stream());
    }

    private void remember(Enrollment found) {
        if (found instanceof Enrollment.Group group) {
            synchronized (recent) {
                String key = Index.key(group);
                if (!recent.remove(key) && recent.size() == RECENT) {
                    recent.removeLast();
                }
                recent.addFirst(key);
            }
        }
    }

    private static Optional<Attestor.Attested> firstOf(
            Stream<Enrollment.Group> candidates, RegistrationId id, SasToken token) {
        return candidates
                .flatMap(group -> derived(group, id, token).stream()
                        .map(keys -> new Attestor.Attested(group, new Proof.Keys(keys))))
                .findFirst();
    }

    /** Devices of a group sign with a key made of their id as they spell it, or in lower case as Azure advises. */
    private static Optional<SymmetricKeys> derived(Enrollment.Group group, RegistrationId id, SasToken token) {
        return switch (group.attestation()) {
            case Attestation.SharedKeys(SymmetricKeys keys) ->
                Stream.of(id.value(), id.key())
                        .distinct()
                        .map(keys::derive)
                        .filter(own -> own.signed(token))
                        .findFirst();
            case Attestation.ClientCertificates _,
                    Attestation.SigningCertificates _,
                    Attestation.CertificateAuthorities _,
                    Attestation.Tpm _ -> Optional.empty();
        };
    }
}
