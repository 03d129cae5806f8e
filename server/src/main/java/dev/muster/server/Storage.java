package dev.muster.server;

import dev.muster.base.AccessPolicies;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Seal;
import dev.muster.base.SecretFile;
import dev.muster.server.config.Config;
import dev.muster.server.store.Documents;
import dev.muster.server.store.SqlAccessPolicies;
import dev.muster.server.store.SqlAttempts;
import dev.muster.server.store.SqlCaCertificates;
import dev.muster.server.store.SqlDeviceIdentities;
import dev.muster.server.store.SqlEnrollmentGroups;
import dev.muster.server.store.SqlEnrollments;
import dev.muster.server.store.SqlEvents;
import dev.muster.server.store.SqlHubLinks;
import dev.muster.server.store.SqlPendingOperations;
import dev.muster.server.store.SqlPreviewResources;
import dev.muster.server.store.SqlRegistrations;
import dev.muster.server.store.SqlRenewals;
import dev.muster.server.store.SqlResourceTags;
import dev.muster.server.store.SqlSettings;
import dev.muster.server.store.SqlTwins;
import dev.muster.server.store.certificate.SqlAuthorities;
import dev.muster.server.store.certificate.SqlCertificateRequests;
import dev.muster.server.store.certificate.SqlIssuedCertificates;
import dev.muster.server.store.certificate.SqlIssuedCounts;
import dev.muster.server.store.certificate.SqlIssuerChains;
import dev.muster.server.store.certificate.SqlKnownAuthorities;
import dev.muster.server.store.certificate.SqlPortalLedger;
import dev.muster.server.store.certificate.SqlRevocations;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.PostgresDatabase;
import dev.muster.server.store.database.SqliteDatabase;
import dev.muster.server.store.database.StoreFailure;
import dev.muster.server.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Every stored port over one database. */
record Storage(
        Database database,
        SqlEnrollments enrollments,
        SqlEnrollmentGroups groups,
        SqlCaCertificates authorities,
        SqlPreviewResources previews,
        SqlKnownAuthorities knownAuthorities,
        SqlAuthorities ownAuthorities,
        SqlIssuedCertificates issued,
        SqlIssuerChains issuerChains,
        SqlRenewals renewals,
        SqlPortalLedger portal,
        SqlCertificateRequests requests,
        SqlRevocations revocations,
        SqlIssuedCounts issuedCounts,
        SqlRegistrations registrations,
        SqlPendingOperations pending,
        SqlHubLinks hubLinks,
        SqlAttempts attempts,
        SqlDeviceIdentities devices,
        SqlTwins twins,
        SqlEvents events,
        AccessPolicies policies,
        SqlResourceTags tags,
        SqlSettings settings)
        implements AutoCloseable {
    private static final Documents JSON = new Documents() {
        @Override
        public byte[] print(Map<String, Object> document) {
            return Json.print(document);
        }

        @Override
        public Map<String, Object> parse(byte[] bytes) {
            return Json.parseObject(bytes);
        }
    };

    /**
     * @param seal for the secrets of others
     * @throws Refusal INVALID_ARGUMENT when the database cannot be opened
     */
    static Storage open(Config config, Seal seal) {
        Database database = database(config);
        return new Storage(
                database,
                new SqlEnrollments(database, JSON),
                new SqlEnrollmentGroups(database, JSON),
                new SqlCaCertificates(database),
                new SqlPreviewResources(database, JSON, seal),
                new SqlKnownAuthorities(database),
                new SqlAuthorities(database, JSON),
                new SqlIssuedCertificates(database),
                new SqlIssuerChains(database),
                new SqlRenewals(database),
                new SqlPortalLedger(database),
                new SqlCertificateRequests(database),
                new SqlRevocations(database),
                new SqlIssuedCounts(database),
                new SqlRegistrations(database, JSON),
                new SqlPendingOperations(database, JSON),
                new SqlHubLinks(database),
                new SqlAttempts(database, SqlAttempts.DEFAULT_BOUND),
                new SqlDeviceIdentities(database),
                new SqlTwins(database, JSON),
                new SqlEvents(database, JSON, config.events().partitions()),
                new SqlAccessPolicies(database),
                new SqlResourceTags(database, JSON),
                new SqlSettings(database));
    }

    private static Database database(Config config) {
        try {
            return opened(config);
        } catch (StoreFailure e) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The server cannot start: " + e.getMessage() + ".",
                    new Explanation(
                            "store",
                            String.valueOf(
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                            "see that the database can be reached and no other server uses it"));
        }
    }

    private static Database opened(Config config) {
        if (config.store().url().isEmpty()) {
            return SqliteDatabase.open(made(config.dataDirectory()).resolve("muster.db"));
        }
        String password = config.store().passwordFile().map(Storage::read).orElse("");
        return PostgresDatabase.open(
                config.store().url().get(), config.store().user().orElse(""), password);
    }

    private static Path made(Path directory) {
        try {
            return SecretFile.directory(directory);
        } catch (IOException e) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The data directory " + directory + " cannot be made: " + e.getMessage());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The server cannot start.",
                    new Explanation(
                            "store.password-file", "it cannot be read: " + e, "check the path and its permissions"));
        }
    }

    @Override
    public void close() {
        attempts.close();
        database.close();
    }
}
