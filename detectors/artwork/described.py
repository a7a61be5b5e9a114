"""What was kept of a picture's proposals, so that a new reference can be looked for without looking at the picture again.

For each place: where it is, the proposer's logit, and the trunk's embedding and grid. They say what an emblem-like region looks like to a network that
was trained on artwork alone; no pixel can be had back from them at a useful detail, and no face is described as a face.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.artwork.networks import CELLS, CHANNELS, EMBEDDING
from detectors.artwork.proposals import Proposals
from detectors.detector import NotDescribed

FORMAT = 1
MAGIC = b"PVAD"  # Plainview, artwork, described
HEADER = struct.Struct("<4sHH32sIIH")  # magic, format, flags (0), SHA-256 of the networks, width, height, places
PLACE = np.dtype([("centre", "<f4", 2), ("side", "<f4"), ("objectness", "<f4"), ("embedding", "<f2", EMBEDDING), ("grid", "<f2", (CHANNELS, CELLS, CELLS))])


class OtherNetworks(NotDescribed):
    """The bytes are not what these networks said of a picture: it must be examined anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A picture of that size as these networks (`networks_sha256`) see it: P places, `embeddings` P x 96 and `grids` P x 32 x 16 x 16, half precision."""

    networks_sha256: str
    width: int
    height: int
    places: Proposals
    embeddings: npt.NDArray[np.float16]
    grids: npt.NDArray[np.float16]

    def to_bytes(self) -> bytes:
        """About 16.6 kB a place."""
        rows = np.zeros(len(self.places), PLACE)
        rows["centre"], rows["side"], rows["objectness"] = self.places.centres, self.places.sides, self.places.objectness
        rows["embedding"], rows["grid"] = self.embeddings, self.grids
        header = HEADER.pack(MAGIC, FORMAT, 0, bytes.fromhex(self.networks_sha256), self.width, self.height, len(rows))
        return header + rows.tobytes()


def from_bytes(content: bytes, networks_sha256: str) -> Described:
    """What `to_bytes` gave. Raises OtherNetworks where other networks or another version wrote it, or it is damaged."""
    if len(content) < HEADER.size:
        raise OtherNetworks("the stored description is damaged")
    magic, form, _, networks, width, height, places = HEADER.unpack_from(content)
    if magic != MAGIC or form != FORMAT or networks.hex() != networks_sha256:
        raise OtherNetworks("the stored description was made by another version")
    if len(content) != HEADER.size + places * PLACE.itemsize:
        raise OtherNetworks("the stored description is damaged")
    rows = np.frombuffer(content, PLACE, offset=HEADER.size)
    found = Proposals(rows["centre"], rows["side"], rows["objectness"])
    return Described(networks_sha256, width, height, found, rows["embedding"], rows["grid"])
