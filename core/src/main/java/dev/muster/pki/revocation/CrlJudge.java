package dev.muster.pki.revocation;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509CRLEntry;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * Judges certificates by the CRLs that are there, as RFC 5280 section 6.3 has it: full and delta, direct and indirect,
 * of all or some reasons. For one judgement and one thread.
 */
final class CrlJudge {
    private static final int CRL_SIGN = 6;

    private final Collection<ForeignCrl> lists;
    private final KnownAuthorities known;
    private final Instant now;
    private final ChainValidator validator = new ChainValidator();

    /** Who signs lists and is not in the path: whether its word counts. */
    private final Map<Certificate, Boolean> vouching = new HashMap<>();

    /** Those of whom that is being found out. */
    private final Set<Certificate> inQuestion = new HashSet<>();

    private final Set<String> obstacles = new LinkedHashSet<>();

    /** @param known where those are found who sign lists and nothing else */
    CrlJudge(Collection<ForeignCrl> lists, KnownAuthorities known, Instant now) {
        this.lists = lists;
        this.known = known;
        this.now = now;
    }

    /** @param issuers of the certificate, nearest first, up to the trusted one; not empty */
    Verdict judge(Certificate certificate, List<Certificate> issuers) {
        X500Name issuer =
                X500Name.getInstance(certificate.x509().getIssuerX500Principal().getEncoded());
        List<Scope.Place> places = Stream.concat(
                        Pointers.of(certificate).places().stream(), Stream.of(Scope.Place.implied(issuer)))
                .toList();
        int covered = 0;
        String by = "";
        for (Scope.Place place : places) {
            for (ForeignCrl list : lists) {
                int reasons = place.reasons() & list.scope().reasons();
                if (list.isDelta()
                        || (reasons & ~covered) == 0
                        || !place.expects(list.issuer(), issuer, list.scope())
                        || !list.scope().covers(certificate, place)
                        || !isBelieved(list, place, issuers)) {
                    continue;
                }
                Optional<ForeignCrl> delta = delta(list, issuers);
                Optional<Verdict> revoked = revoked(certificate, list, delta);
                if (revoked.isPresent()) {
                    return revoked.get();
                }
                covered |= reasons;
                by = delta.orElse(list).title();
            }
        }
        return covered == Scope.ALL_REASONS ? new Verdict.Good(by) : new Verdict.Unknown(why(covered));
    }

    private static Optional<Verdict> revoked(Certificate certificate, ForeignCrl list, Optional<ForeignCrl> delta) {
        ForeignCrl last =
                delta.filter(changes -> changes.entry(certificate).isPresent()).orElse(list);
        return last.entry(certificate)
                .filter(entry -> entry.getRevocationReason() != CRLReason.REMOVE_FROM_CRL)
                .map(entry -> new Verdict.Revoked(entry.getRevocationDate().toInstant(), reason(entry), last.title()));
    }

    private static RevocationReason reason(X509CRLEntry entry) {
        @Nullable CRLReason given = entry.getRevocationReason();
        return Arrays.stream(RevocationReason.values())
                .filter(reason -> given != null && reason.name().equals(given.name()))
                .findFirst()
                .orElse(RevocationReason.UNSPECIFIED);
    }

    /** The newest that is believed; one that is not is no obstacle, since the full list is good without it. */
    private Optional<ForeignCrl> delta(ForeignCrl full, List<Certificate> issuers) {
        return lists.stream()
                .filter(list -> list.continues(full)
                        && list.uselessness(now).isEmpty()
                        && signers(list, issuers).anyMatch(signer -> full.isSignedBy(signer)))
                .max(ForeignCrl.BY_NUMBER);
    }

    private boolean isBelieved(ForeignCrl list, Scope.Place place, List<Certificate> issuers) {
        Optional<String> useless = list.uselessness(now);
        if (useless.isPresent()) {
            obstacles.add(useless.get());
            return false;
        }
        boolean believed = signers(list, issuers).anyMatch(signer -> mayVouch(signer, place, issuers));
        if (!believed) {
            obstacles.add(list.title() + " is signed by nobody who may sign it and is known here");
        }
        return believed;
    }

    /** Those who signed it and may sign lists (RFC 5280 section 4.2.1.3). */
    private Stream<Certificate> signers(ForeignCrl list, List<Certificate> issuers) {
        return both(list.signer(), issuers).stream().filter(signer -> maySignLists(signer) && list.isSignedBy(signer));
    }

    /** Issuers in the path are judged by themselves; others must lead up to where the path leads, and hold. */
    private boolean mayVouch(Certificate signer, Scope.Place place, List<Certificate> issuers) {
        if (issuers.contains(signer)) {
            return true;
        }
        if (inQuestion.contains(signer)) {
            // Of itself it may speak only if its issuer says so, by naming it; else a stolen key would clear itself.
            return !place.issuers().isEmpty();
        }
        @Nullable Boolean before = vouching.get(signer);
        if (before != null) {
            return before;
        }
        inQuestion.add(signer);
        boolean vouches = holds(signer, issuers);
        inQuestion.remove(signer);
        vouching.put(signer, vouches);
        return vouches;
    }

    private boolean holds(Certificate signer, List<Certificate> issuers) {
        Certificate anchor = issuers.getLast();
        try {
            Path path = validator.build(List.of(signer), subject -> both(subject, issuers));
            int top = path.certificates().indexOf(anchor);
            if (top < 1) {
                obstacles.add(signer + ", who signed it, does not lead up to " + anchor);
                return false;
            }
            validator.validateIssuer(path, anchor, now);
            return IntStream.range(0, top)
                    .filter(at -> !issuers.contains(path.certificates().get(at)))
                    .allMatch(at -> judge(
                                    path.certificates().get(at),
                                    path.certificates().subList(at + 1, top + 1))
                            instanceof Verdict.Good);
        } catch (Refusal refusal) {
            refusal.explanation().ifPresent(why -> obstacles.add(why.subject() + ": " + why.rule()));
            return false;
        }
    }

    private List<Certificate> both(X500Principal subject, List<Certificate> issuers) {
        return Stream.concat(
                        issuers.stream()
                                .filter(issuer ->
                                        issuer.x509().getSubjectX500Principal().equals(subject)),
                        known.withSubject(subject).stream())
                .distinct()
                .toList();
    }

    private static boolean maySignLists(Certificate signer) {
        boolean[] keyUsage = signer.x509().getKeyUsage();
        return keyUsage == null || keyUsage[CRL_SIGN];
    }

    private String why(int covered) {
        if (!obstacles.isEmpty()) {
            return String.join("; ", obstacles);
        }
        return covered == 0
                ? "no CRL that is known here speaks of it"
                : "the CRLs that are known speak of some reasons only";
    }
}
