"""Collected batches: posts as versions, their media, what has gone, what was rejected, and where the accounts stand now.

Several are stored at once, each of another account. Most of what is collected was never seen before: then nothing is compared with what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.audit import AuditAction
from storage.auditing import audit
from storage.batching.batch_file import BadBatch
from storage.batching.batches import LATER
from storage.store import Row, Transaction

_ACTION = {
    "stored": AuditAction.COLLECTION_STORED,
    "unchanged": AuditAction.COLLECTION_STORED,
    "refused": AuditAction.COLLECTION_REFUSED,
    "failed": AuditAction.COLLECTION_FAILED,
}

# Whether its account is registered, and whether an authorization for it was live when it was collected.
_ATTEMPTS = """
SELECT c.batch_id, c.account_id, c.authorization_id, c.collected_at, c.outcome, a.id IS NOT NULL AS registered, p.id IS NOT NULL AS authorized
FROM in_collection c LEFT JOIN account a ON a.id = c.account_id
LEFT JOIN "authorization" p ON p.id = c.authorization_id AND p.account_id = c.account_id
    AND CAST(c.collected_at AS DATE) BETWEEN p.valid_from AND p.valid_until AND (p.revoked_at IS NULL OR p.revoked_at > c.collected_at)
"""

# The rows of posts that are stored already: of these accounts alone, which DuckDB tells apart without comparing the ids of all posts.
_STORED = """
WITH mine AS MATERIALIZED (SELECT n, id FROM post WHERE account_id IN ({accounts}) AND newest)
SELECT n FROM mine WHERE id IN (SELECT id FROM in_post UNION SELECT post_id FROM in_gone UNION SELECT post_id FROM in_post_media)
"""

_KNOWN = """
CREATE OR REPLACE TEMP TABLE in_known AS SELECT id, version, content_sha256, first_seen, n, first_n, gone_at IS NOT NULL AS gone
FROM current_post WHERE {rows}
"""

_NEW_POSTS = """
INSERT INTO post BY NAME
SELECT i.* EXCLUDE (n), 1 AS version, c.account_id, c.collected_at AS first_seen, c.collected_at AS captured_at,
    ? + row_number() OVER () AS n, ? + row_number() OVER () AS first_n, true AS newest
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
    row_n AS n, coalesce(f.first_n, min(row_n) OVER (PARTITION BY f.id)) AS first_n, row_n = max(row_n) OVER (PARTITION BY f.id) AS newest
FROM fresh f JOIN in_collection c ON c.batch_id = f.batch_id ORDER BY row_n
"""

_FOLLOWED = "UPDATE post SET newest = false WHERE n IN (SELECT k.n FROM in_known k WHERE k.id IN (SELECT id FROM post WHERE n > ?))"

_HITS_FOLLOW = """
UPDATE hit SET post_n = added.n FROM (SELECT id, account_id, n FROM post WHERE n > ? AND newest) added
WHERE hit.account_id = added.account_id AND hit.post_id = added.id
"""

_ORPHANS = "SELECT 1 FROM in_post_media WHERE post_id NOT IN (SELECT id FROM in_post UNION ALL SELECT id FROM in_known)"

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

# Of new posts, each picture told of once.
_NEW_POST_MEDIA = """
INSERT INTO post_media BY NAME
SELECT i.* EXCLUDE (n), c.account_id, c.collected_at AS captured_at, p.first_n
FROM in_post_media i JOIN in_collection c ON c.batch_id = i.batch_id JOIN (SELECT id, first_n FROM post WHERE n > ?) p ON p.id = i.post_id
"""

# Each picture once. Those that are stored already are found by their numbers: first the rows, then what is in them.
_MEDIA = """
INSERT INTO media BY NAME
WITH told AS MATERIALIZED (
    SELECT DISTINCT ON (i.sha256) i.* EXCLUDE (n, batch_id), c.collected_at AS captured_at, ('0x' || substr(i.sha256, 1, 15))::BIGINT AS number
    FROM in_media i JOIN in_collection c ON c.batch_id = i.batch_id ORDER BY i.batch_id, i.n
), found AS MATERIALIZED (SELECT rowid AS row_id FROM media WHERE number IN (SELECT number FROM told))
SELECT * FROM told WHERE sha256 NOT IN (SELECT sha256 FROM media WHERE rowid IN (SELECT row_id FROM found))
"""

_GONE = """
INSERT INTO gone
WITH told AS (SELECT id, version, gone FROM in_known UNION ALL SELECT id, version, false FROM post WHERE n > ?),
newest AS (SELECT DISTINCT ON (id) * FROM told ORDER BY id, version DESC)
SELECT DISTINCT ON (p.id) p.id, p.version, i.answer, c.collected_at, i.batch_id
FROM in_gone i JOIN newest p ON p.id = i.post_id JOIN in_collection c ON c.batch_id = i.batch_id
WHERE NOT p.gone ORDER BY i.batch_id, i.n
"""

# Once a day at most, and only the very version that is stored.
_REFRESHED = """
UPDATE post SET refreshed_at = seen.collected_at FROM (
    SELECT i.post_id, i.post_content_sha256, c.account_id, c.collected_at FROM in_refreshed i JOIN in_collection c ON c.batch_id = i.batch_id
) seen
WHERE post.account_id IN ({accounts}) AND post.newest AND post.erased_at IS NULL
    AND post.account_id = seen.account_id AND post.id = seen.post_id AND post.content_sha256 = seen.post_content_sha256
    AND greatest(post.captured_at, post.refreshed_at) <= seen.collected_at - INTERVAL 20 HOURS
"""

_REJECTED = """
INSERT INTO rejected
SELECT DISTINCT ON (i.id) i.id, c.account_id, i.native_id, i.path, i.reason, c.collected_at, i.batch_id
FROM in_rejected i JOIN in_collection c ON c.batch_id = i.batch_id WHERE i.id NOT IN (SELECT id FROM rejected) ORDER BY i.batch_id, i.n
"""

_COLLECTION = """
INSERT INTO collection BY NAME SELECT * EXCLUDE (n, checkpoint, not_before) FROM in_collection
"""

_CAPTURE = """
INSERT INTO capture BY NAME SELECT i.* EXCLUDE (n), c.account_id, c.collected_at AS captured_at
FROM in_capture i JOIN in_collection c ON c.batch_id = i.batch_id
"""

# A batch that was stored without a checkpoint is no visit to the platform: pictures that were had later, or an export that its owner handed in. It says nothing
# about whether the account is being monitored.
_STANDING = """
UPDATE checkpoint SET state = coalesce(c.checkpoint, checkpoint.state), last_attempt = c.collected_at, last_outcome = c.outcome, last_detail = c.detail,
    last_success = CASE WHEN c.outcome IN ('stored', 'unchanged') THEN c.collected_at ELSE checkpoint.last_success END,
    failures = CASE c.outcome WHEN 'failed' THEN coalesce(checkpoint.failures, 0) + 1 WHEN 'refused' THEN checkpoint.failures ELSE 0 END,
    not_before = c.not_before
FROM in_collection c WHERE checkpoint.account_id = c.account_id AND NOT (c.outcome = 'stored' AND c.checkpoint IS NULL)
"""


def store_batches(tx: Transaction, told: Mapping[str, int], now: datetime) -> None:
    """Stores what `stage` has read; `told`: how many rows for each table.

    Raises BadBatch for an account that is not registered, and for anything fetched without a live authorization.
    """
    attempts = tx.rows(_ATTEMPTS)
    if not attempts or len(attempts) != told.get("collection", 0):
        raise BadBatch(f"it tells of {told.get('collection', 0)} collections, not of one")
    fetched = _fetched(tx, told)
    for attempt in attempts:
        _refuse_unpermitted(attempt, fetched)
    tx.execute(_COLLECTION)
    base = _numbered(tx)
    if told.keys() & {"post", "gone", "post_media"}:
        _store_posts(tx, told, base, [attempt[1] for attempt in attempts])
    if "refreshed" in told:
        accounts = [attempt[1] for attempt in attempts]
        tx.execute(_REFRESHED.format(accounts=", ".join("?" * len(accounts))), accounts)
    if "media" in told:
        tx.execute(_MEDIA)
    if "rejected" in told:
        tx.execute(_REJECTED)
    if "capture" in told:
        tx.execute(_CAPTURE)
    tx.execute(_STANDING)
    _record(tx, attempts, told, base, now)


def _fetched(tx: Transaction, told: Mapping[str, int]) -> set[str]:
    """The batches with anything of an account in them: a refusal, or a failure before the first reply, needs no authorization."""
    parts = [f"SELECT DISTINCT batch_id FROM in_{table}" for table in ("post", "gone", "refreshed", "rejected", "capture") if table in told]  # noqa: S608 (names are ours)
    return {row[0] for row in tx.rows(" UNION ".join(parts))} if parts else set()


def _refuse_unpermitted(attempt: Row, fetched: set[str]) -> None:
    batch_id, account_id, authorization_id, _, outcome, registered, authorized = attempt
    if outcome not in _ACTION:
        raise BadBatch("its outcome is not one of stored, unchanged, refused, failed")
    if not registered:
        raise BadBatch(f"its account {account_id} is not registered: add the account, then move the batch back to the outbox")
    if not authorized and (outcome in {"stored", "unchanged"} or batch_id in fetched):
        raise BadBatch(f"no authorization {authorization_id} of account {account_id} was live when it was collected")


def _numbered(tx: Transaction) -> int:
    """The number of the last row of posts."""
    row = tx.row("SELECT max(n) FROM post")
    return row[0] or 0 if row else 0


def _store_posts(tx: Transaction, told: Mapping[str, int], base: int, accounts: list[str]) -> None:
    stored = [row[0] for row in tx.rows(_STORED.format(accounts=", ".join("?" * len(accounts))), accounts)]
    tx.execute(_KNOWN.format(rows="n IN (SELECT unnest(?))"), [stored]) if stored else tx.execute(_KNOWN.format(rows="false"))
    new = not stored and _each_once(tx, told, "post", "id")
    if new:
        tx.execute(_NEW_POSTS, [base, base])
    else:
        tx.execute(_POSTS, [base])
        tx.execute(_FOLLOWED, [base])
        tx.execute(_HITS_FOLLOW, [base])
    if "post_media" in told:
        _store_post_media(tx, told, base, new)
    if "gone" in told:
        tx.execute(_GONE, [base])


def _store_post_media(tx: Transaction, told: Mapping[str, int], base: int, new: bool) -> None:
    if tx.row(_ORPHANS):
        raise BadBatch("it holds a picture of a post that is not stored")
    if new and _each_once(tx, told, "post_media", "(post_id, position)"):
        tx.execute(_NEW_POST_MEDIA, [base])
    else:
        tx.execute(_POST_MEDIA, [base, LATER, LATER])


def _each_once(tx: Transaction, told: Mapping[str, int], table: str, key: str) -> bool:
    row = tx.row(f"SELECT count(DISTINCT {key}) FROM in_{table}")  # noqa: S608 (names are ours)
    return row is not None and row[0] == told.get(table, 0)


def _record(tx: Transaction, attempts: Sequence[Row], told: Mapping[str, int], base: int, now: datetime) -> None:
    posts: dict[str, int] = dict(tx.rows("SELECT batch_id, count(*) FROM post WHERE n > ? GROUP BY batch_id", [base]))
    gone: dict[str, int] = {}
    if "gone" in told:
        gone = dict(tx.rows("SELECT batch_id, count(*) FROM gone WHERE batch_id IN (SELECT batch_id FROM in_gone) GROUP BY batch_id"))
    replies: dict[str, int] = dict(tx.rows("SELECT batch_id, replies FROM in_capture")) if "capture" in told else {}
    said = []
    for batch_id, account_id, authorization_id, _, outcome, *_ in attempts:
        counts = {"posts": posts.get(batch_id, 0), "gone": gone.get(batch_id, 0), "replies": replies.get(batch_id, 0)}
        detail = {"batch": batch_id, "outcome": outcome, "authorization": authorization_id, **counts}
        said.append(audit.ToRecord(_ACTION[outcome], "plainview", account_id, detail, now))
    audit.append_all(tx, said)
