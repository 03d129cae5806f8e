package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.EnrollmentsApi;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The enrollments of a service, individual ones or groups. For one thread. */
final class Enrollments implements Catalog<Declared.Entry> {
    private final Kind kind;
    private final EnrollmentsApi api;

    Enrollments(Kind kind, EnrollmentsApi api) {
        this.kind = kind;
        this.api = api;
    }

    @Override
    public Optional<Found> find(Declared.Entry declared) throws IOException, InterruptedException {
        Optional<Document> there = ServerCall.ifThere(() -> api.find(declared.id()));
        if (there.isEmpty()) {
            return Optional.empty();
        }
        Document document = there.get();
        // Keys are shown on demand alone, and only those that the file gives can differ.
        Document whole = declared.givesKeys() ? document.with("attestation", api.attestation(declared.id())) : document;
        return Optional.of(new Found(declared.id(), Members.of(whole), document));
    }

    @Override
    public List<Found> deletable() throws IOException, InterruptedException {
        String id = kind == Kind.GROUP ? "enrollmentGroupId" : "registrationId";
        return api.list().stream()
                .map(document -> new Found(document.text(id), Members.of(document), document))
                .toList();
    }

    @Override
    public void create(Declared.Entry declared) throws IOException, InterruptedException {
        api.create(declared.id(), declared.body());
    }

    @Override
    public void change(Declared.Entry declared, Found found, List<Difference> differences)
            throws IOException, InterruptedException {
        api.update(declared.id(), declared.over(found.document(), differences));
    }

    @Override
    public void delete(Found found) throws IOException, InterruptedException {
        api.delete(found.name(), found.document());
    }
}
