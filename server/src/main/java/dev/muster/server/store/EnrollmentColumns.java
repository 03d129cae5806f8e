package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Ticks;
import dev.muster.tpm.TpmPublicKey;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The columns that individual enrollments and enrollment groups have in common, in one order. Stateless. */
final class EnrollmentColumns {
    static final List<String> NAMES = List.of(
            "attestation",
            "primary_certificate",
            "secondary_certificate",
            "primary_authority",
            "secondary_authority",
            "primary_key",
            "secondary_key",
            "endorsement_key",
            "storage_root_key",
            "enabled",
            "iot_edge",
            "update_hub_assignment",
            "migrate_device_data",
            "allocation_policy",
            "hubs",
            "webhook_url",
            "webhook_api_version",
            "initial_tags",
            "initial_desired",
            "etag",
            "created",
            "updated",
            "further");

    private static final String CLIENT_CERTIFICATES = "client certificates";
    private static final String SIGNING_CERTIFICATES = "signing certificates";
    private static final String CERTIFICATE_AUTHORITIES = "certificate authorities";
    private static final String TPM = "tpm";
    static final String SHARED_KEYS = "shared keys";

    private final Documents documents;

    EnrollmentColumns(Documents documents) {
        this.documents = documents;
    }

    /** The parts of an enrollment that these columns hold. */
    record Parts(
            Attestation attestation,
            Enrollment.Settings settings,
            Enrollment.Stamp stamp,
            Map<String, Object> further) {}

    Stream<@Nullable Object> values(Enrollment enrollment) {
        Enrollment.Settings settings = enrollment.settings();
        Enrollment.Webhook webhook = settings.customAllocation();
        Enrollment.InitialTwin twin = settings.initialTwin();
        return Stream.of(attestation(enrollment.attestation()), new @Nullable Object[] {
                    settings.enabled(),
                    settings.iotEdge(),
                    settings.reprovisionPolicy().updateHubAssignment(),
                    settings.reprovisionPolicy().migrateDeviceData(),
                    settings.allocationPolicy().map(Enum::name).orElse(null),
                    String.join("\n", settings.hubs()),
                    webhook == null ? null : webhook.url(),
                    webhook == null ? null : webhook.apiVersion(),
                    twin == null ? null : documents.print(twin.tags()),
                    twin == null ? null : documents.print(twin.desired()),
                    enrollment.stamp().etag().value(),
                    Ticks.of(enrollment.stamp().created()),
                    Ticks.of(enrollment.stamp().updated()),
                    enrollment.further().isEmpty() ? null : documents.print(enrollment.further())
                })
                .flatMap(Arrays::stream);
    }

    Parts read(Row row) throws SQLException {
        return new Parts(
                readAttestation(row),
                readSettings(row),
                new Enrollment.Stamp(new Etag(row.text()), row.instant(), row.instant()),
                row.optionalBytes().map(documents::parse).orElse(Map.of()));
    }

    private static @Nullable Object[] attestation(Attestation attestation) {
        return switch (attestation) {
            case Attestation.ClientCertificates(Slots<Certificate> slots) -> certificates(CLIENT_CERTIFICATES, slots);
            case Attestation.SigningCertificates(Slots<Certificate> slots) -> certificates(SIGNING_CERTIFICATES, slots);
            case Attestation.CertificateAuthorities(Slots<String> names) ->
                new @Nullable Object[] {
                    CERTIFICATE_AUTHORITIES, null, null, names.primary(), names.secondary(), null, null, null, null
                };
            case Attestation.SharedKeys(SymmetricKeys(SymmetricKey primary, SymmetricKey secondary)) ->
                new @Nullable Object[] {
                    SHARED_KEYS, null, null, null, null, primary.base64(), secondary.base64(), null, null
                };
            case Attestation.Tpm(TpmPublicKey endorsementKey, Optional<TpmPublicKey> storageRootKey) ->
                new @Nullable Object[] {
                    TPM,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    endorsementKey.encoded(),
                    storageRootKey.map(TpmPublicKey::encoded).orElse(null)
                };
        };
    }

    private static @Nullable Object[] certificates(String kind, Slots<Certificate> slots) {
        Slots<byte[]> ders = slots.map(Certificate::der);
        return new @Nullable Object[] {kind, ders.primary(), ders.secondary(), null, null, null, null, null, null};
    }

    private static Attestation readAttestation(Row row) throws SQLException {
        String kind = row.text();
        Certificate primary = row.optionalBytes().map(Certificate::parse).orElse(null);
        Certificate secondary = row.optionalBytes().map(Certificate::parse).orElse(null);
        String primaryAuthority = row.optionalText().orElse(null);
        String secondaryAuthority = row.optionalText().orElse(null);
        Optional<SymmetricKey> primaryKey = row.optionalText().map(SymmetricKey::new);
        Optional<SymmetricKey> secondaryKey = row.optionalText().map(SymmetricKey::new);
        Optional<TpmPublicKey> endorsementKey = row.optionalBytes().map(TpmPublicKey::parse);
        Optional<TpmPublicKey> storageRootKey = row.optionalBytes().map(TpmPublicKey::parse);
        return switch (kind) {
            case CLIENT_CERTIFICATES -> new Attestation.ClientCertificates(new Slots<>(primary, secondary));
            case SIGNING_CERTIFICATES -> new Attestation.SigningCertificates(new Slots<>(primary, secondary));
            case CERTIFICATE_AUTHORITIES ->
                new Attestation.CertificateAuthorities(new Slots<>(primaryAuthority, secondaryAuthority));
            case SHARED_KEYS ->
                new Attestation.SharedKeys(new SymmetricKeys(primaryKey.orElseThrow(), secondaryKey.orElseThrow()));
            case TPM -> new Attestation.Tpm(endorsementKey.orElseThrow(), storageRootKey);
            default -> throw new SQLException("'" + kind + "' is no kind of attestation");
        };
    }

    private Enrollment.Settings readSettings(Row row) throws SQLException {
        return new Enrollment.Settings(
                row.flag(),
                row.flag(),
                new Enrollment.ReprovisionPolicy(row.flag(), row.flag()),
                row.optionalText().map(AllocationPolicy::valueOf),
                row.text().lines().toList(),
                readWebhook(row),
                readTwin(row));
    }

    private static Enrollment.@Nullable Webhook readWebhook(Row row) throws SQLException {
        Optional<String> url = row.optionalText();
        Optional<String> apiVersion = row.optionalText();
        return url.isEmpty() ? null : new Enrollment.Webhook(url.get(), apiVersion.orElse(""));
    }

    private Enrollment.@Nullable InitialTwin readTwin(Row row) throws SQLException {
        Optional<byte[]> tags = row.optionalBytes();
        Optional<byte[]> desired = row.optionalBytes();
        return tags.isEmpty() || desired.isEmpty()
                ? null
                : new Enrollment.InitialTwin(documents.parse(tags.get()), documents.parse(desired.get()));
    }
}
