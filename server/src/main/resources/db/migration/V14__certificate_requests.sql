-- What devices ask of authorities whose owner approves each certificate, and what has become of it. The detail is the
-- reason of a denied one, and the thumbprint of an issued one.

CREATE TABLE certificate_requests (
    id ${key} PRIMARY KEY,
    device_key ${key} NOT NULL,
    authority TEXT NOT NULL,
    device TEXT NOT NULL,
    request ${bytes} NOT NULL,
    basis TEXT NOT NULL,
    basis_id TEXT NOT NULL,
    address TEXT NOT NULL,
    asked BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT,
    detail TEXT
);

CREATE INDEX certificate_requests_by_device ON certificate_requests (device_key, asked);
CREATE INDEX certificate_requests_by_age ON certificate_requests (asked, id);
