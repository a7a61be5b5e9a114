-- Workers on other hosts: each by the SHA-256 of its token, which is kept nowhere.

CREATE TABLE worker_token (
    token_sha256 VARCHAR PRIMARY KEY CHECK (length(token_sha256) = 64),
    name VARCHAR NOT NULL CHECK (name <> ''),
    scopes VARCHAR[] NOT NULL,
    valid_until DATE NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
