"""One artwork at one place, and which of several keep the place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.artwork.places import Quad, shared
from detectors.artwork.scoring import FEATURES
from domain.finding import Box

SAME_PLACE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One artwork at one place.

    `features` are the numbers of `scoring.FEATURES` that gave the score. `box` (clipped) and `quad` (not clipped, clockwise from the artwork's own upper
    left) are in pixels of the picture; `placement` 3 x 3 takes the artwork's square (-1 to 1, upright) there. `look_alike`: registered as not ours.
    """

    score: float
    label: str
    look_alike: bool
    which: int
    features: npt.NDArray[Any]
    box: Box
    quad: Quad
    placement: npt.NDArray[np.float64]

    def feature(self, name: str) -> float:
        """One of the features by its name."""
        return float(self.features[FEATURES.index(name)])


def one_a_place(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best candidate of each place, whichever artwork it is of, best first."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.which, c.box.x, c.box.y)):
        if all(shared(candidate.box, other.box) < SAME_PLACE for other in kept):
            kept.append(candidate)
    return kept


def ours(candidates: Iterable[Candidate], threshold: float) -> list[Candidate]:
    """Of the best of each place those that reach the threshold and are not registered as not ours: a look-alike that wins a place leaves no finding there."""
    return [candidate for candidate in one_a_place(candidates) if candidate.score >= threshold and not candidate.look_alike]
