-- What the previews of the service API have: in an enrollment, a JSON object of what is kept and not looked at; beside
-- enrollments, resources of a few kinds. Secrets are apart from what is shown.

ALTER TABLE enrollments ADD COLUMN further ${bytes};
ALTER TABLE enrollment_groups ADD COLUMN further ${bytes};

CREATE TABLE preview_resources (
    kind ${key} NOT NULL,
    id_key ${key} NOT NULL,
    id TEXT NOT NULL,
    contents ${bytes} NOT NULL,
    secrets ${bytes} NOT NULL,
    etag TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (kind, id_key)
);
