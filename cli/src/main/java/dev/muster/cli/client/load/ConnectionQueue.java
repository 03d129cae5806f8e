package dev.muster.cli.client.load;

import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of one run: as one ends, the next begins. Moved on by the event loops, awaited by the caller. */
final class ConnectionQueue {
    private final Start start;
    private final long[] latencies;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** Begins one connection, whose conversation says how it ends. */
    interface Start {
        ChannelFuture connect(int index, ConversationHandler.Ending ending);
    }

    ConnectionQueue(int size, Start start) {
        this.start = start;
        this.latencies = new long[size];
    }

    /** @throws IOException at the first conversation that fails */
    LoadClient.Run drain(int concurrency) throws IOException, InterruptedException {
        if (latencies.length == 0) {
            return new LoadClient.Run(Duration.ZERO, latencies);
        }
        long began = System.nanoTime();
        for (int connection = 0; connection < concurrency; connection++) {
            startNext();
        }
        try {
            end.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() instanceof LoadException failure ? failure.getMessage() : e.toString(), e);
        }
        return new LoadClient.Run(Duration.ofNanos(System.nanoTime() - began), latencies);
    }

    private void startNext() {
        int index = started.getAndIncrement();
        if (index >= latencies.length || end.isDone()) {
            return;
        }
        long began = System.nanoTime();
        start.connect(index, new ConversationHandler.Ending() {
                    @Override
                    public void finished() {
                        latencies[index] = System.nanoTime() - began;
                        if (finished.incrementAndGet() == latencies.length) {
                            end.complete(null);
                        }
                        startNext();
                    }

                    @Override
                    public void failed(LoadException reason) {
                        end.completeExceptionally(reason);
                    }
                })
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        end.completeExceptionally(new LoadException("the server cannot be reached", connected.cause()));
                    }
                });
    }
}
