package dev.muster.cli.command;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.Administration;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster events}: what devices sent. */
@Command(name = "events", description = "Show what devices send: the newest events, or all from the start.")
public final class EventsCommand implements Callable<Integer> {
    private static final int NEWEST = 25;
    private static final int BATCH = 500;
    private static final Duration LONG_POLL = Duration.ofSeconds(20);

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--follow", description = "Go on with what arrives, until interrupted.")
    private boolean follow;

    @Option(names = "--device", paramLabel = "ID", description = "Only the events of this device.")
    private Optional<String> device = Optional.empty();

    @Option(names = "--from-start", description = "Begin with the oldest event that is kept.")
    private boolean fromStart;

    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        PrintWriter out = spec.commandLine().getOut();
        try (OwnerClient client = server.connect()) {
            Administration administration = client.administration();
            List<Document> partitions = administration.partitions();
            if (follow) {
                follow(administration, partitions, out);
            } else {
                show(administration, partitions, out);
            }
        }
        return 0;
    }

    /** Partitions have no order between them, so their events are merged by time. */
    private void show(Administration administration, List<Document> partitions, PrintWriter out)
            throws IOException, InterruptedException {
        List<Document> events = new ArrayList<>();
        for (Document partition : partitions) {
            long next = begin(partition);
            List<Document> batch;
            do {
                batch = administration.events(partition.number("partition"), next, BATCH, Duration.ZERO);
                events.addAll(batch);
                next = batch.isEmpty() ? next : batch.getLast().number("sequence") + 1;
            } while (!batch.isEmpty());
        }
        events.sort(Comparator.comparing(event -> event.text("enqueuedTimeUtc")));
        print(out, events);
        if (events.isEmpty() && !json) {
            out.println("There are no events.");
            out.flush();
        }
    }

    private void follow(Administration administration, List<Document> partitions, PrintWriter out)
            throws InterruptedException, ExecutionException {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            ExecutorCompletionService<Void> ends = new ExecutorCompletionService<>(readers);
            partitions.forEach(partition -> ends.submit(() -> follow(administration, partition, out)));
            // Readers end only by failing; the first failure ends them all.
            try {
                ends.take().get();
            } finally {
                readers.shutdownNow();
            }
        }
    }

    private Void follow(Administration administration, Document partition, PrintWriter out)
            throws IOException, InterruptedException {
        long next = fromStart ? begin(partition) : partition.number("end");
        while (!Thread.currentThread().isInterrupted()) {
            List<Document> batch = administration.events(partition.number("partition"), next, BATCH, LONG_POLL);
            if (!batch.isEmpty()) {
                next = batch.getLast().number("sequence") + 1;
                print(out, batch);
            }
        }
        return null;
    }

    private long begin(Document partition) {
        return fromStart ? 0 : Math.max(0, partition.number("end") - NEWEST);
    }

    private void print(PrintWriter out, List<Document> events) {
        synchronized (out) {
            events.stream().filter(this::isWanted).forEach(event -> out.println(json ? event : line(event)));
            out.flush();
        }
    }

    private boolean isWanted(Document event) {
        return device.isEmpty() || device.get().equals(event.text("deviceId"));
    }

    static String line(Document event) {
        String properties = event.members("properties").toString();
        return event.text("enqueuedTimeUtc") + "  " + event.text("deviceId") + "  " + body(event)
                + (properties.equals("{}") ? "" : "  " + properties);
    }

    private static String body(Document event) {
        return event.decodedText("body").orElseGet(() -> event.text("body") + " (base64)");
    }
}
