package dev.muster.server.store.certificate;

import dev.muster.certification.PortalLedger;
import dev.muster.certification.RegisteredName;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What clients of the portal have registered and been issued, in a database. Safe for any number of threads. */
public final class SqlPortalLedger implements PortalLedger {
    private static final String FIND = "SELECT 1 FROM registered_names WHERE authority_key = ? AND name_key = ?";
    private static final String REGISTER =
            "INSERT INTO registered_names (authority_key, name_key, authority, name, registered) VALUES (?, ?, ?, ?, ?)"
                    + " ON CONFLICT (authority_key, name_key) DO NOTHING";
    private static final String NAMES =
            "SELECT authority, name, registered FROM registered_names ORDER BY authority_key, name_key";
    private static final String ISSUED = "INSERT INTO portal_certificates (sha1, thumbprint) VALUES (?, ?)"
            + " ON CONFLICT (sha1) DO UPDATE SET thumbprint = excluded.thumbprint";
    private static final String FIND_ISSUED = "SELECT thumbprint FROM portal_certificates WHERE sha1 = ?";

    private final Database database;

    public SqlPortalLedger(Database database) {
        this.database = database;
    }

    @Override
    public boolean isRegistered(String authority, String name) {
        return database.read(sql -> sql.first(FIND, Row::number, Table.key(authority), Table.key(name)))
                .isPresent();
    }

    @Override
    public void register(RegisteredName name) {
        database.change(sql -> sql.update(
                REGISTER,
                Table.key(name.authority()),
                Table.key(name.name()),
                name.authority(),
                name.name(),
                Ticks.of(name.registered())));
    }

    @Override
    public List<RegisteredName> names() {
        return database.read(sql -> sql.all(NAMES, row -> new RegisteredName(row.text(), row.text(), row.instant())));
    }

    @Override
    public void issued(String sha1, Thumbprint certificate) {
        database.change(sql -> sql.update(ISSUED, key(sha1), certificate.hex()));
    }

    @Override
    public Optional<Thumbprint> find(String sha1) {
        return database.read(sql -> sql.first(FIND_ISSUED, row -> new Thumbprint(row.text()), key(sha1)));
    }

    private static String key(String sha1) {
        return sha1.toUpperCase(Locale.ROOT);
    }
}
