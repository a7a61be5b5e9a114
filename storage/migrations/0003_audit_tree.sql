-- The Merkle tree over the audit's entries as the last checkpoint saw it, so that the next one only adds what is new. One row.
-- `levels` holds the root of the perfect subtree of 2^n leaves at n, or an empty text; a checkpoint's check makes the tree anew and does not believe it.
CREATE TABLE audit_tree (
    size BIGINT NOT NULL,
    levels VARCHAR[] NOT NULL
);
INSERT INTO audit_tree VALUES (0, []);
