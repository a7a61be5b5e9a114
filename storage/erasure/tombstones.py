"""Tombstones: of a post that was deleted upstream, what it said and showed is erased, and that it was there, its hash, its times and what was decided stay.

What else a post has (media, citations, findings, replies) is deleted as of any other. Its name on the platform and its address go too: they often hold a title
or somebody's name. Its id is a hash over that name, so whoever knows the name can still find the post.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from domain.retention import ERASED_WITH_POST
from storage.store import Transaction

_OF_HITS = "SELECT id FROM hit WHERE post_id IN (SELECT id FROM tombstone) AND erased_at IS NULL"
_LISTED = f"""
INSERT INTO erased SELECT $1, kind, id, sha256 FROM (
    SELECT 'post_emptied' AS kind, id, content_sha256 AS sha256 FROM post WHERE id IN (SELECT id FROM tombstone) AND erased_at IS NULL
    UNION ALL SELECT 'hit_emptied', id, media_sha256 FROM hit WHERE id IN ({_OF_HITS})
    UNION ALL SELECT 'review_emptied', id, NULL FROM review WHERE hit_id IN ({_OF_HITS})
) ORDER BY kind, id, sha256
"""  # noqa: S608 (ours)

# Pieces that were not understood and have its name. In the undercover compartment names are sealed, each time otherwise: there they go with the account.
_PIECES = """
DELETE FROM rejected WHERE (account_id, native_id) IN (SELECT account_id, native_id FROM post WHERE id IN (SELECT id FROM tombstone) AND erased_at IS NULL)
"""
# Where on a picture something was says nothing without the picture, and a label may name a person.
_EMPTY_REVIEWS = f"UPDATE review SET reason = ? WHERE hit_id IN ({_OF_HITS})"  # noqa: S608 (ours)
_EMPTY_HITS = """
UPDATE hit SET label = '', because = ?, text = NULL, box_x = NULL, box_y = NULL, box_w = NULL, box_h = NULL, span_start = NULL, span_end = NULL, time_s = NULL,
    erased_at = ? WHERE post_id IN (SELECT id FROM tombstone) AND erased_at IS NULL
"""
_EMPTY_POSTS = """
UPDATE post SET native_id = '', url = '', title = '', text = '', record = NULL, erased_at = ? WHERE id IN (SELECT id FROM tombstone) AND erased_at IS NULL
"""


def leave(tx: Transaction, erasure_id: str, now: datetime) -> Counter[str]:
    """Empties and lists the rows that stay of the posts in `tombstone`. Answers how many, by what they are."""
    tx.execute(_LISTED, [erasure_id])
    pieces = tx.rows(_PIECES)[0][0]
    reviews = tx.rows(_EMPTY_REVIEWS, [ERASED_WITH_POST])[0][0]  # first: which they are is told by their hits
    hits = tx.rows(_EMPTY_HITS, [ERASED_WITH_POST, now])[0][0]
    posts = tx.rows(_EMPTY_POSTS, [now])[0][0]
    return +Counter({"rejected": pieces, "review_emptied": reviews, "hit_emptied": hits, "post_emptied": posts})
