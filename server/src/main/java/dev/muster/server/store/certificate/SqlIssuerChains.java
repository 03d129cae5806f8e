package dev.muster.server.store.certificate;

import dev.muster.external.IssuerChains;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Database;
import java.util.List;

/** The chains of authorities elsewhere in a database. Safe for any number of threads. */
public final class SqlIssuerChains implements IssuerChains {
    private static final String PUT = "INSERT INTO issuer_chains (issuer, chain) VALUES (?, ?)"
            + " ON CONFLICT (issuer) DO UPDATE SET chain = excluded.chain";
    private static final String FIND = "SELECT chain FROM issuer_chains WHERE issuer = ?";

    private final Database database;

    public SqlIssuerChains(Database database) {
        this.database = database;
    }

    @Override
    public void put(List<Certificate> chain) {
        database.change(sql -> sql.update(PUT, chain.getFirst().thumbprint().hex(), Pem.write(chain)));
    }

    @Override
    public List<Certificate> find(Thumbprint issuer) {
        return database.read(sql -> sql.first(FIND, row -> Pem.certificates(row.text()), issuer.hex()))
                .orElse(List.of());
    }
}
