"""What an erasure would take: the posts and captured bytes that fall due, less what holds keep. Chosen into temporary tables of the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.retention import RecordClass
from storage.store import Transaction

# Each post that an open hold keeps, with the hold: through its account, by itself, or through a hit on it.
_HELD = """
CREATE OR REPLACE TEMP TABLE kept AS
WITH standing AS (SELECT id, scope, target FROM hold WHERE released_at IS NULL)
SELECT DISTINCT p.id AS post_id, h.id AS hold_id FROM post p JOIN standing h ON h.scope = 'account' AND h.target = p.account_id
UNION SELECT DISTINCT p.id, h.id FROM post p JOIN standing h ON h.scope = 'post' AND h.target = p.id
UNION SELECT t.post_id, h.id FROM hit t JOIN standing h ON h.scope = 'hit' AND h.target = t.id
"""

# The newest terms that are known for each account, and those under which each batch was collected: of both, the shorter time counts.
_TERMS = """
CREATE OR REPLACE TEMP TABLE newest_terms AS
WITH newest AS (
    SELECT account_id, arg_max(terms, collected_at) AS terms,
        arg_max(terms ->> 'refresh', collected_at) FILTER (WHERE terms ->> 'keep_days' IS NOT NULL) AS refresh  -- an export's terms say nothing about that
    FROM collection WHERE terms IS NOT NULL GROUP BY account_id
)
SELECT account_id, TRY_CAST(terms ->> 'keep_days' AS INTEGER) AS days, coalesce(refresh = 'true', false) AS refresh,
    coalesce(terms ->> 'on_delete', CASE terms ->> 'follow_deletes' WHEN 'true' THEN 'purge' END) AS on_delete FROM newest
"""
_KEPT_FOR = """
CREATE OR REPLACE TEMP TABLE kept_for AS
SELECT c.batch_id, c.account_id, least(TRY_CAST(c.terms ->> 'keep_days' AS INTEGER), k.days) AS days, coalesce(k.refresh, false) AS refresh
FROM collection c LEFT JOIN newest_terms k ON k.account_id = c.account_id
WHERE coalesce(TRY_CAST(c.terms ->> 'keep_days' AS INTEGER), k.days) IS NOT NULL
"""
# What may be refreshed counts from when it was last seen; its earlier versions are looked at apart (`storage.erasure.unrefreshed`).
_BY_TERMS = """
SELECT p.id FROM post p JOIN kept_for t ON t.batch_id = p.batch_id
WHERE CASE WHEN t.refresh THEN p.newest AND greatest(p.captured_at, p.refreshed_at) + to_days(t.days) <= $1 ELSE p.captured_at + to_days(t.days) <= $1 END
UNION SELECT p.id FROM current_post p JOIN newest_terms k ON k.account_id = p.account_id AND k.on_delete = 'purge'
WHERE p.gone_at IS NOT NULL AND p.id NOT IN (SELECT post_id FROM hit)
"""
_TO_EMPTY = """
SELECT p.id FROM current_post p JOIN newest_terms k ON k.account_id = p.account_id AND k.on_delete = 'tombstone'
WHERE p.gone_at IS NOT NULL AND p.erased_at IS NULL
"""

# Tombstones about which a run that was under way has stored something since.
_FILLED_AGAIN = """
WITH emptied AS MATERIALIZED (SELECT id FROM post WHERE newest AND erased_at IS NOT NULL)
SELECT post_id AS id FROM post_media WHERE post_id IN (SELECT id FROM emptied) UNION SELECT post_id FROM citation WHERE post_id IN (SELECT id FROM emptied)
UNION SELECT post_id FROM compliant WHERE post_id IN (SELECT id FROM emptied)
UNION SELECT post_id FROM hit WHERE erased_at IS NULL AND post_id IN (SELECT id FROM emptied)
"""

_BY_CLASS: Mapping[RecordClass, str] = {
    RecordClass.POSTS: "SELECT id FROM post WHERE id NOT IN (SELECT post_id FROM hit) GROUP BY id HAVING max(captured_at) <= ?",
    RecordClass.UNDECIDED_HITS: """SELECT h.post_id AS id FROM hit h LEFT JOIN (SELECT DISTINCT hit_id FROM review) r ON r.hit_id = h.id
        GROUP BY h.post_id HAVING count(*) > count(r.hit_id) AND max(h.found_at) <= ?""",
    RecordClass.DECIDED_HITS: """SELECT h.post_id AS id
        FROM hit h LEFT JOIN (SELECT hit_id, max(decided_at) AS decided_at FROM review GROUP BY hit_id) r ON r.hit_id = h.id
        GROUP BY h.post_id HAVING count(*) = count(r.hit_id) AND max(r.decided_at) <= ?""",
}

_NOTHING = "SELECT id FROM post WHERE false"

_OLD_MEDIA = """
CREATE OR REPLACE TEMP TABLE out_picture AS
SELECT media_sha256 AS sha256 FROM post_media
WHERE media_sha256 IS NOT NULL AND media_sha256 NOT IN (SELECT media_sha256 FROM hit)
GROUP BY media_sha256 HAVING max(captured_at) <= ? AND NOT bool_or(post_id IN (SELECT post_id FROM kept))
"""


def of_account(tx: Transaction, account_id: str) -> None:
    """All posts of that account."""
    _choose(tx, "SELECT DISTINCT id FROM post WHERE account_id = ?", [account_id])


def of_post(tx: Transaction, post_id: str) -> None:
    """That post."""
    _choose(tx, "SELECT DISTINCT id FROM post WHERE id = ?", [post_id])


def by_terms(tx: Transaction, now: datetime) -> None:
    """Posts that the platform's terms allow no longer: kept for `keep_days`, or gone where deletions must be followed and no hit is on them.

    Gone where a tombstone is to be left, with hits or without: what they said and showed.
    """
    tx.execute(_TERMS)
    tx.execute(_KEPT_FOR)
    _choose(tx, _BY_TERMS, [now])
    _choose_to_empty(tx, _TO_EMPTY)


def by_retention(tx: Transaction, days: Mapping[RecordClass, int], now: datetime) -> None:
    """Posts and captured bytes that are older than the schedule says; `days` by class."""
    due = [name for name in _BY_CLASS if name in days]
    _choose(tx, " UNION ".join(_BY_CLASS[name] for name in due) or _NOTHING, [before(now, days[name]) for name in due])
    if RecordClass.MEDIA in days:
        tx.execute(_OLD_MEDIA, [before(now, days[RecordClass.MEDIA])])


def leftovers(tx: Transaction) -> None:
    """What came in about tombstones after they were made. What is about no stored post at all is found table by table."""
    _choose(tx, _NOTHING, [])
    _choose_to_empty(tx, _FILLED_AGAIN)


def before(now: datetime, days: int) -> datetime:
    """What is older than this is older than `days` days at `now`. A schedule longer than the calendar reaches back to its first day."""
    try:
        return now - timedelta(days=days)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def holds_met(tx: Transaction, scope: str) -> list[str]:
    """The ids of the holds that keep something of what was chosen, or the whole account of `scope`, in order."""
    sql = """SELECT hold_id FROM kept WHERE post_id IN (SELECT id FROM chosen)
        UNION SELECT id FROM hold WHERE released_at IS NULL AND scope = 'account' AND 'account ' || target = ? ORDER BY 1"""
    return [row[0] for row in tx.rows(sql, [scope])]


def account_is_held(tx: Transaction, account_id: str) -> bool:
    """Whether there is an open hold on that account as a whole."""
    return tx.row("SELECT 1 FROM hold WHERE released_at IS NULL AND scope = 'account' AND target = ?", [account_id]) is not None


def kept_posts(tx: Transaction) -> frozenset[str]:
    """The ids of all posts that a hold keeps."""
    return frozenset(row[0] for row in tx.rows("SELECT post_id FROM kept"))


def _choose(tx: Transaction, sql: str, values: Sequence[object]) -> None:
    """`chosen`: the posts that fall due; `out_post`: those of them that go; `out_picture`: bytes that go although their post stays, none as yet.

    `tombstone`: those of `out_post` of which a tombstone is left, none as yet.
    """
    tx.execute(_HELD)
    tx.execute(f"CREATE OR REPLACE TEMP TABLE chosen AS {sql}", values)
    tx.execute("CREATE OR REPLACE TEMP TABLE out_post AS SELECT id FROM chosen WHERE id NOT IN (SELECT post_id FROM kept)")
    tx.execute("CREATE OR REPLACE TEMP TABLE out_picture (sha256 VARCHAR)")
    tx.execute("CREATE OR REPLACE TEMP TABLE tombstone (id VARCHAR)")


def _choose_to_empty(tx: Transaction, sql: str) -> None:
    tx.execute(f"CREATE OR REPLACE TEMP TABLE to_empty AS SELECT id FROM ({sql}) WHERE id NOT IN (SELECT id FROM out_post)")  # noqa: S608 (ours)
    tx.execute("INSERT INTO chosen SELECT id FROM to_empty")
    tx.execute("INSERT INTO tombstone SELECT id FROM to_empty WHERE id NOT IN (SELECT post_id FROM kept)")
    tx.execute("INSERT INTO out_post SELECT id FROM tombstone")
