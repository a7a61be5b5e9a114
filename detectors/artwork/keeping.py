"""What of a description may be kept: nothing of a place where a face is seen (invariant 4). Only where such a place is stays; it can be described anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import Levels
from detectors.artwork.described import Described
from detectors.artwork.networks import Networks
from detectors.faces import shows_face
from detectors.picture import Picture

AROUND = 1.25  # a face that reaches into the square from outside counts
LOOKED_AT = 160  # pixels: with the face detector's own 40 to a face, one of a quarter of the region's side is seen


def keepable(described: Described, picture: Picture) -> Described:
    """`described` of that picture, with zeros for the embedding and grid of each place where a face is seen, and nothing that it was compared with."""
    squares = described.places.squares()
    faceless = np.array([not shows_face(_region(picture.pixels, square)) for square in squares], bool)
    grids = described.grids * faceless[:, None, None, None]
    compared = tuple(one for one in described.compared if faceless[one.place])
    return replace(described, embeddings=described.embeddings * faceless[:, None], grids=grids, compared=compared)


def withheld(described: Described) -> npt.NDArray[np.bool_]:
    """P: which places were kept without embedding and grid. Whatever a network describes has unit length, never none."""
    return np.asarray(~described.embeddings.any(axis=1), np.bool_)


def made_whole(described: Described, levels: Levels, networks: Networks) -> Described:
    """`described` with what was withheld, from the picture."""
    missing = withheld(described)
    embeddings, grids = described.embeddings.copy(), described.grids.copy()
    embeddings[missing], grids[missing] = networks.described(levels.cut(described.places.squares()[missing]))
    return replace(described, embeddings=embeddings, grids=grids)


def _region(pixels: npt.NDArray[Any], square: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The part of the picture that the square covers, with its surroundings, at most 160 pixels long."""
    half, (x, y) = AROUND * square[0, 0], square[:2, 2]
    left, top = max(0, int(x - half)), max(0, int(y - half))
    part = pixels[top : max(top + 1, int(y + half) + 1), left : max(left + 1, int(x + half) + 1)]
    factor = LOOKED_AT / max(1, *part.shape[:2])
    size = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
    return cv2.resize(part, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
