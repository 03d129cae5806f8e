-- The names for which certificates may be requested through the portal's API, and what was issued there by the hash that
-- its clients know.

CREATE TABLE registered_names (
    authority_key ${key} NOT NULL,
    name_key ${key} NOT NULL,
    authority TEXT NOT NULL,
    name TEXT NOT NULL,
    registered BIGINT NOT NULL,
    PRIMARY KEY (authority_key, name_key)
);

CREATE TABLE portal_certificates (
    sha1 ${key} PRIMARY KEY,
    thumbprint ${key} NOT NULL
);
