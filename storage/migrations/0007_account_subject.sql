-- Whose account of the undercover compartment it is; empty in the general one.

ALTER TABLE account ADD COLUMN subject_id VARCHAR;
