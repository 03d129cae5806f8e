-- Keys are base64. An enrollment has both or none; what registered before this version did so with a certificate.

ALTER TABLE enrollments ADD COLUMN primary_key TEXT;
ALTER TABLE enrollments ADD COLUMN secondary_key TEXT;
ALTER TABLE enrollment_groups ADD COLUMN primary_key TEXT;
ALTER TABLE enrollment_groups ADD COLUMN secondary_key TEXT;
ALTER TABLE registrations ADD COLUMN attestation TEXT NOT NULL DEFAULT 'x509';
