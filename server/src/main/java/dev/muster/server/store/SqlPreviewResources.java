package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Seal;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.enrollment.PreviewResources;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Resources of the previews in a database, their secrets sealed. Safe for any number of threads. */
public final class SqlPreviewResources implements PreviewResources {
    private static final Table TABLE = new Table(
            "preview_resources",
            List.of("kind", "id_key"),
            List.of("id", "contents", "secrets", "etag", "created", "updated"));
    private static final String PAGE = TABLE.select() + " WHERE kind = ? AND id_key > ? ORDER BY id_key LIMIT ?";

    private final Database database;
    private final Documents documents;
    private final Seal seal;

    public SqlPreviewResources(Database database, Documents documents, Seal seal) {
        this.database = database;
        this.documents = documents;
        this.seal = seal;
    }

    @Override
    public Optional<PreviewResource> find(Kind kind, String id) {
        return database.read(sql -> TABLE.find(sql, this::read, kind.name(), Table.key(id)));
    }

    @Override
    public void put(PreviewResource resource, Precondition precondition) {
        Object[] values = {
            resource.kind().name(),
            Table.key(resource.id()),
            resource.id(),
            documents.print(resource.contents()),
            seal.close(documents.print(resource.secrets()), owner(resource.kind(), resource.id())),
            resource.stamp().etag().value(),
            Ticks.of(resource.stamp().created()),
            Ticks.of(resource.stamp().updated())
        };
        database.change(sql -> TABLE.put(sql, precondition, title(resource.id()), values));
    }

    @Override
    public void delete(Kind kind, String id, Precondition precondition) {
        database.change(sql -> TABLE.delete(
                sql, precondition, title(id), Refusal.Reason.ENROLLMENT_NOT_FOUND, kind.name(), Table.key(id)));
    }

    @Override
    public Page<PreviewResource> page(Kind kind, Page.Request request) {
        return Table.page(
                database.read(sql ->
                        sql.all(PAGE, this::read, kind.name(), request.after().orElse(""), request.size() + 1)),
                request.size(),
                resource -> Table.key(resource.id()));
    }

    private PreviewResource read(Row row) throws SQLException {
        Kind kind = Kind.valueOf(row.text());
        row.skip(1);
        String id = row.text();
        return new PreviewResource(
                kind,
                id,
                documents.parse(row.bytes()),
                documents.parse(opened(row.bytes(), owner(kind, id))),
                new Enrollment.Stamp(new Etag(row.text()), row.instant(), row.instant()));
    }

    /** Rows that are older than the seal have their secrets as they are, until they are written again. */
    private byte[] opened(byte[] secrets, String owner) {
        return Seal.isSealed(secrets) ? seal.open(secrets, owner) : secrets;
    }

    private static String owner(Kind kind, String id) {
        return kind.name() + " " + Table.key(id);
    }

    private static String title(String id) {
        return "'" + id + "'";
    }
}
