"""The past: hits with the decision that stands."""

from __future__ import annotations

from dataclasses import dataclass

from domain.review import Outcome, Review
from domain.viewer import Viewer
from storage.hit_rows import HITS, HitRow, hit_row
from storage.seeing import reading, seen_by
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Decided:
    """A hit and its latest review."""

    hit: HitRow
    review: Review


def latest(store: Store, *, viewer: Viewer, limit: int = 50) -> list[Decided]:
    """The hits decided last, newest decision first, at most `limit`."""
    which = "SELECT rowid FROM hit WHERE state = 'closed' ORDER BY decided_at DESC, id LIMIT ?"
    sql = f"SELECT s.*, r.reason, r.reviewer FROM ({HITS} WHERE h.rowid IN (SELECT unnest(?))) s JOIN review r ON r.id = s.review_id"  # noqa: S608
    found: list[Decided] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "decided hits") as view:
            rows = view.named(sql, [[row[0] for row in view.rows(which, [limit])]])
        found.extend(Decided(hit_row(row), Review(row["id"], Outcome(row["outcome"]), row["reason"], row["reviewer"], row["decided_at"])) for row in rows)
    return sorted(sorted(found, key=lambda one: one.hit.id), key=lambda one: one.review.decided_at, reverse=True)[:limit]
