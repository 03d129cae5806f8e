package dev.muster.server.store.certificate;

import dev.muster.pki.Certificate;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.AuthorityCache;
import dev.muster.server.store.database.Database;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** The uploaded CA certificates and the groups' signing certificates, by subject. Safe for any number of threads. */
public final class SqlKnownAuthorities implements KnownAuthorities {
    private static final String BY_SUBJECT = """
            SELECT certificate FROM ca_certificates WHERE subject_key = ?
            UNION SELECT primary_certificate FROM enrollment_groups WHERE primary_subject_key = ?
            UNION SELECT secondary_certificate FROM enrollment_groups WHERE secondary_subject_key = ?""";

    private final Database database;
    private final AuthorityCache<X500Principal, List<Certificate>> bySubject;

    public SqlKnownAuthorities(Database database) {
        this.database = database;
        this.bySubject = new AuthorityCache<>(database);
    }

    /** A change made by another node may show a second late. */
    @Override
    public List<Certificate> withSubject(X500Principal subject) {
        return bySubject.get(subject, () -> {
            String key = subjectKey(subject);
            return List.copyOf(
                    database.read(sql -> sql.all(BY_SUBJECT, row -> Certificate.parse(row.bytes()), key, key, key)));
        });
    }

    public static String subjectKey(Certificate certificate) {
        return subjectKey(certificate.x509().getSubjectX500Principal());
    }

    /** Equal for two names exactly when the names are, and short enough for an index however long a name is. */
    private static String subjectKey(X500Principal subject) {
        return Thumbprint.of(subject.getName(X500Principal.CANONICAL).getBytes(StandardCharsets.UTF_8))
                .hex();
    }
}
