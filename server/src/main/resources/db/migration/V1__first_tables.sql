-- Times are in units of 100 ns since 1970. Columns named ..._key hold what is compared, lower-cased where case does not
-- matter. ${key} is a text that is compared byte by byte, whatever the locale of the database is; ${bytes} is a byte
-- string; ${serial} is a primary key that counts. In SQLite the tables are ordinary rowid tables: their indexes stay
-- narrow, which a million keys in random order need.

CREATE TABLE settings (
    name ${key} NOT NULL PRIMARY KEY,
    value ${bytes} NOT NULL
);

CREATE TABLE access_policies (
    scope ${key} NOT NULL,
    name ${key} NOT NULL,
    primary_key TEXT NOT NULL,
    secondary_key TEXT NOT NULL,
    rights TEXT NOT NULL,
    PRIMARY KEY (scope, name)
);

CREATE TABLE enrollments (
    id_key ${key} NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    device_id TEXT,
    device_information ${bytes} NOT NULL,
    attestation TEXT NOT NULL,
    primary_certificate ${bytes},
    secondary_certificate ${bytes},
    primary_authority TEXT,
    secondary_authority TEXT,
    enabled BOOLEAN NOT NULL,
    iot_edge BOOLEAN NOT NULL,
    update_hub_assignment BOOLEAN NOT NULL,
    migrate_device_data BOOLEAN NOT NULL,
    allocation_policy TEXT,
    hubs TEXT NOT NULL,
    webhook_url TEXT,
    webhook_api_version TEXT,
    initial_tags ${bytes},
    initial_desired ${bytes},
    etag TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);

CREATE TABLE enrollment_groups (
    id_key ${key} NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    primary_thumbprint TEXT,
    secondary_thumbprint TEXT,
    primary_subject_key TEXT,
    secondary_subject_key TEXT,
    primary_authority_key TEXT,
    secondary_authority_key TEXT,
    attestation TEXT NOT NULL,
    primary_certificate ${bytes},
    secondary_certificate ${bytes},
    primary_authority TEXT,
    secondary_authority TEXT,
    enabled BOOLEAN NOT NULL,
    iot_edge BOOLEAN NOT NULL,
    update_hub_assignment BOOLEAN NOT NULL,
    migrate_device_data BOOLEAN NOT NULL,
    allocation_policy TEXT,
    hubs TEXT NOT NULL,
    webhook_url TEXT,
    webhook_api_version TEXT,
    initial_tags ${bytes},
    initial_desired ${bytes},
    etag TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);

CREATE INDEX enrollment_groups_by_primary_thumbprint ON enrollment_groups (primary_thumbprint);
CREATE INDEX enrollment_groups_by_secondary_thumbprint ON enrollment_groups (secondary_thumbprint);
CREATE INDEX enrollment_groups_by_primary_subject ON enrollment_groups (primary_subject_key);
CREATE INDEX enrollment_groups_by_secondary_subject ON enrollment_groups (secondary_subject_key);
CREATE INDEX enrollment_groups_by_primary_authority ON enrollment_groups (primary_authority_key);
CREATE INDEX enrollment_groups_by_secondary_authority ON enrollment_groups (secondary_authority_key);

CREATE TABLE ca_certificates (
    name_key ${key} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    certificate ${bytes} NOT NULL,
    thumbprint TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    verification_code TEXT,
    verified BOOLEAN NOT NULL,
    etag TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);

CREATE INDEX ca_certificates_by_thumbprint ON ca_certificates (thumbprint);
CREATE INDEX ca_certificates_by_subject ON ca_certificates (subject_key);

CREATE TABLE registrations (
    id_key ${key} NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    hub TEXT,
    device_id TEXT,
    payload ${bytes},
    substatus TEXT,
    error_code INTEGER,
    error_message TEXT,
    group_key TEXT,
    group_id TEXT,
    leaf TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    etag TEXT NOT NULL
);

CREATE INDEX registrations_by_group ON registrations (group_key, id_key) WHERE group_key IS NOT NULL;

CREATE TABLE attempts (
    id ${serial},
    registration_key TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    tracking_id TEXT,
    peer TEXT NOT NULL,
    transport TEXT NOT NULL,
    chain TEXT NOT NULL,
    enrollment TEXT,
    succeeded BOOLEAN NOT NULL,
    outcome TEXT NOT NULL,
    subject TEXT,
    rule TEXT,
    remedy TEXT
);

CREATE INDEX attempts_by_registration ON attempts (registration_key, id);
CREATE INDEX attempts_failed ON attempts (id) WHERE NOT succeeded;

CREATE TABLE device_identities (
    hub ${key} NOT NULL,
    device_id ${key} NOT NULL,
    generation_id TEXT NOT NULL,
    etag TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    status_reason TEXT NOT NULL,
    status_updated BIGINT NOT NULL,
    authentication TEXT NOT NULL,
    primary_credential TEXT,
    secondary_credential TEXT,
    iot_edge BOOLEAN NOT NULL,
    PRIMARY KEY (hub, device_id)
);

CREATE TABLE event_partitions (
    partition_id INTEGER NOT NULL PRIMARY KEY,
    next_sequence BIGINT NOT NULL
);

CREATE TABLE events (
    partition_id INTEGER NOT NULL,
    sequence BIGINT NOT NULL,
    enqueued BIGINT NOT NULL,
    hub TEXT NOT NULL,
    device_id TEXT NOT NULL,
    generation_id TEXT NOT NULL,
    system_properties ${bytes} NOT NULL,
    properties ${bytes} NOT NULL,
    body ${bytes} NOT NULL,
    PRIMARY KEY (partition_id, sequence)
);
