package dev.muster.server.store.certificate;

import dev.muster.authority.Authorities;
import dev.muster.authority.Authority;
import dev.muster.authority.Authority.Generation;
import dev.muster.authority.IssuingRules;
import dev.muster.authority.KeyVaults;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.KnownAuthorities;
import dev.muster.server.store.Documents;
import dev.muster.server.store.database.AuthorityCache;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/** Certificate authorities in a database. Safe for any number of threads. */
public final class SqlAuthorities implements Authorities, KnownAuthorities {
    private static final Table TABLE =
            new Table("authorities", List.of("name_key"), List.of("name", "contents", "etag", "created", "updated"));
    private static final String LIST = TABLE.select() + " ORDER BY name_key";

    private final Database database;
    private final Documents documents;
    private final AuthorityCache<String, List<Certificate>> certificates;

    public SqlAuthorities(Database database, Documents documents) {
        this.database = database;
        this.documents = documents;
        this.certificates = new AuthorityCache<>(database);
    }

    /** A change made by another node may show a second late. */
    @Override
    public List<Certificate> withSubject(X500Principal subject) {
        return certificates
                .get(
                        "all",
                        () -> list().stream()
                                .flatMap(authority -> authority.generations().stream())
                                .flatMap(generation ->
                                        Stream.concat(generation.chain().stream(), generation.crossSigned().stream()))
                                .distinct()
                                .toList())
                .stream()
                .filter(certificate ->
                        certificate.x509().getSubjectX500Principal().equals(subject))
                .toList();
    }

    @Override
    public Optional<Authority> find(String name) {
        return database.read(sql -> TABLE.find(sql, this::read, Table.key(name)));
    }

    @Override
    public List<Authority> list() {
        return database.read(sql -> sql.all(LIST, this::read));
    }

    @Override
    public void put(Authority authority, Precondition precondition) {
        Object[] values = {
            Table.key(authority.name()),
            authority.name(),
            documents.print(contents(authority)),
            authority.etag().value(),
            Ticks.of(authority.created()),
            Ticks.of(authority.updated())
        };
        database.change(sql -> {
            TABLE.put(sql, precondition, title(authority.name()), values);
            database.authoritiesChanged(sql);
        });
    }

    @Override
    public void delete(String name, Precondition precondition) {
        database.change(sql -> {
            TABLE.delete(sql, precondition, title(name), Refusal.Reason.AUTHORITY_NOT_FOUND, Table.key(name));
            database.authoritiesChanged(sql);
        });
    }

    private static String title(String name) {
        return "Certificate authority '" + name + "'";
    }

    private Authority read(Row row) throws SQLException {
        row.skip(1);
        String name = row.text();
        Map<String, Object> contents = documents.parse(row.bytes());
        return new Authority(
                name,
                objects(contents, "generations").stream()
                        .map(SqlAuthorities::generation)
                        .toList(),
                rules(contents),
                new Etag(row.text()),
                row.instant(),
                row.instant());
    }

    private static Map<String, Object> contents(Authority authority) {
        IssuingRules rules = authority.rules();
        Map<String, Object> contents = new HashMap<>();
        contents.put(
                "generations",
                authority.generations().stream().map(SqlAuthorities::print).toList());
        contents.put("validitySeconds", rules.validity().toSeconds());
        contents.put(
                "keys", rules.keys().stream().map(KeyAlgorithm::name).sorted().toList());
        contents.put("purposes", rules.purposes().stream().map(Purpose::name).toList());
        rules.ids().ifPresent(ids -> contents.put("ids", ids));
        contents.put("approval", rules.approval());
        return contents;
    }

    private static Map<String, Object> print(Generation generation) {
        return Map.of(
                "number",
                generation.number(),
                "vault",
                generation.key().vault(),
                "key",
                generation.key().id(),
                "commonName",
                generation.commonName(),
                "chain",
                print(generation.chain()),
                "crossSigned",
                print(generation.crossSigned()),
                "created",
                generation.created().toString());
    }

    private static List<String> print(List<Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> Base64.getEncoder().encodeToString(certificate.der()))
                .toList();
    }

    private static List<Certificate> certificates(Map<String, Object> document, String name) {
        return texts(document, name).stream()
                .map(Base64.getDecoder()::decode)
                .map(Certificate::parse)
                .toList();
    }

    private static Generation generation(Map<String, Object> document) {
        return new Generation(
                (int) number(document, "number"),
                new KeyVaults.Reference(text(document, "vault"), text(document, "key")),
                text(document, "commonName"),
                certificates(document, "chain"),
                document.containsKey("crossSigned") ? certificates(document, "crossSigned") : List.of(),
                Instant.parse(text(document, "created")));
    }

    private static IssuingRules rules(Map<String, Object> contents) {
        return new IssuingRules(
                Duration.ofSeconds(number(contents, "validitySeconds")),
                texts(contents, "keys").stream().map(KeyAlgorithm::valueOf).collect(Collectors.toSet()),
                texts(contents, "purposes").stream().map(Purpose::valueOf).toList(),
                Optional.ofNullable((String) contents.get("ids")),
                Boolean.TRUE.equals(contents.get("approval")));
    }

    private static Object value(Map<String, Object> document, String name) {
        return Objects.requireNonNull(document.get(name), name);
    }

    @SuppressWarnings("unchecked") // what contents() has written
    private static List<Map<String, Object>> objects(Map<String, Object> document, String name) {
        return (List<Map<String, Object>>) value(document, name);
    }

    @SuppressWarnings("unchecked") // what contents() has written
    private static List<String> texts(Map<String, Object> document, String name) {
        return (List<String>) value(document, name);
    }

    private static String text(Map<String, Object> document, String name) {
        return (String) value(document, name);
    }

    private static long number(Map<String, Object> document, String name) {
        return ((Number) value(document, name)).longValue();
    }
}
