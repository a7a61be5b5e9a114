"""Which kept replies an erasure takes: all that may show what goes, and in the end those that brought nothing which is still stored."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from storage.store import Transaction

# What may show a post: the captures that one of its versions or its end came in; those whose replies list posts from before it and from after it, since a reply
# lists again what was stored before; and where that is not known, each one since it was posted. (When an undercover post was posted is sealed: there since it,
# or a piece of its account that was not understood then, was first seen.) Not a capture in which something of a post came that a hold keeps.
_SHOWING_CHOSEN = """
CREATE OR REPLACE TEMP TABLE out_capture AS
WITH odd AS (SELECT account_id, min(observed_at) AS since FROM rejected GROUP BY account_id),
out AS (
    SELECT p.id, p.account_id, p.posted_at, p.batch_id,
        least(p.first_seen, CASE WHEN p.posted_at = TIMESTAMPTZ '1970-01-01 00:00:00+00' THEN o.since ELSE p.posted_at END) AS since
    FROM post p LEFT JOIN odd o ON o.account_id = p.account_id WHERE p.id IN (SELECT id FROM out_post)
)
SELECT c.sha256 FROM capture c JOIN out o ON o.account_id = c.account_id
    AND (o.posted_at BETWEEN c.shown_from AND c.shown_until OR (c.shown_from IS NULL AND c.captured_at >= o.since))
UNION SELECT sha256 FROM capture WHERE batch_id IN (SELECT batch_id FROM out)
UNION SELECT sha256 FROM capture WHERE batch_id IN (SELECT batch_id FROM gone WHERE post_id IN (SELECT id FROM out_post))
"""
_LESS_KEPT = """
DELETE FROM out_capture WHERE sha256 IN (SELECT sha256 FROM capture WHERE batch_id IN (
    SELECT batch_id FROM post WHERE id IN (SELECT post_id FROM kept) UNION SELECT batch_id FROM gone WHERE post_id IN (SELECT post_id FROM kept)
))
"""
# What brought nothing of a post that is still stored.
_BARE_OF_ACCOUNT = """
CREATE OR REPLACE TEMP TABLE out_capture AS
SELECT sha256 FROM capture WHERE account_id = ? AND batch_id NOT IN (SELECT batch_id FROM post UNION SELECT batch_id FROM gone)
"""
_BARE_BEFORE = """
CREATE OR REPLACE TEMP TABLE out_capture AS
SELECT sha256 FROM capture WHERE captured_at <= ? AND batch_id NOT IN (SELECT batch_id FROM post UNION SELECT batch_id FROM gone)
    AND account_id NOT IN (SELECT target FROM hold WHERE scope = 'account' AND released_at IS NULL)
"""
# Seeing a post again refreshes no reply of before.
_UNREFRESHED = """
CREATE OR REPLACE TEMP TABLE out_capture AS
SELECT c.sha256 FROM capture c JOIN kept_for t ON t.batch_id = c.batch_id AND t.refresh
WHERE c.captured_at + to_days(t.days) <= ? AND c.account_id NOT IN (SELECT target FROM hold WHERE scope = 'account' AND released_at IS NULL)
"""
_LISTED = "INSERT INTO erased SELECT $1, 'capture', sha256, sha256 FROM out_capture ORDER BY sha256"
_DELETED = "DELETE FROM capture WHERE sha256 IN (SELECT sha256 FROM out_capture)"


def of_chosen_posts(tx: Transaction, erasure_id: str) -> Counter[str]:
    """Deletes and lists the captures that may show a post of `out_post`, before its own rows go. Answers how many."""
    tx.execute(_SHOWING_CHOSEN)
    tx.execute(_LESS_KEPT)
    return _deleted(tx, erasure_id)


def of_account(tx: Transaction, account_id: str, erasure_id: str) -> Counter[str]:
    """Deletes and lists the captures of that account that brought nothing which is still stored."""
    tx.execute(_BARE_OF_ACCOUNT, [account_id])
    return _deleted(tx, erasure_id)


def of_before(tx: Transaction, before: datetime, erasure_id: str) -> Counter[str]:
    """The same for those of before a day, of every account that is not held."""
    tx.execute(_BARE_BEFORE, [before])
    return _deleted(tx, erasure_id)


def of_terms(tx: Transaction, now: datetime, erasure_id: str) -> Counter[str]:
    """Those that are older than the terms allow where posts may be refreshed, but for those in which something came that a hold keeps."""
    tx.execute(_UNREFRESHED, [now])
    tx.execute(_LESS_KEPT)
    return _deleted(tx, erasure_id)


def _deleted(tx: Transaction, erasure_id: str) -> Counter[str]:
    tx.execute(_LISTED, [erasure_id])
    count = tx.rows(_DELETED)[0][0]
    return Counter({"capture": count} if count else {})
