package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationSource.Unavailable;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks authorities elsewhere whether they have revoked what they issued, by the URLs in their certificates. Only of
 * paths to an authority that the owner trusts, since it is they who choose where this server goes. What was learned is
 * remembered; so most are answered from memory, the others wait. Safe for any number of threads.
 */
public final class ForeignRevocations implements RevocationStatus {
    private static final int MAX_LISTS = 100;
    private static final int MAX_ANSWERS = 10_000;
    private static final int MAX_HELD = 100_000;

    /** For lists that do not say how long they are good. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Policy policy;
    private final Surroundings surroundings;
    private final InstantSource clock;
    private final Fetched<String, ForeignCrl> lists;
    private final Fetched<Question, Verdict> answers;

    /** Who was found to hold, so that connections can be closed when a newer list says otherwise. */
    private final LinkedHashMap<Held, Certificate> held = new LinkedHashMap<>();

    /** Whom to ask. */
    public enum Check {
        NONE,
        CRL,
        OCSP,
        /** OCSP where the certificate names a responder; the CRL where it does not, or that does not answer. */
        ANY
    }

    /**
     * What the operator wants.
     *
     * @param refusesUnknown whether a certificate is refused of which those that it names cannot be asked
     */
    public record Policy(Check check, boolean refusesUnknown) {}

    /**
     * What is around.
     *
     * @param known where those are found who sign CRLs and nothing else
     * @param trusted whether the owner trusts an authority by itself
     * @param ours whether it is an authority of this server, whose revocations are known without asking
     * @param effect is told of certificates that were found to hold and do no longer
     */
    public record Surroundings(
            KnownAuthorities known,
            Predicate<Certificate> trusted,
            Predicate<Certificate> ours,
            Consumer<Set<Thumbprint>> effect) {}

    private record Held(BigInteger serial, Thumbprint certificate) {}

    private record Question(Certificate certificate, Certificate issuer, String url) {}

    public ForeignRevocations(Policy policy, RevocationSource source, Surroundings surroundings, InstantSource clock) {
        this.policy = policy;
        this.surroundings = surroundings;
        this.clock = clock;
        this.lists = new Fetched<>(url -> list(source, url), MAX_LISTS, clock);
        this.answers = new Fetched<>(question -> answer(source, question), MAX_ANSWERS, clock);
    }

    @Override
    public Optional<Objection> objection(Certificate certificate, List<Certificate> issuers) {
        return verdict(certificate, issuers).flatMap(verdict -> switch (verdict) {
            case Verdict.Good _ -> Optional.empty();
            case Verdict.Revoked(Instant time, RevocationReason reason, String by) ->
                Optional.of(new Objection(
                        "it was revoked on " + time + " (" + reason + ") by its own authority, says " + by,
                        "let that authority issue another certificate, if the device may be trusted again"));
            case Verdict.Unknown(String why)
            when policy.refusesUnknown() ->
                Optional.of(new Objection(
                        "whether its authority has revoked it cannot be found out: " + why,
                        "see that this server reaches that and gets a good answer, or let"
                                + " authorities.foreign.when-unknown in muster.yaml be accept"));
            case Verdict.Unknown _ -> Optional.empty();
        });
    }

    @Override
    public boolean concernsAuthorities() {
        return true;
    }

    @Override
    public Optional<String> evidence(Certificate certificate, List<Certificate> issuers) {
        return verdict(certificate, issuers).map(verdict -> switch (verdict) {
            case Verdict.Good(String by) -> "it was not revoked, says " + by;
            case Verdict.Revoked(Instant time, var _, String by) -> "it was revoked on " + time + ", says " + by;
            case Verdict.Unknown(String why) -> "its authority could not be asked: " + why;
        });
    }

    /** Fetches lists anew before they are asked for; to be called every few seconds. */
    public void refresh() {
        lists.refresh();
    }

    /** Empty where nobody is asked. */
    private Optional<Verdict> verdict(Certificate certificate, List<Certificate> issuers) {
        Optional<Certificate> anchor =
                issuers.stream().filter(surroundings.trusted()).findFirst();
        if (anchor.isEmpty() || surroundings.ours().test(issuers.getFirst())) {
            return Optional.empty();
        }
        Pointers pointers = Pointers.of(certificate);
        List<Certificate> upToAnchor = issuers.subList(0, issuers.indexOf(anchor.get()) + 1);
        boolean byList = policy.check() != Check.OCSP && !pointers.lists().isEmpty();
        Optional<Verdict> verdict =
                policy.check() == Check.CRL || pointers.responders().isEmpty()
                        ? Optional.empty()
                        : Optional.of(byResponder(certificate, issuers.getFirst(), pointers));
        if (byList
                && verdict.filter(known -> !(known instanceof Verdict.Unknown)).isEmpty()) {
            Verdict listed = byList(certificate, upToAnchor, pointers);
            verdict = Optional.of(
                    listed instanceof Verdict.Unknown(String why)
                                    && verdict.orElse(null) instanceof Verdict.Unknown(String before)
                            ? new Verdict.Unknown(before + "; " + why)
                            : listed);
        }
        verdict.filter(known -> !(known instanceof Verdict.Revoked))
                .ifPresent(_ -> hold(certificate, issuers.getFirst()));
        return verdict;
    }

    private Verdict byResponder(Certificate certificate, Certificate issuer, Pointers pointers) {
        List<String> failures = new ArrayList<>();
        for (String url : pointers.responders()) {
            try {
                return answers.get(new Question(certificate, issuer, url));
            } catch (Unavailable e) {
                failures.add(url + ": " + e.reason());
            }
        }
        return new Verdict.Unknown(String.join("; ", failures));
    }

    private Verdict byList(Certificate certificate, List<Certificate> issuers, Pointers pointers) {
        List<String> failures = new ArrayList<>();
        Set<ForeignCrl> found = new LinkedHashSet<>(fetched(pointers.lists(), failures));
        // Without its deltas a list is good nevertheless, if less new.
        List<String> ignored = new ArrayList<>();
        found.addAll(fetched(pointers.deltas(), ignored));
        found.addAll(fetched(
                found.stream()
                        .flatMap(list -> list.freshest().stream())
                        .distinct()
                        .toList(),
                ignored));
        Verdict verdict = found.isEmpty()
                ? new Verdict.Unknown("")
                : new CrlJudge(found, surroundings.known(), clock.instant()).judge(certificate, issuers);
        return verdict instanceof Verdict.Unknown(String why)
                ? new Verdict.Unknown(Stream.concat(failures.stream(), Stream.of(why))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("; ")))
                : verdict;
    }

    private List<ForeignCrl> fetched(List<String> urls, List<String> failures) {
        List<ForeignCrl> found = new ArrayList<>();
        for (String url : urls) {
            try {
                found.add(lists.get(url));
            } catch (Unavailable e) {
                failures.add(url + ": " + e.reason());
            }
        }
        return found;
    }

    private Fetched.Good<ForeignCrl> list(RevocationSource source, String url) throws Unavailable {
        ForeignCrl list =
                ForeignCrl.parse(source.list(url)).orElseThrow(() -> new Unavailable("what is there is no CRL"));
        Instant now = clock.instant();
        Optional<String> useless = list.uselessness(now);
        if (useless.isPresent()) {
            throw new Unavailable(useless.get());
        }
        endWhatItRevokes(list);
        Instant longest = now.plus(LONGEST);
        return new Fetched.Good<>(list, list.next().isBefore(longest) ? list.next() : longest);
    }

    private Fetched.Good<Verdict> answer(RevocationSource source, Question question) throws Unavailable {
        OcspJudge judge = new OcspJudge(question.certificate(), question.issuer());
        OcspJudge.Answer answer = judge.judge(source.status(question.url(), judge.request()), clock.instant());
        if (answer.verdict() instanceof Verdict.Unknown(String why)) {
            throw new Unavailable(why);
        }
        return new Fetched.Good<>(answer.verdict(), answer.until());
    }

    private void hold(Certificate certificate, Certificate issuer) {
        Held key = new Held(certificate.x509().getSerialNumber(), certificate.thumbprint());
        synchronized (held) {
            held.putLast(key, issuer);
            if (held.size() > MAX_HELD) {
                held.pollFirstEntry();
            }
        }
    }

    /** Lists of the issuer itself alone; by all others who come again are judged. */
    private void endWhatItRevokes(ForeignCrl list) {
        Map<Held, Certificate> candidates;
        synchronized (held) {
            candidates = Map.copyOf(held);
        }
        Set<Thumbprint> revoked = candidates.entrySet().stream()
                .filter(entry -> list.revokes(entry.getKey().serial(), entry.getValue()))
                .map(entry -> entry.getKey().certificate())
                .collect(Collectors.toSet());
        if (!revoked.isEmpty()) {
            synchronized (held) {
                held.keySet().removeIf(key -> revoked.contains(key.certificate()));
            }
            surroundings.effect().accept(revoked);
        }
    }
}
