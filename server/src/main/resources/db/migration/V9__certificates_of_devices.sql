-- The thumbprints of the certificates that a device was issued and its hub knows, newest first, separated by spaces; of a
-- piece of the backlog, those that the hub is to be told.

ALTER TABLE registrations ADD COLUMN certificates TEXT;
ALTER TABLE pending_operations ADD COLUMN certificates TEXT;

-- A device's newest renewal over its hub: pending until there is a certificate or a failure.

CREATE TABLE renewals (
    hub ${key} NOT NULL,
    device_id ${key} NOT NULL,
    generation_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    request TEXT NOT NULL,
    former TEXT NOT NULL,
    expires BIGINT NOT NULL,
    certificate TEXT,
    failure TEXT,
    delivered BOOLEAN NOT NULL,
    PRIMARY KEY (hub, device_id)
);
