-- How far each account's stored pictures have been looked at again by a detector as it is set now. docs/rescan.md says how the order comes about.

CREATE TABLE rescan (
    account_id VARCHAR NOT NULL,
    detector VARCHAR NOT NULL CHECK (detector <> ''),
    detector_version VARCHAR NOT NULL CHECK (detector_version <> ''),
    settings_sha256 VARCHAR NOT NULL CHECK (length(settings_sha256) = 64),
    reached_at TIMESTAMPTZ NOT NULL,
    reached_sha256 VARCHAR NOT NULL CHECK (length(reached_sha256) = 64),
    looked BIGINT NOT NULL CHECK (looked >= 0),
    found BIGINT NOT NULL CHECK (found >= 0 AND found <= looked),
    unread BIGINT NOT NULL CHECK (unread >= 0),
    PRIMARY KEY (account_id, detector, detector_version, settings_sha256)
);
