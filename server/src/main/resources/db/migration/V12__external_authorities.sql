-- Of a piece of the backlog, the device's wish for a certificate, in base64, until an authority elsewhere has granted it; and
-- the chains of such authorities, by the hash of the certificate that issues: itself first, in PEM.

ALTER TABLE pending_operations ADD COLUMN csr TEXT;

CREATE TABLE issuer_chains (
    issuer ${key} PRIMARY KEY,
    chain TEXT NOT NULL
);
