-- The certificate authorities of this service, without their keys, and what they have issued. Certificates are kept by
-- the hash of their DER; the serial number is unique below the certificate of the issuer only.

CREATE TABLE authorities (
    name_key ${key} PRIMARY KEY,
    name TEXT NOT NULL,
    contents ${bytes} NOT NULL,
    etag TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);

CREATE TABLE issued_certificates (
    thumbprint ${key} PRIMARY KEY,
    issuer ${key} NOT NULL,
    serial ${key} NOT NULL,
    authority TEXT NOT NULL,
    subject_key ${key} NOT NULL,
    subject TEXT NOT NULL,
    basis TEXT NOT NULL,
    basis_id TEXT NOT NULL,
    certificate ${bytes} NOT NULL,
    issued BIGINT NOT NULL,
    not_after BIGINT NOT NULL
);

CREATE UNIQUE INDEX issued_certificates_by_serial ON issued_certificates (issuer, serial);
CREATE INDEX issued_certificates_by_subject ON issued_certificates (subject_key, issued);
CREATE INDEX issued_certificates_by_expiry ON issued_certificates (not_after, thumbprint);
