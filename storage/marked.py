"""What a hit marks in which picture, for drawing it on a list. Looking at one hit with all that defends it is `hits.show`, which is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from domain.account import Compartment
from domain.finding import Box
from domain.viewer import Viewer
from storage.errors import NotFound
from storage.finding_rows import box_from
from storage.seeing import holding_hit, reading
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Marked:
    """A captured picture and the part of it that a hit is about; `box` None: no part of it alone. `compartment` is the hit's.

    `reference_sha256`: the registered item that it matched, if any.
    """

    media_sha256: str
    box: Box | None
    compartment: Compartment
    reference_sha256: str | None = None


def of(store: Store, *, viewer: Viewer, hit_id: str) -> Marked:
    """What that hit marks. Raises NotFound for a hit that this viewer may not see, and for one about a text."""
    sql = """SELECT h.media_sha256, h.compartment, h.box_x, h.box_y, h.box_w, h.box_h, h.reference_sha256 FROM hit h JOIN media m ON m.sha256 = h.media_sha256
            AND m.number = ('0x' || substr(h.media_sha256, 1, 15))::BIGINT
        WHERE h.id = ?"""
    with reading(holding_hit(store, viewer, hit_id), viewer.name, hit_id) as view:
        found = view.named(sql, [hit_id])
    if not found:
        raise NotFound(f"there is no picture of a hit {hit_id} that {viewer.name} may see")
    return Marked(found[0]["media_sha256"], box_from(found[0]), Compartment(found[0]["compartment"]), found[0]["reference_sha256"])


def waiting(store: Store, *, limit: int) -> list[Marked]:
    """What the undecided hits of the general compartment mark, soonest due first, so that copies for the queue can be made before they are asked for."""
    sql = """SELECT h.media_sha256, h.compartment, h.box_x, h.box_y, h.box_w, h.box_h FROM hit h JOIN media m ON m.sha256 = h.media_sha256
            AND m.number = ('0x' || substr(h.media_sha256, 1, 15))::BIGINT
        WHERE h.state = 'new' AND h.compartment = 'general' ORDER BY h.review_by, h.id LIMIT ?"""
    with store.read() as view:
        return [Marked(row["media_sha256"], box_from(row), Compartment(row["compartment"])) for row in view.named(sql, [limit])]


def copies(store: Store) -> dict[str, str]:
    """For each picture that was found to nearly equal one examined before, the SHA-256 of that one."""
    sql = "SELECT media_sha256, min(same_as) FROM examination WHERE same_as IS NOT NULL GROUP BY media_sha256"
    with store.read() as view:
        return {str(media): str(same_as) for media, same_as in view.rows(sql)}
