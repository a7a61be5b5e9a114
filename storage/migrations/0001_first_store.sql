-- Every table of the general compartment. docs/schema.md says what each column means.

CREATE TABLE ingest_ledger (
    batch_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    rows BIGINT NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE account (
    id VARCHAR PRIMARY KEY,
    platform VARCHAR NOT NULL CHECK (platform <> ''),
    handle VARCHAR NOT NULL CHECK (handle <> ''),
    url VARCHAR NOT NULL,
    custody VARCHAR NOT NULL CHECK (custody IN ('department_run', 'opted_in')),
    compartment VARCHAR NOT NULL CHECK (compartment = 'general'),
    added_by VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE "authorization" (
    id VARCHAR PRIMARY KEY,
    account_id VARCHAR NOT NULL,
    basis VARCHAR NOT NULL CHECK (basis IN ('written_approval', 'opt_in')),
    clause VARCHAR NOT NULL,
    granted_by VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    document_sha256 VARCHAR NOT NULL CHECK (length(document_sha256) = 64),
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    detectors VARCHAR[] NOT NULL,
    revoked_at TIMESTAMPTZ,
    granted_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE permit (
    id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    clause VARCHAR NOT NULL,
    granted_by VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    document_sha256 VARCHAR NOT NULL CHECK (length(document_sha256) = 64),
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    account_id VARCHAR,
    label VARCHAR,
    added_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE reference (
    label VARCHAR NOT NULL CHECK (label <> ''),
    sha256 VARCHAR NOT NULL CHECK (length(sha256) = 64),
    mime VARCHAR NOT NULL,
    registered_by VARCHAR NOT NULL,
    registered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (label, sha256)
);

CREATE TABLE checkpoint (
    account_id VARCHAR PRIMARY KEY,
    state VARCHAR,
    last_attempt TIMESTAMPTZ,
    last_outcome VARCHAR,
    last_detail VARCHAR NOT NULL,
    last_success TIMESTAMPTZ
);

CREATE TABLE collection (
    batch_id VARCHAR PRIMARY KEY,
    account_id VARCHAR NOT NULL,
    authorization_id VARCHAR,
    collected_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL CHECK (outcome IN ('stored', 'unchanged', 'refused', 'failed')),
    detail VARCHAR NOT NULL,
    terms JSON
);

CREATE TABLE robots (
    origin VARCHAR PRIMARY KEY,
    text VARCHAR NOT NULL,
    status INTEGER NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE post (
    id VARCHAR NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    account_id VARCHAR NOT NULL,
    native_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    posted_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    content_sha256 VARCHAR NOT NULL CHECK (length(content_sha256) = 64),
    first_seen TIMESTAMPTZ NOT NULL,
    captured_at TIMESTAMPTZ NOT NULL,
    batch_id VARCHAR NOT NULL,
    PRIMARY KEY (id, version)
);

-- Which versions of posts are not the newest any more. Few are: so the newest ones are found without looking at all versions of all posts.
CREATE TABLE superseded (
    post_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    batch_id VARCHAR NOT NULL
);

CREATE TABLE post_media (
    account_id VARCHAR NOT NULL,
    post_id VARCHAR NOT NULL,
    post_content_sha256 VARCHAR NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    url VARCHAR NOT NULL,
    alt VARCHAR NOT NULL,
    claimed_mime VARCHAR,
    media_sha256 VARCHAR,
    problem VARCHAR NOT NULL,
    captured_at TIMESTAMPTZ NOT NULL,
    batch_id VARCHAR NOT NULL,
    CHECK (media_sha256 IS NOT NULL OR problem <> '')
);

CREATE TABLE media (
    sha256 VARCHAR PRIMARY KEY CHECK (length(sha256) = 64),
    mime VARCHAR NOT NULL,
    byte_size BIGINT NOT NULL CHECK (byte_size >= 0),
    width INTEGER,
    height INTEGER,
    captured_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE gone (
    post_id VARCHAR NOT NULL,
    post_version INTEGER NOT NULL,
    answer VARCHAR NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    batch_id VARCHAR NOT NULL,
    PRIMARY KEY (post_id, post_version)
);

CREATE TABLE rejected (
    id VARCHAR PRIMARY KEY,
    account_id VARCHAR NOT NULL,
    native_id VARCHAR,
    path VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    batch_id VARCHAR NOT NULL
);

CREATE TABLE examination (
    media_sha256 VARCHAR NOT NULL CHECK (length(media_sha256) = 64),
    detector VARCHAR NOT NULL CHECK (detector <> ''),
    detector_version VARCHAR NOT NULL CHECK (detector_version <> ''),
    settings_sha256 VARCHAR NOT NULL CHECK (length(settings_sha256) = 64),
    examined_at TIMESTAMPTZ NOT NULL,
    fingerprint VARCHAR,
    same_as VARCHAR,
    error VARCHAR,
    batch_id VARCHAR NOT NULL,
    PRIMARY KEY (media_sha256, detector, detector_version, settings_sha256)
);

CREATE TABLE finding (
    id VARCHAR PRIMARY KEY,
    media_sha256 VARCHAR NOT NULL CHECK (length(media_sha256) = 64),
    kind VARCHAR NOT NULL CHECK (kind <> ''),
    label VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    threshold DOUBLE NOT NULL CHECK (threshold >= 0),
    box_x INTEGER,
    box_y INTEGER,
    box_w INTEGER,
    box_h INTEGER,
    span_start INTEGER,
    span_end INTEGER,
    time_s DOUBLE,
    because VARCHAR NOT NULL CHECK (because <> ''),
    detector VARCHAR NOT NULL CHECK (detector <> ''),
    detector_version VARCHAR NOT NULL CHECK (detector_version <> ''),
    settings_sha256 VARCHAR NOT NULL CHECK (length(settings_sha256) = 64),
    text VARCHAR,
    reference_sha256 VARCHAR,
    CHECK (score >= threshold AND score <= 1),
    CHECK ((box_x IS NULL) = (box_y IS NULL) AND (box_x IS NULL) = (box_w IS NULL) AND (box_x IS NULL) = (box_h IS NULL)),
    CHECK ((span_start IS NULL) = (span_end IS NULL))
);

CREATE TABLE citation (
    post_id VARCHAR NOT NULL,
    post_content_sha256 VARCHAR NOT NULL,
    media_sha256 VARCHAR NOT NULL,
    detector VARCHAR NOT NULL,
    detector_version VARCHAR NOT NULL,
    settings_sha256 VARCHAR NOT NULL,
    directive_sha256 VARCHAR NOT NULL,
    batch_id VARCHAR NOT NULL,
    PRIMARY KEY (post_id, post_content_sha256, media_sha256, detector, detector_version, settings_sha256, directive_sha256)
);

CREATE TABLE compliant (
    post_id VARCHAR NOT NULL,
    media_sha256 VARCHAR NOT NULL,
    finding_id VARCHAR NOT NULL,
    clause VARCHAR NOT NULL,
    permit_id VARCHAR NOT NULL,
    directive_sha256 VARCHAR NOT NULL,
    batch_id VARCHAR NOT NULL,
    PRIMARY KEY (post_id, finding_id, clause, permit_id, directive_sha256)
);

CREATE TABLE hit (
    id VARCHAR PRIMARY KEY,
    account_id VARCHAR NOT NULL CHECK (account_id <> ''),
    post_id VARCHAR NOT NULL CHECK (post_id <> ''),
    post_content_sha256 VARCHAR NOT NULL CHECK (length(post_content_sha256) = 64),
    media_sha256 VARCHAR NOT NULL CHECK (length(media_sha256) = 64),
    kind VARCHAR NOT NULL CHECK (kind <> ''),
    label VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    threshold DOUBLE NOT NULL CHECK (threshold >= 0),
    box_x INTEGER,
    box_y INTEGER,
    box_w INTEGER,
    box_h INTEGER,
    span_start INTEGER,
    span_end INTEGER,
    time_s DOUBLE,
    because VARCHAR NOT NULL CHECK (because <> ''),
    detector VARCHAR NOT NULL CHECK (detector <> ''),
    detector_version VARCHAR NOT NULL CHECK (detector_version <> ''),
    settings_sha256 VARCHAR NOT NULL CHECK (length(settings_sha256) = 64),
    text VARCHAR,
    reference_sha256 VARCHAR,
    directive VARCHAR NOT NULL CHECK (directive <> ''),
    directive_version VARCHAR NOT NULL CHECK (directive_version <> ''),
    directive_sha256 VARCHAR NOT NULL CHECK (length(directive_sha256) = 64),
    clause VARCHAR NOT NULL CHECK (clause <> ''),
    severity VARCHAR NOT NULL CHECK (severity IN ('advice', 'low', 'moderate', 'high', 'critical')),
    compartment VARCHAR NOT NULL CHECK (compartment = 'general'),
    means VARCHAR NOT NULL CHECK (means <> ''),
    captured_at TIMESTAMPTZ NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    review_by TIMESTAMPTZ NOT NULL,
    batch_id VARCHAR NOT NULL,
    CHECK (score >= threshold AND score <= 1),
    CHECK ((box_x IS NULL) = (box_y IS NULL) AND (box_x IS NULL) = (box_w IS NULL) AND (box_x IS NULL) = (box_h IS NULL)),
    CHECK ((span_start IS NULL) = (span_end IS NULL))
);

CREATE TABLE review (
    id VARCHAR PRIMARY KEY,
    hit_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL CHECK (outcome IN ('confirmed', 'approved_use', 'dismissed', 'undetermined')),
    reason VARCHAR NOT NULL CHECK (trim(reason) <> ''),
    reviewer VARCHAR NOT NULL CHECK (trim(reviewer) <> ''),
    decided_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    recorded_at TIMESTAMPTZ NOT NULL,
    actor VARCHAR NOT NULL CHECK (actor <> ''),
    action VARCHAR NOT NULL CHECK (action <> ''),
    subject VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    prev VARCHAR NOT NULL CHECK (length(prev) = 64),
    hash VARCHAR NOT NULL CHECK (length(hash) = 64)
);

-- Where the chain ends, so that a last entry that was taken away is missed.
CREATE TABLE audit_head (
    seq BIGINT NOT NULL,
    hash VARCHAR NOT NULL
);
INSERT INTO audit_head VALUES (0, repeat('0', 64));

-- A trigger of DuckDB cannot raise an error, but one that inserts what a CHECK forbids does stop the statement.
-- A guard rail: whoever may write the file can drop it; the chain of hashes is what tells.
CREATE TABLE append_only (
    message VARCHAR CHECK (message IS NULL)
);
CREATE TRIGGER audit_is_never_updated BEFORE UPDATE ON audit FOR EACH STATEMENT INSERT INTO append_only VALUES ('the audit is append-only');
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit FOR EACH STATEMENT INSERT INTO append_only VALUES ('the audit is append-only');

CREATE VIEW current_post AS
SELECT p.*, g.observed_at AS gone_at, g.answer AS gone_answer
FROM post p
LEFT JOIN gone g ON g.post_id = p.id AND g.post_version = p.version
WHERE NOT EXISTS (SELECT 1 FROM superseded s WHERE s.post_id = p.id AND s.version = p.version);

-- Reviews are never overwritten; the latest one says the hit's outcome. No review: the hit is new.
CREATE VIEW reviewed_hit AS
SELECT h.*, CASE WHEN r.hit_id IS NULL THEN 'new' ELSE 'closed' END AS state, r.outcome AS outcome
FROM hit h
LEFT JOIN (SELECT hit_id, max_by(outcome, (decided_at, id)) AS outcome FROM review GROUP BY hit_id) r ON r.hit_id = h.id;
