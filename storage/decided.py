"""The past: hits with the decision that stands."""

from __future__ import annotations

from dataclasses import dataclass

from domain.review import Outcome, Review
from domain.viewer import Viewer
from storage.hit_rows import HITS, HitRow, hit_row
from storage.seeing import compartments
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
    with store.read() as view:
        rows = view.named(sql, [compartments(viewer), limit])
    return [Decided(hit_row(row), Review(row["id"], Outcome(row["said"]), row["reason"], row["reviewer"], row["decided_at"])) for row in rows]
