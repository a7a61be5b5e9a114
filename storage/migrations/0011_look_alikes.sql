-- Look-alikes: artwork of others that is registered as not ours, so that it is not taken for ours.

CREATE TABLE reference_with_ours (
    label VARCHAR NOT NULL CHECK (label <> ''),
    sha256 VARCHAR NOT NULL CHECK (length(sha256) = 64),
    mime VARCHAR NOT NULL,
    registered_by VARCHAR NOT NULL,
    registered_at TIMESTAMPTZ NOT NULL,
    ours BOOLEAN NOT NULL,
    PRIMARY KEY (label, sha256)
);
INSERT INTO reference_with_ours SELECT *, true FROM reference;
DROP TABLE reference;
ALTER TABLE reference_with_ours RENAME TO reference;
