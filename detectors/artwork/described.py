"""What was kept of a picture's proposals, so that a new reference can be looked for without looking at the picture again.

For each place: where it is, the proposer's logit, and the trunk's embedding and grid. They say what an emblem-like region looks like to a network that
was trained on artwork alone; no pixel can be had back from them at a useful detail, and no face is described as a face. With them, how the places compared
with the artwork that was registered then: whoever looks again compares only what is new.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.artwork.networks import CELLS, CHANNELS, EMBEDDING
from detectors.artwork.proposals import Proposals
from detectors.detector import NotDescribed

FORMAT = 2
MAGIC = b"PVAD"  # Plainview, artwork, described
HEADER = struct.Struct("<4sHH32sIIHH")  # magic, format, flags (0), SHA-256 of the networks, width, height, places, comparisons
PLACE = np.dtype([("centre", "<f4", 2), ("side", "<f4"), ("objectness", "<f4"), ("embedding", "<f2", EMBEDDING), ("grid", "<f2", (CHANNELS, CELLS, CELLS))])
MOST_VERDICTS, MOST_PLACEMENTS = 3, 2
COMPARED = np.dtype(
    [
        ("reference", "V32"),
        ("place", "<u2"),
        ("turn", "u1"),
        ("verdicts", "u1"),
        ("cosines", "<f8", 2),
        ("verdict", "<f8", MOST_VERDICTS),
        ("placement", "<f8", (MOST_PLACEMENTS, 2, 3)),
    ]
)


class OtherNetworks(NotDescribed):
    """The bytes are not what these networks said of a picture: it must be examined anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """How a place compared with a registered artwork at one of its turns: the cosine as proposed and as cut anew, after each look (at most three) the logit,
    and after each of the first two the placement, 3 x 3, from the turned artwork's square (-1 to 1) to pixels of the picture."""

    place: int
    reference_sha256: str
    turn: int
    cosine: float
    cosine_aligned: float
    verdicts: tuple[float, ...]
    placements: tuple[npt.NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A picture of that size as these networks (`networks_sha256`) see it: P places, `embeddings` P x 96 and `grids` P x 32 x 16 x 16, half precision.

    `compared` is what they were compared with, if it is known.
    """

    networks_sha256: str
    width: int
    height: int
    places: Proposals
    embeddings: npt.NDArray[np.float16]
    grids: npt.NDArray[np.float16]
    compared: tuple[Compared, ...] = ()

    def to_bytes(self) -> bytes:
        """About 16.6 kB a place, and 0.2 kB a comparison."""
        rows = np.zeros(len(self.places), PLACE)
        rows["centre"], rows["side"], rows["objectness"] = self.places.centres, self.places.sides, self.places.objectness
        rows["embedding"], rows["grid"] = self.embeddings, self.grids
        header = HEADER.pack(MAGIC, FORMAT, 0, bytes.fromhex(self.networks_sha256), self.width, self.height, len(rows), len(self.compared))
        return header + rows.tobytes() + np.array([_row(one) for one in self.compared], COMPARED).tobytes()


def from_bytes(content: bytes, networks_sha256: str) -> Described:
    """What `to_bytes` gave. Raises OtherNetworks where other networks or another version wrote it, or it is damaged."""
    if len(content) < HEADER.size:
        raise OtherNetworks("the stored description is damaged")
    magic, form, _, networks, width, height, places, comparisons = HEADER.unpack_from(content)
    if magic != MAGIC or form != FORMAT or networks.hex() != networks_sha256:
        raise OtherNetworks("the stored description was made by another version")
    if len(content) != HEADER.size + places * PLACE.itemsize + comparisons * COMPARED.itemsize:
        raise OtherNetworks("the stored description is damaged")
    rows = np.frombuffer(content, PLACE, places, HEADER.size)
    compared = tuple(_compared(row) for row in np.frombuffer(content, COMPARED, comparisons, HEADER.size + places * PLACE.itemsize))
    if any(one.place >= places or not one.verdicts for one in compared):
        raise OtherNetworks("the stored description is damaged")
    found = Proposals(rows["centre"], rows["side"], rows["objectness"])
    return Described(networks_sha256, width, height, found, rows["embedding"], rows["grid"], compared)


def _row(one: Compared) -> tuple[Any, ...]:
    spare = MOST_VERDICTS - len(one.verdicts)
    placements = [placement[:2] for placement in one.placements] + [np.zeros((2, 3))] * (MOST_PLACEMENTS - len(one.placements))
    cosines = (one.cosine, one.cosine_aligned)
    return bytes.fromhex(one.reference_sha256), one.place, one.turn, len(one.verdicts), cosines, (*one.verdicts, *[0.0] * spare), placements


def _compared(row: Any) -> Compared:
    looks = min(int(row["verdicts"]), MOST_VERDICTS)
    placements = tuple(np.vstack([placement, [0.0, 0.0, 1.0]]) for placement in row["placement"][: min(looks, MOST_PLACEMENTS)])
    cosine, aligned = row["cosines"].tolist()
    return Compared(int(row["place"]), bytes(row["reference"]).hex(), int(row["turn"]), cosine, aligned, tuple(row["verdict"][:looks].tolist()), placements)
