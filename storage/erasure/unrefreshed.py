"""What seeing a post again does not refresh, where terms count from then: its earlier versions, the bytes of its pictures, and the replies as they came.

Each goes when it is as old as the terms allow, and the post stays. The pictures are fetched again by the next run. Reads `kept_for` and `kept` (`doomed`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from storage.batching.batches import LATER
from storage.erasure import erased_captures
from storage.store import Transaction

AGAIN = f"{LATER}erased, since the platform's terms let nobody keep it longer; it is fetched again"

_DUE = """
CREATE OR REPLACE TEMP TABLE out_version AS
SELECT p.n, p.id, p.version, p.content_sha256 FROM post p JOIN kept_for t ON t.batch_id = p.batch_id AND t.refresh
WHERE NOT p.newest AND greatest(p.captured_at, p.refreshed_at) + to_days(t.days) <= ?
    AND p.id NOT IN (SELECT post_id FROM kept) AND p.id NOT IN (SELECT id FROM out_post)
"""
# What one of them says and no version that stays says too.
_CONTENT = """
CREATE OR REPLACE TEMP TABLE out_content AS SELECT DISTINCT id AS post_id, content_sha256 FROM out_version
EXCEPT SELECT id, content_sha256 FROM post WHERE id IN (SELECT id FROM out_version) AND n NOT IN (SELECT n FROM out_version)
"""
# Pictures by their post: those of earlier versions that go, and those that were captured too long ago.
_SHOWN = """
CREATE OR REPLACE TEMP TABLE out_shown AS
SELECT m.post_id, m.media_sha256, m.batch_id FROM post_media m
WHERE m.media_sha256 IS NOT NULL AND (m.post_id, m.post_content_sha256) IN (SELECT post_id, content_sha256 FROM out_content)
UNION SELECT m.post_id, m.media_sha256, m.batch_id FROM post_media m JOIN kept_for t ON t.batch_id = m.batch_id AND t.refresh
WHERE m.media_sha256 IS NOT NULL AND m.captured_at + to_days(t.days) <= ?
    AND m.post_id NOT IN (SELECT post_id FROM kept) AND m.post_id NOT IN (SELECT id FROM out_post)
"""
_ITEMS = "INSERT INTO out_item SELECT media_sha256 FROM out_shown UNION SELECT content_sha256 FROM out_content"
_ERASED_PICTURES = """
UPDATE post_media SET media_sha256 = NULL, problem = ?, captured_at = ?
WHERE (post_id, media_sha256, batch_id) IN (SELECT post_id, media_sha256, batch_id FROM out_shown)
"""
_ASKED_AGAIN_BEFORE = "DELETE FROM post_media WHERE media_sha256 IS NULL AND problem = ? AND post_id IN (SELECT post_id FROM out_shown)"
_NO_MORE_SHOWN = """
DELETE FROM out_shown WHERE (post_id, media_sha256) IN (SELECT post_id, media_sha256 FROM post_media WHERE media_sha256 IS NOT NULL)
"""
_OF_HITS = "SELECT id FROM hit WHERE (post_id, post_content_sha256) IN (SELECT post_id, content_sha256 FROM out_content)"
_LISTED = f"""
INSERT INTO erased SELECT $1, kind, id, sha256 FROM (
    SELECT 'version' AS kind, id, content_sha256 AS sha256 FROM out_version
    UNION ALL SELECT 'hit', id, media_sha256 FROM hit WHERE id IN ({_OF_HITS})
    UNION ALL SELECT 'review', id, NULL FROM review WHERE hit_id IN ({_OF_HITS})
) ORDER BY kind, id, sha256
"""  # noqa: S608 (ours)
_OF_VERSIONS: Mapping[str, str] = {
    "review": f"DELETE FROM review WHERE hit_id IN ({_OF_HITS})",  # noqa: S608 (ours)
    "hit": "DELETE FROM hit WHERE (post_id, post_content_sha256) IN (SELECT post_id, content_sha256 FROM out_content)",
    "citation": "DELETE FROM citation WHERE (post_id, post_content_sha256) IN (SELECT post_id, content_sha256 FROM out_content)",
    "post_media": "DELETE FROM post_media WHERE (post_id, post_content_sha256) IN (SELECT post_id, content_sha256 FROM out_content)",
    "gone": "DELETE FROM gone WHERE (post_id, post_version) IN (SELECT id, version FROM out_version)",
    "post": "DELETE FROM post WHERE n IN (SELECT n FROM out_version)",
}
_OF_PICTURES: Mapping[str, str] = {
    "citation": "DELETE FROM citation WHERE (post_id, media_sha256) IN (SELECT post_id, media_sha256 FROM out_shown)",
    "compliant": "DELETE FROM compliant WHERE (post_id, media_sha256) IN (SELECT post_id, media_sha256 FROM out_shown)",
}


def delete(tx: Transaction, erasure_id: str, now: datetime) -> Counter[str]:
    """Deletes and lists what is due of posts that stay, and adds what it showed to `out_item`. Answers how many rows went, by table."""
    if not tx.row("SELECT 1 FROM kept_for WHERE refresh LIMIT 1"):
        return Counter()
    counts = erased_captures.of_terms(tx, now, erasure_id)
    tx.execute(_DUE, [now])
    tx.execute(_CONTENT)
    tx.execute(_SHOWN, [now])
    tx.execute(_ITEMS)
    tx.execute(_LISTED, [erasure_id])
    counts += _counted(tx, _OF_VERSIONS)
    tx.execute(_ASKED_AGAIN_BEFORE, [AGAIN])
    tx.execute(_ERASED_PICTURES, [AGAIN, now])
    tx.execute(_NO_MORE_SHOWN)
    return counts + _counted(tx, _OF_PICTURES)


def _counted(tx: Transaction, statements: Mapping[str, str]) -> Counter[str]:
    return +Counter({table: tx.rows(sql)[0][0] for table, sql in statements.items()})
