package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleConsumer;

/**
 * Brings the enrollments of a file into a service, a bulk operation for every ten. Safe to repeat: those that are there
 * already stay, or are brought up to date. For one thread, which has several at work.
 */
public final class EnrollmentImport {
    private static final int BULK = 10;
    private static final int AT_ONCE = 8;
    private static final long CONFLICT = 409;
    private static final int CLASS = 1000;

    private final EnrollmentsApi enrollments;
    private final boolean update;
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private long created;
    private long updated;
    private long existing;

    /** @param update whether enrollments that are there already are overwritten */
    public EnrollmentImport(EnrollmentsApi enrollments, boolean update) {
        this.enrollments = enrollments;
        this.update = update;
    }

    /**
     * An enrollment that was not imported.
     *
     * @param line of the file, counted from 1
     * @param id empty where there is none to be read
     */
    public record Failure(int line, String id, String reason) {}

    /**
     * What came of an import.
     *
     * @param failures in the order of the file
     */
    public record Summary(long created, long updated, long existing, List<Failure> failures) {
        /** As JSON. */
        public Document document() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("created", created);
            members.put("updated", updated);
            members.put("existing", existing);
            members.put("failed", failures.size());
            members.put(
                    "failures",
                    failures.stream()
                            .map(failure -> Map.of(
                                    "line", failure.line, "registrationId", failure.id, "reason", failure.reason))
                            .toList());
            return Document.of(members);
        }
    }

    /**
     * Imports the rest of the file.
     *
     * @param progress is told how much is done, from 0 to 1
     * @throws IOException when the server cannot be asked; what was imported by then stays
     */
    public Summary run(EnrollmentFile file, DoubleConsumer progress) throws IOException, InterruptedException {
        AtomicReference<Exception> broken = new AtomicReference<>();
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (List<EnrollmentFile.Entry> batch = batch(file);
                    !batch.isEmpty() && broken.get() == null;
                    batch = batch(file)) {
                List<EnrollmentFile.Entry> entries = batch;
                places.acquire();
                threads.execute(() -> {
                    try {
                        write(entries);
                    } catch (IOException | InterruptedException e) {
                        broken.compareAndSet(null, e);
                    } finally {
                        places.release();
                    }
                });
                progress.accept(file.progress());
            }
        }
        switch (broken.get()) {
            case null -> {}
            case InterruptedException interrupted -> throw interrupted;
            case IOException io -> throw io;
            case Exception other -> throw new IllegalStateException(other);
        }
        return summary();
    }

    private List<EnrollmentFile.Entry> batch(EnrollmentFile file) throws IOException {
        List<EnrollmentFile.Entry> batch = new ArrayList<>();
        while (batch.size() < BULK) {
            Optional<EnrollmentFile.Entry> next = file.next();
            if (next.isEmpty()) {
                break;
            }
            if (next.get().enrollment().isPresent()) {
                add(next.get(), batch);
            } else {
                fail(new Failure(next.get().line(), "", next.get().problem()));
            }
        }
        return batch;
    }

    private void add(EnrollmentFile.Entry entry, List<EnrollmentFile.Entry> batch) {
        Integer before = lines.putIfAbsent(id(entry), entry.line());
        if (before == null) {
            batch.add(entry);
        } else {
            String id = entry.enrollment().orElseThrow().text("registrationId");
            fail(new Failure(entry.line(), id, "line " + before + " has the same registrationId"));
        }
    }

    private void write(List<EnrollmentFile.Entry> batch) throws IOException, InterruptedException {
        Map<String, Document> errors = errors("create", batch);
        List<EnrollmentFile.Entry> there = batch.stream()
                .filter(entry -> Optional.ofNullable(errors.get(id(entry)))
                        .filter(error -> error.number("errorCode") / CLASS == CONFLICT)
                        .isPresent())
                .toList();
        count(batch.size() - errors.size(), 0, update ? 0 : there.size());
        report(batch.stream().filter(entry -> !there.contains(entry)).toList(), errors);
        if (update && !there.isEmpty()) {
            Map<String, Document> refused = errors("update", there);
            count(0, there.size() - refused.size(), 0);
            report(there, refused);
        }
    }

    private Map<String, Document> errors(String mode, List<EnrollmentFile.Entry> batch)
            throws IOException, InterruptedException {
        Map<String, Document> errors = new HashMap<>();
        enrollments
                .bulk(
                        mode,
                        batch.stream()
                                .map(entry -> entry.enrollment().orElseThrow())
                                .toList())
                .forEach(error -> errors.put(error.text("registrationId").toLowerCase(Locale.ROOT), error));
        return errors;
    }

    private void report(List<EnrollmentFile.Entry> entries, Map<String, Document> errors) {
        for (EnrollmentFile.Entry entry : entries) {
            Document error = errors.get(id(entry));
            if (error != null) {
                String id = entry.enrollment().orElseThrow().text("registrationId");
                fail(new Failure(entry.line(), id, error.text("errorCode") + ": " + error.text("errorStatus")));
            }
        }
    }

    private static String id(EnrollmentFile.Entry entry) {
        return entry.enrollment().orElseThrow().text("registrationId").toLowerCase(Locale.ROOT);
    }

    private synchronized void fail(Failure failure) {
        failures.add(failure);
    }

    private synchronized void count(long moreCreated, long moreUpdated, long moreExisting) {
        created += moreCreated;
        updated += moreUpdated;
        existing += moreExisting;
    }

    private synchronized Summary summary() {
        return new Summary(
                created,
                updated,
                existing,
                failures.stream().sorted(Comparator.comparingInt(Failure::line)).toList());
    }
}
