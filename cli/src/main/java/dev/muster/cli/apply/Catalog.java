package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Port to the things of one kind that a server has. Each write demands that what it writes over is as it was found. For
 * one thread.
 */
interface Catalog<D extends Declared> {
    /**
     * Something that is there.
     *
     * @param members as {@link Declared#members}
     * @param document as the API shows it, etag included
     */
    record Found(String name, Map<String, String> members, Document document) {}

    Optional<Found> find(D declared) throws IOException, InterruptedException;

    /** What could be deleted. */
    List<Found> deletable() throws IOException, InterruptedException;

    void create(D declared) throws IOException, InterruptedException;

    void change(D declared, Found found, List<Difference> differences) throws IOException, InterruptedException;

    void delete(Found found) throws IOException, InterruptedException;
}
