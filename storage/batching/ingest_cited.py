"""A cited batch: hits, what is compliant under a permit, and that the item has been cited under that directive. Known hits are left as they are.

One that was emptied with its post, which has come back, says again what it shows.
"""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from storage.auditing import audit
from storage.batching.batch_file import BadBatch
from storage.store import Transaction

_CITATION_KEY = ("post_id", "post_content_sha256", "media_sha256", "detector", "detector_version", "settings_sha256", "directive_sha256")
_COMPLIANT_KEY = ("post_id", "finding_id", "clause", "permit_id", "directive_sha256")

_HITS = """
INSERT INTO hit BY NAME
WITH newest AS (SELECT id, max(n) AS n FROM post WHERE account_id IN (SELECT account_id FROM in_hit) AND id IN (SELECT post_id FROM in_hit) GROUP BY id)
SELECT DISTINCT ON (i.id) i.* EXCLUDE (n), ? AS batch_id, newest.n AS post_n FROM in_hit i JOIN newest ON newest.id = i.post_id
WHERE NOT EXISTS (SELECT 1 FROM hit t WHERE t.id = i.id) ORDER BY i.n
"""

_FILLED_AGAIN = """
UPDATE hit SET erased_at = NULL, label = i.label, because = i.because, text = i.text, box_x = i.box_x, box_y = i.box_y, box_w = i.box_w, box_h = i.box_h,
    span_start = i.span_start, span_end = i.span_end, time_s = i.time_s
FROM in_hit i WHERE hit.id = i.id AND hit.erased_at IS NOT NULL
"""


def store_batch(tx: Transaction, batch_id: str, now: datetime) -> None:
    """Stores what `stage` has read. Raises BadBatch for hits on a post that is not stored."""
    if tx.row("SELECT 1 FROM in_hit i WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.id = i.post_id AND p.account_id = i.account_id)"):
        raise BadBatch("it holds a hit on a post that is not stored")
    tx.execute(_FILLED_AGAIN)
    tx.execute(_HITS, [batch_id])
    for table, key in (("compliant", _COMPLIANT_KEY), ("citation", _CITATION_KEY)):
        tx.execute(_append_new(table, key), [batch_id])
    counted = tx.row("SELECT (SELECT count(*) FROM citation WHERE batch_id = $1), (SELECT count(*) FROM hit WHERE batch_id = $1)", [batch_id])
    items, hits = counted or (0, 0)
    audit.append(tx, AuditAction.CITATION_STORED, "plainview", batch_id, {"items": items, "hits": hits}, now)


def _append_new(table: str, key: tuple[str, ...]) -> str:
    columns, same = ", ".join(f"i.{column}" for column in key), " AND ".join(f"t.{column} = i.{column}" for column in key)
    return f"""INSERT INTO {table} BY NAME SELECT DISTINCT ON ({columns}) i.* EXCLUDE (n), ? AS batch_id FROM in_{table} i
        WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {same}) ORDER BY i.n"""  # noqa: S608 (names are ours)
