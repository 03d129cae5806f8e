package dev.muster.cli.bench;

import dev.muster.attestation.Attestor;
import dev.muster.attestation.Claim;
import dev.muster.attestation.OperationalCertificates;
import dev.muster.attestation.TpmChallenges;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Peer;
import dev.muster.pki.Thumbprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What it costs to find a device's enrollment among few and among many, in this process, over the embedded database.
 * Devices of groups are attested, since a group is found by their proof: signatures and tokens are verified with it.
 * Counted is this thread's CPU time, few and many by turns, and of the rounds the one in the middle. For one thread.
 */
public final class LookupBenchmark {
    private static final int ROUNDS = 15;
    private static final int WARM_UP = 5;
    private static final int LOOKUPS = 2000;

    /** A search of all groups takes thousands of times as long as the rest. */
    private static final int SEARCHES = 10;

    private final Consumer<String> progress;
    private final SplittableRandom random = new SplittableRandom(1);

    public LookupBenchmark(Consumer<String> progress) {
        this.progress = progress;
    }

    /** @param groups with certificates, and as many again with symmetric keys */
    public record Size(int individuals, int groups) {}

    /**
     * One way to look.
     *
     * @param few microseconds of CPU for each
     * @param many likewise
     */
    public record Result(String what, double few, double many) {
        public double ratio() {
            return many / few;
        }
    }

    /** One of the things to do, on a store of its own. */
    private record Subject(LookupStore store, Attestor attestor, Size size, int hot) {}

    @FunctionalInterface
    private interface Lookup {
        /**
         * What a device brings along is made before the clock runs, for a server has just read it.
         *
         * @return looks, and says whether it has found what it should
         */
        BooleanSupplier prepare(Subject subject, int number);
    }

    /** @throws IllegalStateException when something is not found that is there */
    public List<Result> run(Size few, Size many) throws IOException {
        try (TemporaryDirectory directory = TemporaryDirectory.create();
                LookupStore small = new LookupStore(directory.path().resolve("few.db"));
                LookupStore large = new LookupStore(directory.path().resolve("many.db"))) {
            Subject first = subject(small, few);
            Subject second = subject(large, many);
            List<Result> results = new ArrayList<>();
            lookups().forEach((what, lookup) -> {
                progress.accept(what);
                results.add(measure(what, lookup, LOOKUPS, first, second));
            });
            String search = "first device of a group with symmetric keys";
            progress.accept(search);
            results.add(measure(search, LookupBenchmark::newcomer, SEARCHES, first, second));
            return results;
        }
    }

    private Subject subject(LookupStore store, Size size) {
        progress.accept(
                "writing " + size.individuals() + " individual enrollments and twice " + size.groups() + " groups");
        store.fill(size);
        Attestor attestor = new Attestor(
                store.enrollments,
                store.groups,
                new Attestor.Certificates(
                        store.certificates,
                        store.known,
                        new OperationalCertificates(store.issued, Duration.ZERO, InstantSource.system())),
                new ChainValidator(),
                new TpmChallenges(new byte[32], InstantSource.system(), new SecureRandom()),
                InstantSource.system());
        Subject subject = new Subject(store, attestor, size, size.groups() - 1);
        // What a server that has run for a while remembers.
        for (int device = 0; device < LookupStore.DEVICES; device++) {
            boolean _ = presenting(subject, device).getAsBoolean();
        }
        return subject;
    }

    private static Map<String, Lookup> lookups() {
        Map<String, Lookup> lookups = new LinkedHashMap<>();
        lookups.put("individual enrollment", (on, number) -> {
            RegistrationId id =
                    new RegistrationId(LookupStore.individual(number % on.size().individuals()));
            return () -> on.store().enrollments.find(id).isPresent();
        });
        lookups.put(
                "device of a group with certificates", (on, number) -> presenting(on, number % LookupStore.DEVICES));
        lookups.put("issuer without one", (on, number) -> {
            Thumbprint issuer = Thumbprint.of(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
            return () -> on.store().groups.signedBy(issuer).isEmpty();
        });
        lookups.put("device that comes back to a group with symmetric keys", (on, number) -> {
            int member = number % on.size().groups();
            return attesting(on, LookupStore.member(member), member);
        });
        lookups.put(
                "new device of a group that others came to lately",
                (on, number) -> attesting(on, "another-" + number, on.hot()));
        return lookups;
    }

    /** Of a group in the middle of those that nobody came to lately. */
    private static BooleanSupplier newcomer(Subject on, int number) {
        return attesting(
                on, "newcomer-" + number, Math.floorMod(number, on.size().groups()));
    }

    private Result measure(String what, Lookup lookup, int count, Subject few, Subject many) {
        double[] small = new double[ROUNDS];
        double[] large = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            double first = micros(lookup, count, few);
            double second = micros(lookup, count, many);
            if (round >= 0) {
                small[round] = first;
                large[round] = second;
            }
        }
        return new Result(what, Cpu.median(small), Cpu.median(large));
    }

    private double micros(Lookup lookup, int count, Subject on) {
        List<BooleanSupplier> prepared = random.ints(count, 0, Integer.MAX_VALUE)
                .mapToObj(number -> lookup.prepare(on, number))
                .toList();
        return Cpu.micros(count, position -> {
            if (!prepared.get(position).getAsBoolean()) {
                throw new IllegalStateException("lookup " + position + " went wrong");
            }
        });
    }

    private static BooleanSupplier presenting(Subject on, int device) {
        int group = device % on.size().groups();
        List<Certificate> chain =
                List.of(on.store().devices.get(device), on.store().authorities.get(group));
        List<Certificate> presented =
                chain.stream().map(Certificate::der).map(Certificate::parse).toList();
        Peer peer = new Peer("192.0.2.1", "HTTPS", presented, Optional.empty());
        return finds(on, LookupStore.device(device), peer, "plant-" + group);
    }

    private static BooleanSupplier attesting(Subject on, String device, int group) {
        SymmetricKey key = on.store().keys.get(group).primary().derive(device);
        Peer peer = new Peer("192.0.2.1", "HTTPS", List.of(), Optional.of(token(device, key)));
        return finds(on, device, peer, "line-" + group);
    }

    private static BooleanSupplier finds(Subject on, String device, Peer peer, String group) {
        Claim claim = new Claim("0ne00000000", new RegistrationId(device), peer, Optional.empty());
        return () -> on.attestor().attest(claim).enrollment().title().endsWith("'" + group + "'");
    }

    private static SasToken token(String device, SymmetricKey key) {
        String resource = "0ne00000000/registrations/" + device;
        String expiry = Long.toString(Instant.now().plusSeconds(3600).getEpochSecond());
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(key.base64()), (resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        return new SasToken(resource, signature, expiry, Optional.empty());
    }
}
