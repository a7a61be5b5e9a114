-- What ten million posts ask for (docs/performance.md has the figures behind it).
-- Rows of posts are numbered as they arrive, so that DuckDB finds one by the smallest and largest number of each part of the table. An index over the random ids
-- of ten million posts costs more than it saves: it makes a batch wait, fills the memory, and is written anew with every checkpoint. What is stored already is left
-- out by whoever stores a batch, one at a time; keys over several columns were no help in finding it.

CREATE TEMP TABLE post_before AS
SELECT *, min(n) OVER (PARTITION BY id) AS first_n, version = max(version) OVER (PARTITION BY id) AS newest
FROM (SELECT *, row_number() OVER (ORDER BY captured_at, batch_id, id, version) AS n FROM post);
CREATE TEMP TABLE media_before AS SELECT *, ('0x' || substr(sha256, 1, 15))::BIGINT AS number FROM media;
CREATE TEMP TABLE post_media_before AS SELECT * FROM post_media;
CREATE TEMP TABLE hit_before AS SELECT * FROM hit;
CREATE TEMP TABLE examination_before AS SELECT * FROM examination;
CREATE TEMP TABLE citation_before AS SELECT * FROM citation;

DROP VIEW current_post;
DROP VIEW reviewed_hit;
DROP TABLE post;
DROP TABLE superseded;
DROP TABLE media;
DROP TABLE post_media;
DROP TABLE hit;
DROP TABLE examination;
DROP TABLE citation;

-- `n`: the number of the row; `first_n`: that of the post's first version, the same for all of its versions;
-- `newest`: whether no later version is stored, the one column that changes.
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
    n BIGINT NOT NULL,
    first_n BIGINT NOT NULL,
    newest BOOLEAN NOT NULL
);

-- `number`: the first 60 bits of the SHA-256. DuckDB looks through numbers many times as fast as through texts.
CREATE TABLE media (
    sha256 VARCHAR NOT NULL CHECK (length(sha256) = 64),
    mime VARCHAR NOT NULL,
    byte_size BIGINT NOT NULL CHECK (byte_size >= 0),
    width INTEGER,
    height INTEGER,
    captured_at TIMESTAMPTZ NOT NULL,
    number BIGINT NOT NULL
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
    first_n BIGINT NOT NULL,
    CHECK (media_sha256 IS NOT NULL OR problem <> '')
);

-- `post_n`: the row of the newest version of the hit's post. State, outcome and time are those of the latest review: the queue need not look at all reviews for them.
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
    post_n BIGINT NOT NULL,
    state VARCHAR NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'closed')),
    outcome VARCHAR,
    review_id VARCHAR,
    decided_at TIMESTAMPTZ,
    CHECK ((state = 'new') = (review_id IS NULL) AND (review_id IS NULL) = (outcome IS NULL) AND (review_id IS NULL) = (decided_at IS NULL)),
    CHECK (score >= threshold AND score <= 1),
    CHECK ((box_x IS NULL) = (box_y IS NULL) AND (box_x IS NULL) = (box_w IS NULL) AND (box_x IS NULL) = (box_h IS NULL)),
    CHECK ((span_start IS NULL) = (span_end IS NULL))
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
    batch_id VARCHAR NOT NULL
);

CREATE TABLE citation (
    post_id VARCHAR NOT NULL,
    post_content_sha256 VARCHAR NOT NULL,
    media_sha256 VARCHAR NOT NULL,
    detector VARCHAR NOT NULL,
    detector_version VARCHAR NOT NULL,
    settings_sha256 VARCHAR NOT NULL,
    directive_sha256 VARCHAR NOT NULL,
    batch_id VARCHAR NOT NULL
);

INSERT INTO post BY NAME SELECT * FROM post_before ORDER BY n;
INSERT INTO media BY NAME SELECT * FROM media_before ORDER BY captured_at, sha256;
INSERT INTO post_media BY NAME
SELECT m.*, coalesce(p.first_n, 0) AS first_n FROM post_media_before m LEFT JOIN (SELECT DISTINCT id, first_n FROM post) p ON p.id = m.post_id
ORDER BY m.captured_at, p.first_n, m.position;
INSERT INTO hit BY NAME
SELECT h.*, coalesce(p.n, 0) AS post_n, CASE WHEN r.id IS NULL THEN 'new' ELSE 'closed' END AS state, r.outcome, r.id AS review_id, r.decided_at
FROM hit_before h
LEFT JOIN (SELECT id, max(n) AS n FROM post GROUP BY id) p ON p.id = h.post_id
LEFT JOIN (SELECT DISTINCT ON (hit_id) * FROM review ORDER BY hit_id, decided_at DESC, id DESC) r ON r.hit_id = h.id
ORDER BY h.captured_at, h.id;
INSERT INTO examination BY NAME SELECT * FROM examination_before ORDER BY examined_at, media_sha256;
INSERT INTO citation BY NAME SELECT * FROM citation_before;
DROP TABLE post_before;
DROP TABLE media_before;
DROP TABLE post_media_before;
DROP TABLE hit_before;
DROP TABLE examination_before;
DROP TABLE citation_before;

CREATE VIEW current_post AS
SELECT p.*, g.observed_at AS gone_at, g.answer AS gone_answer
FROM post p
LEFT JOIN gone g ON g.post_id = p.id AND g.post_version = p.version
WHERE p.newest;
