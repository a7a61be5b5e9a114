-- How long each class of record is kept: empty until a records custodian sets it.
CREATE TABLE retention (
    class VARCHAR PRIMARY KEY CHECK (class IN ('posts', 'media', 'undecided_hits', 'decided_hits', 'collections')),
    days INTEGER NOT NULL CHECK (days > 0),
    authority VARCHAR NOT NULL CHECK (trim(authority) <> ''),
    set_by VARCHAR NOT NULL CHECK (set_by <> ''),
    set_at TIMESTAMPTZ NOT NULL
);

-- Legal holds. Nothing in it is removed; a release is a date.
CREATE TABLE hold (
    id VARCHAR PRIMARY KEY,
    scope VARCHAR NOT NULL CHECK (scope IN ('account', 'post', 'hit')),
    target VARCHAR NOT NULL CHECK (target <> ''),
    owner VARCHAR NOT NULL CHECK (trim(owner) <> ''),
    reason VARCHAR NOT NULL CHECK (trim(reason) <> ''),
    review_on DATE NOT NULL,
    placed_by VARCHAR NOT NULL CHECK (placed_by <> ''),
    placed_at TIMESTAMPTZ NOT NULL,
    released_by VARCHAR,
    released_at TIMESTAMPTZ,
    CHECK ((released_by IS NULL) = (released_at IS NULL))
);

-- Each erasure: written in the transaction that deletes the rows, finished when the bytes are gone as well.
CREATE TABLE erasure (
    id VARCHAR PRIMARY KEY,
    reason VARCHAR NOT NULL CHECK (reason IN ('revoked', 'ended', 'terms', 'retention', 'ordered')),
    scope VARCHAR NOT NULL,
    ordered_by VARCHAR NOT NULL CHECK (ordered_by <> ''),
    ordered_at TIMESTAMPTZ NOT NULL,
    held VARCHAR[] NOT NULL,
    rows_entry BIGINT NOT NULL,
    bytes_entry BIGINT,
    finished_at TIMESTAMPTZ,
    CHECK ((bytes_entry IS NULL) = (finished_at IS NULL))
);

-- What each erasure took: ids and hashes, so that it can be proved what is gone, and nothing of what it was.
CREATE TABLE erased (
    erasure_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind <> ''),
    id VARCHAR NOT NULL,
    sha256 VARCHAR
);
