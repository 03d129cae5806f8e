-- What was revoked, one row to a certificate by the hash of its DER, and the lists that say so. Every change of a row
-- has a number of its own, which other nodes follow; issuer and serial are known of our own authorities' certificates.

CREATE TABLE revocations (
    thumbprint ${key} PRIMARY KEY,
    change_number BIGINT NOT NULL,
    issuer ${key},
    serial ${key},
    not_after BIGINT,
    subject TEXT NOT NULL,
    authority_certificate ${bytes},
    may_issue BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    invalidity BIGINT,
    revoked_by TEXT NOT NULL,
    note TEXT NOT NULL,
    revoked BIGINT NOT NULL,
    released BIGINT
);

CREATE UNIQUE INDEX revocations_by_change ON revocations (change_number);
CREATE INDEX revocations_by_issuer ON revocations (issuer, change_number);
CREATE INDEX revocations_by_serial ON revocations (issuer, serial);

CREATE TABLE revocation_changes (
    id INTEGER PRIMARY KEY,
    last_number BIGINT NOT NULL
);

INSERT INTO revocation_changes (id, last_number) VALUES (1, 0);
