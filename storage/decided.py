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
    sql = f"""WITH last AS (
            SELECT DISTINCT ON (hit_id) hit_id, outcome AS said, reason, reviewer, decided_at FROM review ORDER BY hit_id, decided_at DESC, id DESC
        )
        SELECT s.*, last.said, last.reason, last.reviewer, last.decided_at FROM ({HITS}) s JOIN last ON last.hit_id = s.id
        ORDER BY last.decided_at DESC, s.id LIMIT ?"""  # noqa: S608
    found: list[Decided] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "decided hits") as view:
            rows = view.named(sql, [limit])
        found.extend(Decided(hit_row(row), Review(row["id"], Outcome(row["said"]), row["reason"], row["reviewer"], row["decided_at"])) for row in rows)
    return sorted(sorted(found, key=lambda one: one.hit.id), key=lambda one: one.review.decided_at, reverse=True)[:limit]
