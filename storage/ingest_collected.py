"""Collected batches: posts as versions, their media, what has gone, what was rejected, and where the accounts stand now.

Several are stored at once, each of another account. Most of what is collected was never seen before: then nothing is compared with what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.audit import AuditAction
from storage import audit
from storage.batch_file import BadBatch, staged
from storage.batches import LATER
from storage.store import Row, Transaction

_ACTION = {
    "stored": AuditAction.COLLECTION_STORED,
    "unchanged": AuditAction.COLLECTION_STORED,
    "refused": AuditAction.COLLECTION_REFUSED,
    "failed": AuditAction.COLLECTION_FAILED,
}

# A refusal, or a failure before the first reply, needs no authorization: nothing of the account was fetched.
_ATTEMPTS = """
SELECT c.batch_id, c.account_id, c.authorization_id, c.collected_at, c.outcome, EXISTS (FROM account a WHERE a.id = c.account_id) AS registered,
    c.outcome IN ('refused', 'failed') AND c.batch_id NOT IN (SELECT batch_id FROM in_line WHERE "table" IN ('post', 'gone', 'rejected')) OR EXISTS (
        FROM "authorization" p WHERE p.id = c.authorization_id AND p.account_id = c.account_id
        AND CAST(c.collected_at AS DATE) BETWEEN p.valid_from AND p.valid_until AND (p.revoked_at IS NULL OR p.revoked_at > c.collected_at)) AS allowed
FROM in_collection c ORDER BY c.batch_id
"""

# What is stored of the posts that the batches tell of: their newest versions.
_KNOWN = """
CREATE OR REPLACE TEMP TABLE in_known AS
WITH told AS (SELECT id FROM in_post UNION SELECT post_id FROM in_gone UNION SELECT post_id FROM in_post_media),
mine AS MATERIALIZED (SELECT n, id FROM post WHERE account_id IN (SELECT account_id FROM in_collection)),
found AS MATERIALIZED (SELECT n FROM mine WHERE id IN (SELECT id FROM told))
SELECT p.id, p.version, p.content_sha256, p.first_seen, p.first_n, p.gone_at IS NOT NULL AS gone FROM current_post p WHERE p.n IN (SELECT n FROM found)
"""

_ALL_NEW = "SELECT NOT EXISTS (FROM in_known) AND (SELECT count(*) = count(DISTINCT id) FROM in_post)"

_NEW_POSTS = """
INSERT INTO post BY NAME
SELECT i.* EXCLUDE (n), 1 AS version, c.account_id, c.collected_at AS first_seen, c.collected_at AS captured_at,
    ? + row_number() OVER () AS n, ? + row_number() OVER () AS first_n
FROM in_post i JOIN in_collection c ON c.batch_id = i.batch_id
"""

# A post is written again when it differs from its newest version, or when it had gone and came back; else nothing is written.
_POSTS = """
INSERT INTO post BY NAME
WITH compared AS (
    SELECT i.*, k.version AS before, k.first_seen, k.first_n,
        coalesce(k.gone, false) AND row_number() OVER (PARTITION BY i.id ORDER BY i.n) = 1 AS returned,
        coalesce(lag(i.content_sha256) OVER (PARTITION BY i.id ORDER BY i.n), k.content_sha256) AS previous
    FROM in_post i LEFT JOIN in_known k ON k.id = i.id
), fresh AS (
    SELECT *, ? + row_number() OVER (ORDER BY batch_id, n) AS row_n FROM compared WHERE returned OR previous IS DISTINCT FROM content_sha256
)
SELECT f.* EXCLUDE (n, before, first_seen, first_n, returned, previous, row_n), c.account_id, c.collected_at AS captured_at,
    coalesce(f.before, 0) + row_number() OVER (PARTITION BY f.id ORDER BY f.n) AS version, coalesce(f.first_seen, c.collected_at) AS first_seen,
    row_n AS n, coalesce(f.first_n, min(row_n) OVER (PARTITION BY f.id)) AS first_n
FROM fresh f JOIN in_collection c ON c.batch_id = f.batch_id ORDER BY row_n
"""

_SUPERSEDED = """
INSERT INTO superseded
WITH added AS (SELECT id, version, max(version) OVER (PARTITION BY id) AS newest, batch_id FROM post WHERE n > ?)
SELECT id, version, batch_id FROM added WHERE version < newest
UNION ALL SELECT k.id, k.version, a.batch_id FROM in_known k JOIN added a ON a.id = k.id AND a.version = a.newest
"""

_HITS_FOLLOW = """
UPDATE hit SET post_n = added.n FROM (SELECT id, account_id, max(n) AS n FROM post WHERE n > ? GROUP BY id, account_id) added
WHERE hit.account_id = added.account_id AND hit.post_id = added.id
"""

# Bytes captured for a picture are kept beside earlier ones; that it could not be captured is worth a row where nothing is known yet,
# or only that a later run may get it.
_POST_MEDIA = """
INSERT INTO post_media BY NAME
WITH numbered AS (SELECT id, first_n FROM in_known UNION SELECT id, first_n FROM post WHERE n > ?),
known AS (SELECT * FROM post_media WHERE first_n IN (SELECT first_n FROM in_known))
SELECT DISTINCT ON (i.post_id, i.post_content_sha256, i.position, i.media_sha256, i.problem) i.* EXCLUDE (n),
    c.account_id, c.collected_at AS captured_at, p.first_n
FROM in_post_media i JOIN in_collection c ON c.batch_id = i.batch_id JOIN numbered p ON p.id = i.post_id
WHERE NOT EXISTS (
    SELECT 1 FROM known m
    WHERE m.post_id = i.post_id AND m.post_content_sha256 = i.post_content_sha256 AND m.position = i.position
        AND CASE WHEN i.media_sha256 IS NOT NULL THEN m.media_sha256 = i.media_sha256
            ELSE m.media_sha256 IS NOT NULL OR starts_with(i.problem, ?) OR NOT starts_with(m.problem, ?) END
)
ORDER BY i.batch_id, i.n
"""

_ORPHANS = "SELECT 1 FROM in_post_media WHERE post_id NOT IN (SELECT id FROM in_post UNION ALL SELECT id FROM in_known)"

_MEDIA = """
INSERT INTO media
WITH known AS (SELECT i.sha256 FROM in_media i SEMI JOIN media m ON m.sha256 = i.sha256)
SELECT DISTINCT ON (i.sha256) i.sha256, i.mime, i.byte_size, i.width, i.height, c.collected_at
FROM in_media i JOIN in_collection c ON c.batch_id = i.batch_id WHERE i.sha256 NOT IN (SELECT sha256 FROM known) ORDER BY i.batch_id, i.n
"""

_GONE = """
INSERT INTO gone
WITH told AS (SELECT id, version, gone FROM in_known UNION ALL SELECT id, version, false FROM post WHERE n > ?),
newest AS (SELECT DISTINCT ON (id) * FROM told ORDER BY id, version DESC)
SELECT DISTINCT ON (p.id) p.id, p.version, i.answer, c.collected_at, i.batch_id
FROM in_gone i JOIN newest p ON p.id = i.post_id JOIN in_collection c ON c.batch_id = i.batch_id
WHERE NOT p.gone ORDER BY i.batch_id, i.n
"""

_REJECTED = """
INSERT INTO rejected
SELECT DISTINCT ON (i.id) i.id, c.account_id, i.native_id, i.path, i.reason, c.collected_at, i.batch_id
FROM in_rejected i JOIN in_collection c ON c.batch_id = i.batch_id WHERE i.id NOT IN (SELECT id FROM rejected) ORDER BY i.batch_id, i.n
"""

_COLLECTION = """
INSERT INTO collection SELECT batch_id, account_id, authorization_id, collected_at, outcome, detail, terms FROM in_collection
"""

_STANDING = """
UPDATE checkpoint SET state = coalesce(c.checkpoint, checkpoint.state), last_attempt = c.collected_at, last_outcome = c.outcome, last_detail = c.detail,
    last_success = CASE WHEN c.outcome IN ('stored', 'unchanged') THEN c.collected_at ELSE checkpoint.last_success END
FROM in_collection c WHERE checkpoint.account_id = c.account_id
"""


def store_batches(tx: Transaction, batch_ids: Sequence[str], now: datetime) -> None:
    """Stores what `stage` has read. Raises BadBatch for an account that is not registered, and for anything fetched without a live authorization."""
    attempts = tx.rows(_ATTEMPTS)
    if len(attempts) != len(batch_ids):
        raise BadBatch(f"it tells of {len(attempts)} collections, not of one")
    for attempt in attempts:
        _refuse_unpermitted(attempt)
    told = staged(tx)
    tx.execute(_COLLECTION)
    base = _numbered(tx)
    if told & {"post", "gone", "post_media"}:
        _store_posts(tx, told, base)
    if "media" in told:
        tx.execute(_MEDIA)
    if "rejected" in told:
        tx.execute(_REJECTED)
    tx.execute(_STANDING)
    _record(tx, attempts, base, now)


def _refuse_unpermitted(attempt: Row) -> None:
    _, account_id, authorization_id, _, outcome, registered, allowed = attempt
    if outcome not in _ACTION:
        raise BadBatch("its outcome is not one of stored, unchanged, refused, failed")
    if not registered:
        raise BadBatch(f"its account {account_id} is not registered: add the account, then move the batch back to the outbox")
    if not allowed:
        raise BadBatch(f"no authorization {authorization_id} of account {account_id} was live when it was collected")


def _numbered(tx: Transaction) -> int:
    """The number of the last row of posts."""
    row = tx.row("SELECT max(n) FROM post")
    return row[0] or 0 if row else 0


def _store_posts(tx: Transaction, told: set[str], base: int) -> None:
    tx.execute(_KNOWN)
    all_new = tx.row(_ALL_NEW)
    if all_new and all_new[0]:
        tx.execute(_NEW_POSTS, [base, base])
    else:
        tx.execute(_POSTS, [base])
        tx.execute(_SUPERSEDED, [base])
        tx.execute(_HITS_FOLLOW, [base])
    if "post_media" in told:
        if tx.row(_ORPHANS):
            raise BadBatch("it holds a picture of a post that is not stored")
        tx.execute(_POST_MEDIA, [base, LATER, LATER])
    if "gone" in told:
        tx.execute(_GONE, [base])


def _record(tx: Transaction, attempts: Sequence[Row], base: int, now: datetime) -> None:
    posts: dict[str, int] = dict(tx.rows("SELECT batch_id, count(*) FROM post WHERE n > ? GROUP BY batch_id", [base]))
    gone: dict[str, int] = dict(tx.rows("SELECT batch_id, count(*) FROM gone WHERE batch_id IN (SELECT batch_id FROM in_gone) GROUP BY batch_id"))
    for batch_id, account_id, authorization_id, _, outcome, *_ in attempts:
        detail = {"batch": batch_id, "outcome": outcome, "authorization": authorization_id, "posts": posts.get(batch_id, 0), "gone": gone.get(batch_id, 0)}
        audit.append(tx, _ACTION[outcome], "plainview", account_id, detail, now)
