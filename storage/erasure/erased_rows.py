"""Deleting what was chosen: every row of it, and a list of ids and hashes of what went. Which tables are left alone, and why, is said here too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from domain.identity import Json, canonical_json, sha256_hex
from storage.erasure import erased_captures, tombstones, unrefreshed
from storage.store import Reading, Transaction

Counts = Counter[str]  # rows gone, by table

# Tables of which an erasure takes nothing. Every other table is in a statement below, or a test fails.
KEPT: Mapping[str, str] = {
    "account": "the ledger of permission: which account it was",
    "authorization": "the ledger of permission: that there was one, and that it ended",
    "permit": "the department's own papers",
    "reference": "the department's own artwork",
    "robots": "what a site says to all programs, by origin; no account is named",
    "subject": "the undercover compartment's own: a subject ends with the key",
    "worker_token": "who may reach the store",
    "audit": "the history: ids, hashes and counts; never content",
    "audit_head": "the history",
    "audit_tree": "the history: hashes over its entries' hashes",
    "append_only": "guards the history; holds nothing",
    "ingest_ledger": "which batches were taken in: hashes and counts",
    "schema_migration": "holds nothing of an account",
    "retention": "the schedule itself",
    "hold": "the holds themselves",
    "erasure": "the erasures themselves",
    "erased": "the erasures themselves: ids and hashes",
}

_PROBLEM = "erased: kept as long as the schedule says"

# What the chosen posts show or say, and what of it nothing that stays shows or says.
_ITEMS = """
CREATE OR REPLACE TEMP TABLE out_item AS
SELECT media_sha256 AS sha256 FROM post_media WHERE media_sha256 IS NOT NULL AND post_id IN (SELECT id FROM out_post)
UNION SELECT content_sha256 FROM post WHERE id IN (SELECT id FROM out_post)
UNION SELECT sha256 FROM out_picture
"""
_STILL_SHOWN = """
DELETE FROM out_item WHERE sha256 IN (SELECT media_sha256 FROM post_media WHERE media_sha256 IS NOT NULL)
    OR sha256 IN (SELECT content_sha256 FROM post WHERE erased_at IS NULL)
"""

# What the certificate lists one by one: kind, id, SHA-256.
_LISTED_POSTS = """
INSERT INTO erased SELECT $1, kind, id, sha256 FROM (
    SELECT 'post' AS kind, id, content_sha256 AS sha256 FROM post WHERE id IN (SELECT id FROM out_whole)
    UNION ALL SELECT 'hit', id, media_sha256 FROM hit WHERE post_id IN (SELECT id FROM out_whole)
    UNION ALL SELECT 'review', r.id, NULL FROM review r WHERE r.hit_id IN (SELECT id FROM hit WHERE post_id IN (SELECT id FROM out_whole))
) ORDER BY kind, id, sha256
"""
_LISTED_ITEMS = """
INSERT INTO erased SELECT $1, kind, id, sha256 FROM (
    SELECT 'media' AS kind, sha256 AS id, sha256 FROM media WHERE sha256 IN (SELECT sha256 FROM out_item)
    UNION ALL SELECT 'finding', id, media_sha256 FROM finding WHERE media_sha256 IN (SELECT sha256 FROM out_item)
    UNION ALL SELECT 'examination', detector || ' ' || detector_version, media_sha256 FROM examination WHERE media_sha256 IN (SELECT sha256 FROM out_item)
) ORDER BY kind, id, sha256
"""

# Of these no tombstone is left.
_WHOLE = "CREATE OR REPLACE TEMP TABLE out_whole AS SELECT id FROM out_post EXCEPT SELECT id FROM tombstone"
_OF_POSTS: Mapping[str, str] = {
    "review": "DELETE FROM review WHERE hit_id IN (SELECT id FROM hit WHERE post_id IN (SELECT id FROM out_whole))",
    "hit": "DELETE FROM hit WHERE post_id IN (SELECT id FROM out_whole)",
    "compliant": "DELETE FROM compliant WHERE post_id IN (SELECT id FROM out_post)",
    "citation": "DELETE FROM citation WHERE post_id IN (SELECT id FROM out_post)",
    "gone": "DELETE FROM gone WHERE post_id IN (SELECT id FROM out_whole)",
    "post_media": "DELETE FROM post_media WHERE post_id IN (SELECT id FROM out_post)",
    "post": "DELETE FROM post WHERE id IN (SELECT id FROM out_whole)",
}
_OF_ITEMS: Mapping[str, str] = {
    "finding": "DELETE FROM finding WHERE media_sha256 IN (SELECT sha256 FROM out_item)",
    "examination": "DELETE FROM examination WHERE media_sha256 IN (SELECT sha256 FROM out_item)",
    "media": "DELETE FROM media WHERE sha256 IN (SELECT sha256 FROM out_item)",
}
# A copy whose original went stands by itself: its findings were kept in its own pixels, and later copies are compared with it.
_ORPHANED_COPIES = "UPDATE examination SET same_as = NULL WHERE same_as IN (SELECT sha256 FROM out_item)"
_WITHOUT_PICTURE = "UPDATE post_media SET media_sha256 = NULL, problem = ? WHERE media_sha256 IN (SELECT sha256 FROM out_picture)"
_CITED_PICTURES: Mapping[str, str] = {
    "compliant": "DELETE FROM compliant WHERE media_sha256 IN (SELECT sha256 FROM out_picture)",
    "citation": "DELETE FROM citation WHERE media_sha256 IN (SELECT sha256 FROM out_picture)",
}

_OF_ACCOUNT: Mapping[str, str] = {
    "rejected": "DELETE FROM rejected WHERE account_id = ?",
    "rescan": "DELETE FROM rescan WHERE account_id = ?",
    "checkpoint": "UPDATE checkpoint SET state = NULL WHERE account_id = ? AND state IS NOT NULL",
}
# The attempts whose terms still count for what is stored stay, and so does each account's last one.
_OLD_COLLECTIONS = """
DELETE FROM collection WHERE collected_at <= $1 AND batch_id NOT IN (SELECT batch_id FROM post)
    AND batch_id NOT IN (SELECT arg_max(batch_id, collected_at) FROM collection GROUP BY account_id)
    AND batch_id NOT IN (SELECT arg_max(batch_id, collected_at) FROM collection WHERE terms IS NOT NULL GROUP BY account_id)
    AND account_id NOT IN (SELECT target FROM hold WHERE scope = 'account' AND released_at IS NULL)
"""
_OLD_REJECTED = """
DELETE FROM rejected WHERE observed_at <= $1 AND account_id NOT IN (SELECT target FROM hold WHERE scope = 'account' AND released_at IS NULL)
"""
# What came in behind an erasure, from a run that was under way: rows about posts and items that are not stored. Listed like everything else.
_LEFT_ITEMS = """
CREATE OR REPLACE TEMP TABLE out_item AS
SELECT media_sha256 AS sha256 FROM examination UNION SELECT media_sha256 FROM finding UNION SELECT sha256 FROM media
"""
_LEFT_POSTS = """
INSERT INTO out_post SELECT id FROM (
    SELECT post_id AS id FROM citation UNION SELECT post_id FROM compliant UNION SELECT post_id FROM hit
    UNION SELECT post_id FROM post_media UNION SELECT post_id FROM gone
) WHERE id NOT IN (SELECT id FROM post)
"""


def delete_chosen(tx: Transaction, erasure_id: str, now: datetime) -> Counts:
    """Deletes the chosen posts and pictures with all that hangs on them, and lists them under `erasure_id`. Answers how many rows went, by table.

    Of those that leave a tombstone, the rows that stay are emptied.
    """
    if not tx.row("SELECT 1 FROM out_post UNION ALL SELECT 1 FROM out_picture LIMIT 1"):
        return Counts()
    tx.execute(_ITEMS)
    tx.execute(_WHOLE)
    counts = erased_captures.of_chosen_posts(tx, erasure_id)
    tx.execute(_LISTED_POSTS, [erasure_id])
    counts += tombstones.leave(tx, erasure_id, now)
    counts += _deleted(tx, _OF_POSTS)
    counts += _deleted(tx, _CITED_PICTURES)
    tx.execute(_WITHOUT_PICTURE, [_PROBLEM])
    return counts + _delete_items(tx, erasure_id)


def delete_unrefreshed(tx: Transaction, erasure_id: str, now: datetime) -> Counts:
    """Deletes what is due of posts that stay because they were seen again, and lists it under `erasure_id`. Answers how many rows went, by table."""
    tx.execute("CREATE OR REPLACE TEMP TABLE out_item (sha256 VARCHAR)")
    return unrefreshed.delete(tx, erasure_id, now) + _delete_items(tx, erasure_id)


def delete_leftovers(tx: Transaction, erasure_id: str, now: datetime) -> Counts:
    """Deletes rows about posts and items that are not stored any more or are tombstones, and lists them under `erasure_id`."""
    tx.execute(_LEFT_POSTS)
    counts = delete_chosen(tx, erasure_id, now)
    tx.execute(_LEFT_ITEMS)
    return counts + _delete_items(tx, erasure_id)


def delete_of_account(tx: Transaction, account_id: str, erasure_id: str) -> Counts:
    """Deletes what is kept of an account beside its posts: replies, pieces not understood, and where collecting and rescanning would go on."""
    return erased_captures.of_account(tx, account_id, erasure_id) + _deleted(tx, _OF_ACCOUNT, account_id)


def delete_attempts(tx: Transaction, before: datetime, erasure_id: str) -> Counts:
    """Deletes attempts to collect, replies that brought nothing that is stored and pieces not understood that are older than `before`."""
    return erased_captures.of_before(tx, before, erasure_id) + _deleted(tx, {"collection": _OLD_COLLECTIONS, "rejected": _OLD_REJECTED}, before)


def _delete_items(tx: Transaction, erasure_id: str) -> Counts:
    """What was found in `out_item`, and that it is captured, but for what something that stays shows or says."""
    tx.execute(_STILL_SHOWN)
    tx.execute(_LISTED_ITEMS, [erasure_id])
    tx.execute(_ORPHANED_COPIES)
    return _deleted(tx, _OF_ITEMS)


def list_sha256(view: Reading, erasure_id: str) -> str:
    """The SHA-256 over the erasure's list, as `listed` answers it, in canonical JSON."""
    items: list[Json] = [list(item) for item in listed(view, erasure_id)]
    return sha256_hex(canonical_json(items))


def listed(view: Reading, erasure_id: str) -> list[tuple[str, str, str | None]]:
    """(kind, id, SHA-256 or None) of everything that the erasure listed, in a fixed order."""
    sql = "SELECT kind, id, sha256 FROM erased WHERE erasure_id = ? ORDER BY kind, id, sha256"
    return [(row[0], row[1], row[2]) for row in view.rows(sql, [erasure_id])]


def _deleted(tx: Transaction, statements: Mapping[str, str], *values: object) -> Counts:
    return Counter({table: count for table, sql in statements.items() if (count := tx.rows(sql, values)[0][0])})
