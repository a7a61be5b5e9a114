"""Where registered artworks may lie in a picture: every pair of like points proposes a placement, and the other pairs vote for it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.matching.keypoints import Floats, Keypoints
from detectors.matching.reference import Prepared

Indices = npt.NDArray[np.int64]

LEAST_LIKE = 0.84  # cosine of two RootSIFT descriptors
MOST_PAIRS = 160  # per artwork
INSTANCES = 3
NEAR = 0.12  # of the artwork's diagonal in the picture
SAME_SCALE = math.log(1.6)
SAME_ANGLE = math.radians(25)
ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of like points: the point in the picture, the point among all artworks' points, and how like they are (0 to 1)."""

    seen: Indices
    own: Indices
    like: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Artwork number `which` may lie at `matrix` (2 x 3, pixels of the artwork at LARGE to pixels of the picture), for `votes`; `pairs` agree on it."""

    which: int
    matrix: npt.NDArray[Any]
    votes: float
    seen: Floats
    own: Floats


class Index:
    """All points of all artworks, side by side, so that one matrix product compares a picture with every artwork."""

    def __init__(self, references: Sequence[Prepared]) -> None:
        self._references = references
        self._points = [reference.points for reference in references]
        self._descriptors = np.ascontiguousarray(np.concatenate([p.descriptors for p in self._points]).T) if references else np.zeros((128, 0), np.float32)
        self._starts = np.cumsum([0] + [len(p) for p in self._points])

    def placements(self, picture: Keypoints) -> list[Placement]:
        """Every placement with votes, most voted first."""
        pairs = self._pairs(picture)
        owner = np.searchsorted(self._starts, pairs.own, side="right") - 1
        found: list[Placement] = []
        for which in np.unique(owner):
            mine = np.flatnonzero(owner == which)
            mine = mine[np.argsort(-pairs.like[mine], kind="stable")][:MOST_PAIRS]
            found.extend(_voted(int(which), self._references[which], picture, pairs.seen[mine], pairs.own[mine] - self._starts[which], pairs.like[mine]))
        return sorted(found, key=lambda placement: -placement.votes)

    def _pairs(self, picture: Keypoints) -> Pairs:
        parts = [self._like(picture.descriptors[row : row + ROWS_AT_ONCE], row) for row in range(0, len(picture), ROWS_AT_ONCE)]
        if not parts:
            nothing = np.zeros(0, np.int64)
            return Pairs(nothing, nothing, np.zeros(0, np.float32))
        return Pairs(np.concatenate([p.seen for p in parts]), np.concatenate([p.own for p in parts]), np.concatenate([p.like for p in parts]))

    def _like(self, descriptors: Floats, first: int) -> Pairs:
        likeness = descriptors @ self._descriptors
        seen, own = np.nonzero(likeness > LEAST_LIKE)
        return Pairs(seen + first, own, likeness[seen, own])


def _voted(which: int, reference: Prepared, picture: Keypoints, seen: Indices, own: Indices, like: Floats) -> Iterator[Placement]:
    """Up to INSTANCES placements of one artwork; the pairs of one do not vote for the next."""
    points = reference.points
    scale = picture.size[seen] / points.size[own]
    angle = picture.angle[seen] - points.angle[own]
    there, here = picture.xy[seen], points.xy[own]
    diagonal = math.hypot(*reference.art.shape[:2])
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    # Row k: where the placement that pair k proposes would put every point, against where the points lie.
    offset = here[None, :, :] - here[:, None, :]
    error_x = there[:, None, 0] + cos[:, None] * offset[..., 0] - sin[:, None] * offset[..., 1] - there[None, :, 0]
    error_y = there[:, None, 1] + sin[:, None] * offset[..., 0] + cos[:, None] * offset[..., 1] - there[None, :, 1]
    near = np.hypot(error_x, error_y) < NEAR * diagonal * scale[:, None]
    logs = np.log(scale)
    near &= np.abs(logs[:, None] - logs[None, :]) < SAME_SCALE
    near &= np.abs(np.angle(np.exp(1j * (angle[:, None] - angle[None, :])))) < SAME_ANGLE
    weight = (like - LEAST_LIKE + 0.02).astype(np.float32)
    free = np.ones(len(seen), bool)
    for _ in range(INSTANCES):
        votes = (near & free[None, :]) @ weight
        votes[~free] = 0
        best = int(np.argmax(votes))
        if votes[best] <= 0:
            return
        agree = near[best] & free
        move = there[best] - np.array([[cos[best], -sin[best]], [sin[best], cos[best]]]) @ here[best]
        matrix = np.array([[cos[best], -sin[best], move[0]], [sin[best], cos[best], move[1]]], np.float64)
        yield Placement(which, matrix, float(votes[best]), there[agree], here[agree])
        free &= ~near[best]
