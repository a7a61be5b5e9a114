-- Replies as they came, what a day's requests cost, back-off across runs, and the day on which an account's collection starts.
-- Number 8 is the undercover compartment's own.

ALTER TABLE account ADD COLUMN since DATE;

-- `failures`: attempts in a row that failed; `not_before`: the account is not asked before then.
ALTER TABLE checkpoint ADD COLUMN failures INTEGER;
ALTER TABLE checkpoint ADD COLUMN not_before TIMESTAMPTZ;

ALTER TABLE collection ADD COLUMN requests BIGINT;
ALTER TABLE collection ADD COLUMN cost DOUBLE;

-- `record`: the WARC-Record-ID of the reply that the version came in, within the capture of its batch.
DROP VIEW current_post;
ALTER TABLE post ADD COLUMN record VARCHAR;
CREATE VIEW current_post AS
SELECT p.*, g.observed_at AS gone_at, g.answer AS gone_answer
FROM post p
LEFT JOIN gone g ON g.post_id = p.id AND g.post_version = p.version
WHERE p.newest;

-- WARC files in the vault: one for each batch that brought anything. The posts that its replies list were posted between `shown_from` and `shown_until`
-- (NULL: that is not known, and any post may be among them).
CREATE TABLE capture (
    sha256 VARCHAR NOT NULL CHECK (length(sha256) = 64),
    account_id VARCHAR NOT NULL CHECK (account_id <> ''),
    replies BIGINT NOT NULL CHECK (replies > 0),
    byte_size BIGINT NOT NULL CHECK (byte_size > 0),
    shown_from TIMESTAMPTZ,
    shown_until TIMESTAMPTZ,
    captured_at TIMESTAMPTZ NOT NULL,
    batch_id VARCHAR NOT NULL,
    CHECK ((shown_from IS NULL) = (shown_until IS NULL))
);
