"""From what the networks say of a candidate to a score from 0 to 1, and the threshold for so many registered artworks."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.finding import Calibration
from domain.identity import sha256_hex

# Logits of the pair network at first and after cutting anew, and of the detail network; cosines at first and when aligned; logarithm of the size in pixels;
# the proposer's logit. What was not cut anew repeats its first values.
FEATURES = ("verdict", "verdict_aligned", "closely", "cosine", "cosine_aligned", "log_size", "objectness")
UNSEEN = -99.0  # the logit of a close look that was not worth it
FURTHEST = 40.0  # log-odds beyond which a score is 0 or 1


@dataclass(frozen=True, slots=True)
class Floors:
    """What is not looked at further: proposals by their logit, pairs by their cosine, candidates for cutting anew by the pair network's logit, and those for
    the close look by that of the second."""

    objectness: float
    cosine: float
    verdict: float
    aligned: float


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """score = 1 / (1 + exp(-(coefficients · (features - mean) / spread + constant))), and what goes with it.

    `thresholds` is (number of artworks, score) in rising order of the number; `alike` the cosine from
    which two references are told to be hard to tell apart, `readily_seen` the logit over the bank from which one is told to give false alarms (None: never).
    """

    mean: npt.NDArray[Any]
    spread: npt.NDArray[Any]
    coefficients: npt.NDArray[Any]
    constant: float
    thresholds: tuple[tuple[int, float], ...]
    floors: Floors
    alike: float
    readily_seen: float | None
    calibration: Calibration | None
    sha256: str

    def score(self, features: npt.NDArray[Any]) -> float:
        """How probable it is that the artwork is there, 0 to 1. What was not worth a close look is not there: the rest was fitted on what was."""
        if features[FEATURES.index("closely")] == UNSEEN:
            return 0.0
        return probability(float((features - self.mean) / self.spread @ self.coefficients) + self.constant)

    def threshold(self, artworks: int) -> float:
        """The score from which a candidate is a finding, when so many artworks are looked for.

        False alarms grow with their number. Between the numbers that were calibrated, log-odds over the logarithm of the number are joined by straight
        lines; below the least its own value holds, and beyond the greatest the last line goes on.
        """
        numbers, odds = np.log([n for n, _ in self.thresholds]), [log_odds(score) for _, score in self.thresholds]
        wanted = math.log(max(1, artworks))
        if wanted <= numbers[-1] or len(numbers) == 1:
            return probability(float(np.interp(wanted, numbers, odds)))
        slope = (odds[-1] - odds[-2]) / (numbers[-1] - numbers[-2])
        return probability(odds[-1] + max(0.0, slope) * (wanted - numbers[-1]))


def probability(odds: float) -> float:
    """Of log-odds."""
    return 1 / (1 + math.exp(-max(-FURTHEST, min(FURTHEST, odds))))


def log_odds(score: float) -> float:
    """The inverse of `probability`, within its limits."""
    if score <= 0 or score >= 1:
        return math.copysign(FURTHEST, score - 0.5)
    return max(-FURTHEST, min(FURTHEST, math.log(score / (1 - score))))


def read_weights(content: bytes) -> Weights:
    """Of the bytes of an artwork.json. Raises ValueError where it was fitted on other features."""
    read = json.loads(content)
    if read["features"] != list(FEATURES):
        raise ValueError("artwork.json was fitted on other features than this version measures")
    mean, spread, coefficients = (np.array(read[name], np.float64) for name in ("mean", "spread", "coefficients"))
    thresholds = tuple((int(number), float(score)) for number, score in sorted(read["thresholds"]))
    calibration = Calibration(**read["calibration"]) if read["calibration"] else None
    fixed = (Floors(**read["floors"]), float(read["alike"]), read["readily_seen"])
    return Weights(mean, spread, coefficients, float(read["constant"]), thresholds, *fixed, calibration, sha256_hex(content))


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights that come with this package."""
    return read_weights((resources.files("detectors") / "weights" / "artwork.json").read_bytes())
