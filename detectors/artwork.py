"""Registered department artwork in pictures: patches, seals, badges, banners.

One pass over the picture serves every artwork: local features once, one matrix product against the points of all artworks, votes for placements, then a
look pixel by pixel at the best of them. `docs/detectors.md` says how well, on what, and how it fails.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.matching.keypoints import Image, evenly_grey, keypoints
from detectors.matching.likeness import FEATURES, Levels, Likeness, likeness, resizing, scale_of
from detectors.matching.placements import Index
from detectors.matching.reference import LARGE, Prepared, prepared
from detectors.picture import Picture, Unreadable, decode, opacity
from domain.authorization import DetectorName
from domain.finding import Box, Calibration, Finding, FindingKind, Where
from domain.identity import canonical_json, sha256_hex

VERSION = "1"
SEARCHED_SIDE = 1280  # longer side, pixels, at which a picture is searched
SMALLEST_SEARCHED = 320
MOST_POINTS = 2000
MOST_LOOKED_AT = 16  # placements that are looked at pixel by pixel, all artworks together
CALIBRATED_WITH = 10  # artworks; false alarms grow with their number, so with more of them each must look more alike
SAME_PLACE = 0.3
FEWEST_POINTS = 40
FLATTEST = 12.0


class UnusableReference(Exception):
    """A registered artwork cannot be looked for; the message names its label and what is wrong."""


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """One registered artwork: its label and the bytes of its picture, whose transparent parts are not part of it."""

    label: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What `detectors.training.fit` wrote: score = 1 / (1 + exp(-(coefficients · (features - mean) / spread + constant)))."""

    mean: npt.NDArray[Any]
    spread: npt.NDArray[Any]
    coefficients: npt.NDArray[Any]
    constant: float
    threshold: float
    calibration: Calibration | None
    sha256: str

    def score(self, features: npt.NDArray[Any], artworks: int) -> float:
        """How probable it is that the artwork is there, 0 to 1, when so many artworks are looked for at once."""
        log_odds = float((features - self.mean) / self.spread @ self.coefficients) + self.constant - math.log(max(1.0, artworks / CALIBRATED_WITH))
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One artwork at one place: its score, refined placement, box in pixels of the picture, and size there as a part of its registered size."""

    score: float
    seen: Likeness
    box: Box
    size: float


class Artwork:
    """Looks for every registered artwork in a picture at once."""

    name = DetectorName.ARTWORK
    version = VERSION
    finds = frozenset({FindingKind.DEPARTMENT_ARTWORK})
    shares_near_duplicates = True

    def __init__(self, references: Sequence[ReferencePicture]) -> None:
        """Prepares `references`. Raises UnusableReference."""
        self._weights = shipped_weights()
        self._references = tuple(_prepared(reference) for reference in references)
        self._index = Index(self._references)
        self.calibration = self._weights.calibration
        self.settings_sha256 = sha256_hex(canonical_json(self._settings()))

    def examine(self, picture: Picture) -> tuple[Finding, ...]:
        """One finding for each place where an artwork is seen, from left to right."""
        candidates = [found for found in self.candidates(picture) if found.score >= self._weights.threshold]
        return tuple(self._finding(found) for found in sorted(one_a_place(candidates), key=lambda found: (found.box.x, found.box.y)))

    def candidates(self, picture: Picture) -> list[Candidate]:
        """Every placement that was looked at, with its score; the same place may come more than once."""
        if not self._references:
            return []
        searched = _searched(picture.pixels)
        points = keypoints(evenly_grey(searched), MOST_POINTS)
        levels = Levels(searched)
        looked = (likeness(levels, self._references[p.which], p) for p in self._index.placements(points)[:MOST_LOOKED_AT])
        found = (self._candidate(seen, picture, searched.shape) for seen in looked if seen is not None)
        return [candidate for candidate in found if candidate is not None]

    def _candidate(self, seen: Likeness, picture: Picture, searched: tuple[int, ...]) -> Candidate | None:
        reference = self._references[seen.which]
        matrix = resizing(searched, picture.pixels.shape) @ np.vstack([seen.matrix, [0, 0, 1]])
        box = _box(_outline(reference) @ matrix[:2, :2].T + matrix[:2, 2], picture.width, picture.height)
        if box is None:
            return None
        score = self._weights.score(seen.features, len(self._references))
        return Candidate(score, seen, box, scale_of(matrix) * LARGE / max(reference.size))

    def _finding(self, found: Candidate) -> Finding:
        reference = self._references[found.seen.which]
        return Finding(
            kind=FindingKind.DEPARTMENT_ARTWORK,
            label=reference.label,
            score=found.score,
            threshold=self._weights.threshold,
            where=Where(box=found.box),
            because=_because(reference, found),
            detector=self.name,
            detector_version=self.version,
            settings_sha256=self.settings_sha256,
            reference_sha256=reference.sha256,
        )

    def _settings(self) -> list[Any]:
        return [self._weights.sha256, SEARCHED_SIDE, MOST_POINTS, MOST_LOOKED_AT, sorted([r.label, r.sha256] for r in self._references)]


def shipped_weights() -> Weights:
    """The weights that come with this package."""
    content = (resources.files("detectors") / "weights" / "artwork.json").read_bytes()
    read = json.loads(content)
    if read["features"] != list(FEATURES):
        raise ValueError("detectors/weights/artwork.json was fitted on other features: run python -m detectors.training.fit")
    mean, spread, coefficients = (np.array(read[name], np.float64) for name in ("mean", "spread", "coefficients"))
    calibration = Calibration(**read["calibration"]) if read["calibration"] else None
    return Weights(mean, spread, coefficients, read["constant"], read["threshold"], calibration, sha256_hex(content))


def weaknesses(reference: ReferencePicture) -> tuple[str, ...]:
    """What will make this artwork hard to find, one sentence each; () when nothing will. Raises UnusableReference."""
    ready = _prepared(reference)
    inside = evenly_grey(ready.art)[ready.cover > 0]
    problems = {
        f"it is {min(ready.size)} pixels across: register a picture of at least 128": min(ready.size) < 128,
        f"only {len(ready.points)} points stand out in it, and fewer than {FEWEST_POINTS} make it easy to miss": len(ready.points) < FEWEST_POINTS,
        "it is nearly of one brightness: in grey light it looks like its ground": float(inside.std()) < FLATTEST,
        "it is more than four times as long as it is high: register its parts": max(ready.size) > 4 * min(ready.size),
    }
    return tuple(problem for problem, applies in problems.items() if applies)


@lru_cache(maxsize=256)
def _prepared(reference: ReferencePicture) -> Prepared:
    """Kept, since every step of a run makes its detectors anew, with the same artwork."""
    try:
        picture = decode(reference.content)
        cover = opacity(reference.content)
    except Unreadable as unreadable:
        raise UnusableReference(f"the registered artwork {reference.label!r} cannot be used: {unreadable}") from unreadable
    if cv2.countNonZero((cover > 127).astype(np.uint8)) < 64:
        raise UnusableReference(f"the registered artwork {reference.label!r} cannot be used: all of it is transparent, or it has fewer than 64 pixels")
    return prepared(reference.label, sha256_hex(reference.content), picture.pixels, cover)


def _searched(pixels: Image) -> Image:
    """The picture at the size at which it is searched."""
    height, width = pixels.shape[:2]
    factor = min(SEARCHED_SIDE / max(height, width), max(1.0, SMALLEST_SEARCHED / max(height, width)))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


def _outline(reference: Prepared) -> npt.NDArray[Any]:
    """The artwork's convex outline, N x 2, in pixels of `art`."""
    return cv2.convexHull(cv2.findNonZero(reference.cover)).reshape(-1, 2).astype(np.float64)


def _box(outline: npt.NDArray[Any], width: int, height: int) -> Box | None:
    """The bounding box of an outline given by pixel centres, clipped to the picture; None outside."""
    left, top = np.floor(outline.min(axis=0) + 0.25).clip(0, [width, height]).astype(int)
    right, bottom = np.ceil(outline.max(axis=0) + 0.75).clip(0, [width, height]).astype(int)
    return Box(int(left), int(top), int(right - left), int(bottom - top)) if right > left and bottom > top else None


def one_a_place(candidates: list[Candidate]) -> list[Candidate]:
    """The best candidate of each place, whichever artwork it is of."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.seen.which, c.box.x, c.box.y)):
        if all(_shared(candidate.box, other.box) < SAME_PLACE for other in kept):
            kept.append(candidate)
    return kept


def _shared(a: Box, b: Box) -> float:
    """Shared area over the smaller area, 0 to 1."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    return max(0, width) * max(0, height) / min(a.w * a.h, b.w * b.h)


def _because(reference: Prepared, found: Candidate) -> str:
    matrix = found.seen.matrix
    turn = round(math.degrees(math.atan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1])))
    points = f"{found.seen.points} points agree" if found.seen.points != 1 else "1 point agrees"
    turned = f"turned {abs(turn)}° {'clockwise' if turn > 0 else 'counter-clockwise'}" if turn else "upright"
    placed = f"{points} on one placement of the registered artwork {reference.label!r}, {turned}, {found.size:.2f} of its size"
    return f"{placed}; {round(100 * found.seen.alike)}% of its surface looks alike"
