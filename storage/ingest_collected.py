"""A collected batch: posts as versions, their media, what has gone, what was rejected, and where the account stands now."""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from storage import audit
from storage.batch_file import BadBatch
from storage.batches import LATER
from storage.store import Row, Transaction

_ACTION = {
    "stored": AuditAction.COLLECTION_STORED,
    "unchanged": AuditAction.COLLECTION_STORED,
    "refused": AuditAction.COLLECTION_REFUSED,
    "failed": AuditAction.COLLECTION_FAILED,
}

# A post is written again when it differs from its newest version, or when it had gone and came back; else nothing is written.
_POSTS = """
INSERT INTO post
WITH newest AS (
    SELECT p.id, p.version, p.content_sha256, p.first_seen, p.gone_at IS NOT NULL AS gone
    FROM current_post p WHERE p.account_id = ? AND p.id IN (SELECT id FROM in_post)
), compared AS (
    SELECT i.*, newest.version AS before, newest.first_seen,
        coalesce(newest.gone, false) AND row_number() OVER (PARTITION BY i.id ORDER BY i.n) = 1 AS returned,
        coalesce(lag(i.content_sha256) OVER (PARTITION BY i.id ORDER BY i.n), newest.content_sha256) AS previous
    FROM in_post i LEFT JOIN newest ON newest.id = i.id
), fresh AS (
    SELECT * FROM compared WHERE returned OR previous IS DISTINCT FROM content_sha256
)
SELECT f.id, coalesce(f.before, 0) + row_number() OVER (PARTITION BY f.id ORDER BY f.n), c.account_id, f.native_id, f.kind, f.url, f.title, f.text,
    f.posted_at, f.edited_at, f.content_sha256, coalesce(f.first_seen, c.collected_at), c.collected_at, ?
FROM fresh f CROSS JOIN in_collection c ORDER BY f.n
"""

_SUPERSEDED = """
INSERT INTO superseded
SELECT p.id, p.version, ? FROM current_post p JOIN (SELECT id, max(version) AS newest FROM post WHERE batch_id = ? GROUP BY id) n
    ON n.id = p.id AND p.version < n.newest
WHERE p.account_id = ?
"""

# Bytes captured for a picture are kept beside earlier ones; that it could not be captured is worth a row where nothing is known yet,
# or only that a later run may get it.
_POST_MEDIA = """
INSERT INTO post_media
WITH known AS (SELECT * FROM post_media WHERE account_id = ? AND post_id IN (SELECT post_id FROM in_post_media))
SELECT DISTINCT ON (i.post_id, i.post_content_sha256, i.position, i.media_sha256, i.problem)
    c.account_id, i.post_id, i.post_content_sha256, i.position, i.url, i.alt, i.claimed_mime, i.media_sha256, i.problem, c.collected_at, ?
FROM in_post_media i CROSS JOIN in_collection c
WHERE NOT EXISTS (
    SELECT 1 FROM known m
    WHERE m.post_id = i.post_id AND m.post_content_sha256 = i.post_content_sha256 AND m.position = i.position
        AND CASE WHEN i.media_sha256 IS NOT NULL THEN m.media_sha256 = i.media_sha256
            ELSE m.media_sha256 IS NOT NULL OR starts_with(i.problem, ?) OR NOT starts_with(m.problem, ?) END
)
ORDER BY i.n
"""

_MEDIA = """
INSERT INTO media
WITH known AS (SELECT i.sha256 FROM in_media i SEMI JOIN media m ON m.sha256 = i.sha256)
SELECT DISTINCT ON (i.sha256) i.sha256, i.mime, i.byte_size, i.width, i.height, c.collected_at
FROM in_media i CROSS JOIN in_collection c WHERE i.sha256 NOT IN (SELECT sha256 FROM known) ORDER BY i.n
"""

_GONE = """
INSERT INTO gone
SELECT DISTINCT ON (p.id) p.id, p.version, i.answer, c.collected_at, ?
FROM in_gone i JOIN current_post p ON p.id = i.post_id CROSS JOIN in_collection c
WHERE p.gone_at IS NULL AND p.account_id = ? ORDER BY i.n
"""

_REJECTED = """
INSERT INTO rejected
SELECT DISTINCT ON (i.id) i.id, c.account_id, i.native_id, i.path, i.reason, c.collected_at, ?
FROM in_rejected i CROSS JOIN in_collection c WHERE i.id NOT IN (SELECT id FROM rejected) ORDER BY i.n
"""

_COLLECTION = """
INSERT INTO collection SELECT ?, account_id, authorization_id, collected_at, outcome, detail, terms FROM in_collection
"""

_STANDING = """
UPDATE checkpoint SET state = coalesce(c.checkpoint, checkpoint.state), last_attempt = c.collected_at, last_outcome = c.outcome, last_detail = c.detail,
    last_success = CASE WHEN c.outcome IN ('stored', 'unchanged') THEN c.collected_at ELSE checkpoint.last_success END
FROM in_collection c WHERE checkpoint.account_id = c.account_id
"""


def store_batch(tx: Transaction, batch_id: str, now: datetime) -> None:
    """Stores what `stage` has read. Raises BadBatch for an account that is not registered, and for anything fetched without a live authorization."""
    attempt = _attempt(tx)
    account_id = attempt[0]
    tx.execute(_COLLECTION, [batch_id])
    tx.execute(_POSTS, [account_id, batch_id])
    tx.execute(_SUPERSEDED, [batch_id, batch_id, account_id])
    tx.execute(_POST_MEDIA, [account_id, batch_id, LATER, LATER])
    tx.execute(_MEDIA)
    tx.execute(_GONE, [batch_id, account_id])
    tx.execute(_REJECTED, [batch_id])
    tx.execute(_STANDING)
    _record(tx, batch_id, attempt, now)


def _attempt(tx: Transaction) -> Row:
    attempts = tx.rows("SELECT account_id, authorization_id, collected_at, outcome FROM in_collection")
    if len(attempts) != 1:
        raise BadBatch(f"it tells of {len(attempts)} collections, not of one")
    account_id, authorization_id, _, outcome = attempts[0]
    if outcome not in _ACTION:
        raise BadBatch("its outcome is not one of stored, unchanged, refused, failed")
    if not tx.row("SELECT 1 FROM account WHERE id = ?", [account_id]):
        raise BadBatch(f"its account {account_id} is not registered: add the account, then move the batch back to the outbox")
    if _fetched(tx, outcome) and not _live(tx, attempts[0]):
        raise BadBatch(f"no authorization {authorization_id} of account {account_id} was live when it was collected")
    return attempts[0]


def _fetched(tx: Transaction, outcome: str) -> bool:
    """Whether anything of the account was fetched: a refusal, or a failure before the first reply, needs no authorization."""
    return outcome in {"stored", "unchanged"} or bool(tx.row("SELECT 1 FROM in_post UNION ALL SELECT 1 FROM in_gone UNION ALL SELECT 1 FROM in_rejected"))


def _live(tx: Transaction, attempt: Row) -> bool:
    account_id, authorization_id, collected_at, _ = attempt
    sql = """SELECT 1 FROM "authorization" WHERE id = ? AND account_id = ? AND CAST(? AS DATE) BETWEEN valid_from AND valid_until
        AND (revoked_at IS NULL OR revoked_at > ?)"""
    return bool(tx.row(sql, [authorization_id, account_id, collected_at.date(), collected_at]))


def _record(tx: Transaction, batch_id: str, attempt: Row, now: datetime) -> None:
    account_id, authorization_id, _, outcome = attempt
    counted = tx.row("SELECT (SELECT count(*) FROM post WHERE batch_id = $1), (SELECT count(*) FROM gone WHERE batch_id = $1)", [batch_id])
    posts, gone = counted or (0, 0)
    detail = {"batch": batch_id, "outcome": outcome, "authorization": authorization_id, "posts": posts, "gone": gone}
    audit.append(tx, _ACTION[outcome], "plainview", account_id, detail, now)
