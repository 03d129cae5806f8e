-- Symmetric keys and a TPM's sealed authentication key are base64, public keys of TPMs as their TPM2B_PUBLIC. What
-- registered before this version did so with a certificate.

ALTER TABLE enrollments ADD COLUMN primary_key TEXT;
ALTER TABLE enrollments ADD COLUMN secondary_key TEXT;
ALTER TABLE enrollments ADD COLUMN endorsement_key ${bytes};
ALTER TABLE enrollments ADD COLUMN storage_root_key ${bytes};
ALTER TABLE enrollment_groups ADD COLUMN primary_key TEXT;
ALTER TABLE enrollment_groups ADD COLUMN secondary_key TEXT;
ALTER TABLE enrollment_groups ADD COLUMN endorsement_key ${bytes};
ALTER TABLE enrollment_groups ADD COLUMN storage_root_key ${bytes};
ALTER TABLE registrations ADD COLUMN attestation TEXT NOT NULL DEFAULT 'x509';
ALTER TABLE registrations ADD COLUMN authentication_key TEXT;
