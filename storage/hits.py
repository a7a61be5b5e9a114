"""Hits: the queue, one hit with all that defends it, and the list for other programs."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.account import Account
from domain.audit import AuditAction
from domain.hit import Hit
from domain.post import Media
from domain.review import Outcome, Review, ReviewState
from domain.viewer import Viewer
from storage.accounts import ACCOUNT, account_from
from storage.auditing import audit
from storage.errors import NotFound
from storage.hit_rows import HITS, HitRow, hit_from, hit_row, plain
from storage.posts import PostRow, media_number, numbered
from storage.seeing import holding_hit, opening, reading, seen_by
from storage.store import Reading, Store

_PAGE = """SELECT h.rowid FROM hit h WHERE (?::VARCHAR IS NULL OR h.state = ?) AND (?::VARCHAR IS NULL OR h.clause = ?)
    AND (?::VARCHAR IS NULL OR h.account_id = ?) AND (?::VARCHAR IS NULL OR h.detector = ?)
    AND (?::VARCHAR IS NULL OR (h.review_by, h.id) > (?::TIMESTAMPTZ, ?)) ORDER BY h.review_by, h.id LIMIT ?"""


@dataclass(frozen=True, slots=True)
class HitCount:
    """How many hits of one kind under one clause are undecided, and how many are decided."""

    clause: str
    kind: str
    new: int
    closed: int


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit with all that defends it. `erased_at`: when what it showed was erased with its post; None: it is all there.

    `post` is the newest version (`post_changed`: no longer the version that was cited), `media` None when the item is the text itself,
    `reviews` oldest first, `siblings` the other hits on the same item.
    """

    hit: Hit
    account: Account
    post: PostRow
    post_changed: bool
    media: Media | None
    state: ReviewState
    outcome: Outcome | None
    erased_at: datetime | None
    reviews: tuple[Review, ...]
    siblings: tuple[HitRow, ...]


def queue(
    store: Store,
    *,
    viewer: Viewer,
    state: ReviewState | None = ReviewState.NEW,
    clause: str | None = None,
    account_id: str | None = None,
    detector: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> list[HitRow]:
    """Hits by the time they should be decided, at most `limit`, those behind the hit `after`. None for a filter: all."""
    parts = seen_by(store, viewer)
    behind = _place(parts, after)
    values = [*(value for one in (state, clause, account_id, detector) for value in (one, one)), after, *behind, limit]
    return heapq.nsmallest(limit, (hit for part in parts for hit in _page(part, viewer, values)), key=lambda hit: (hit.review_by, hit.id))


def _place(parts: Sequence[Store], hit_id: str | None) -> tuple[datetime | None, str | None]:
    for part in parts if hit_id else ():
        with part.read() as view:
            if row := view.row("SELECT review_by, id FROM hit WHERE id = ?", [hit_id]):
                return row[0], row[1]
    return None, None


def _page(part: Store, viewer: Viewer, values: Sequence[object]) -> list[HitRow]:
    with reading(part, viewer.name, "queue") as view:
        page = [row[0] for row in view.rows(_PAGE, values)]  # first which, then what: so that only these are read whole, and joined to their posts
        return [hit_row(row) for row in view.named(f"{HITS} WHERE h.rowid IN (SELECT unnest(?))", [page])]


def count(store: Store, *, viewer: Viewer) -> list[HitCount]:
    """How many hits there are that this viewer may see, by clause and kind."""
    sql = """SELECT clause, kind, count(*) FILTER (state = 'new'), count(*) FILTER (state = 'closed') FROM hit GROUP BY clause, kind"""
    counted: Counter[tuple[str, str, str]] = Counter()
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "hits counted") as view:
            for clause, kind, new, closed in view.rows(sql):
                counted.update({(clause, kind, "new"): new, (clause, kind, "closed"): closed})
    return [HitCount(clause, kind, counted[clause, kind, "new"], counted[clause, kind, "closed"]) for clause, kind in sorted({key[:2] for key in counted})]


def show(store: Store, *, viewer: Viewer, hit_id: str, now: datetime) -> HitView:
    """One hit with all that defends it; that it was opened is recorded with the reading. Raises NotFound, also for a hit that this viewer may not see."""
    with opening(holding_hit(store, viewer, hit_id)) as tx:
        found = tx.named(f"{HITS} WHERE h.id = ?", [hit_id])
        if not found:
            raise NotFound(f"there is no hit {hit_id} that {viewer.name} may see")
        shown = _view(tx, found[0])
        audit.append(tx, AuditAction.HIT_OPENED, viewer.name, hit_id, {"clause": shown.hit.clause, "state": str(shown.state)}, now)
    return shown


def listing(store: Store, *, viewer: Viewer, since: datetime | None = None) -> list[dict[str, object]]:
    """Every hit found at or after `since`, oldest first, ready for JSON: times in ISO 8601 (UTC), `box` [x, y, w, h], `span` [start, end]."""
    sql = f"{HITS} WHERE (?::TIMESTAMPTZ IS NULL OR h.found_at >= ?)"
    found: list[HitRow] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "hits") as view:
            found.extend(hit_row(row) for row in view.named(sql, [since, since]))
    return [plain(hit) for hit in sorted(found, key=lambda hit: (hit.found_at, hit.id))]


def _view(view: Reading, row: Mapping[str, Any]) -> HitView:
    hit = hit_from(row)
    post = numbered(view, row["post_n"])
    if post is None:
        raise NotFound(f"the post of hit {hit.id} was erased")
    (account,) = view.rows(f"SELECT {ACCOUNT} FROM account a WHERE a.id = ?", [hit.account_id])  # noqa: S608
    reviews = view.rows("SELECT hit_id, outcome, reason, reviewer, decided_at FROM review WHERE hit_id = ? ORDER BY decided_at, id", [hit.id])
    beside = [row[0] for row in view.rows("SELECT rowid FROM hit WHERE media_sha256 = ? AND id <> ?", [hit.media_sha256, hit.id])]
    siblings = view.named(f"{HITS} WHERE h.rowid IN (SELECT unnest(?)) ORDER BY h.review_by, h.id", [beside]) if beside else []
    shown = hit_row(row)
    return HitView(
        hit=hit,
        account=account_from(*account),
        post=post,
        post_changed=post.content_sha256 != hit.post_content_sha256,
        media=_media(view, hit.media_sha256),
        state=shown.state,
        outcome=shown.outcome,
        erased_at=shown.erased_at,
        reviews=tuple(Review(hit_id, Outcome(outcome), *rest) for hit_id, outcome, *rest in reviews),
        siblings=tuple(hit_row(one) for one in siblings),
    )


def _media(view: Reading, sha256: str) -> Media | None:
    row = view.row("SELECT sha256, mime, byte_size, width, height FROM media WHERE number = ? AND sha256 = ?", [media_number(sha256), sha256])
    return Media(*row) if row else None
