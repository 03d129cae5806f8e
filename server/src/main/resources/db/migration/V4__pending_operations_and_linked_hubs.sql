-- What a registration has left to be done: its webhook asked, a hub of another server told. due is when that may begin, or
-- begin anew should the claimant be gone. A registration that is assigning keeps the assignment before in its columns.

CREATE TABLE pending_operations (
    id_key ${key} NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    registration_etag TEXT NOT NULL,
    authentication TEXT NOT NULL,
    primary_credential TEXT,
    secondary_credential TEXT,
    leaf ${bytes},
    payload ${bytes},
    origin_id TEXT NOT NULL,
    peer TEXT NOT NULL,
    transport TEXT NOT NULL,
    chain TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    failures INTEGER NOT NULL,
    due BIGINT NOT NULL,
    claimant TEXT
);

CREATE INDEX pending_operations_by_due ON pending_operations (due);
CREATE INDEX pending_operations_by_claimant ON pending_operations (claimant) WHERE claimant IS NOT NULL;

-- endpoint, policy and key are those of another server's hub. The others say something of a hub of this one.
CREATE TABLE linked_hubs (
    host_key ${key} NOT NULL PRIMARY KEY,
    host_name TEXT NOT NULL,
    endpoint TEXT,
    policy_name TEXT,
    policy_key TEXT,
    weight INTEGER NOT NULL,
    apply_allocation_policy BOOLEAN NOT NULL,
    location TEXT NOT NULL
);
