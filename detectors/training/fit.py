"""Fits the artwork detector's last step and measures it: `python -m detectors.training.fit samples/photographs`.

Fitted on one half of the emblem families and photographs, measured on the other half, which is used for nothing else. Writes detectors/weights/artwork.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork import Artwork, Candidate, ReferencePicture, one_a_place
from detectors.matching.likeness import FEATURES
from detectors.picture import decode
from detectors.review_copy import overlap
from detectors.training.composites import Composite, Placed, finish, place, texture, view
from detectors.training.emblems import draw, emblem, look_alike
from domain.finding import Box

ARTWORKS = 10
GROUPS, PICTURES = 6, 60
FIT_FAMILIES, HELD_OUT_FAMILIES = 10_000, 20_000
FALSE_ALARMS = 0.01  # a picture
SAME = 0.3  # overlap at which a box is right: an artwork half hidden shows less than its outline
RIDGE = 1.0
SIZES = ((0, 32), (32, 48), (48, 72), (72, 110), (110, 960))
COMMAND = "python -m detectors.training.fit samples/photographs"

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One composite, and what the detector looked at in it."""

    composite: Composite
    candidates: list[Candidate]
    labels: list[str]


def artworks(first: int, count: int) -> list[ReferencePicture]:
    """Emblems of the families `first` and following, as they would be registered; each is labelled by its number."""
    return [ReferencePicture(str(seed), cv2.imencode(".png", draw(emblem(seed)))[1].tobytes()) for seed in range(first, first + count)]


def composites(photographs: Sequence[Array], first: int, count: int, artworks_shown: int = ARTWORKS) -> Iterator[Composite]:
    """`count` pictures: six of ten show one artwork of the families from `first`, two show another department's look-alike, two none."""
    for number in range(count):
        rng = np.random.default_rng([first, number])
        ground = texture(rng) if rng.random() < 0.1 else view(photographs[int(rng.integers(len(photographs)))], rng)
        family = first + int(rng.integers(artworks_shown))
        kind = rng.random()
        shows: tuple[Placed, ...] = ()
        if kind < 0.6:
            placed = place(ground, draw(emblem(family)), str(family), rng)
            shows = (placed,) if placed else ()
        elif kind < 0.8:
            place(ground, draw(look_alike(emblem(family), number)), "", rng)
        yield Composite(finish(ground, rng), shows)


def right(label: str, box: Box, composite: Composite) -> bool:
    """Whether that artwork is at that place."""
    return any(shown.label == label and overlap(shown.box, box) >= SAME for shown in composite.shows)


def looked(photographs: Sequence[Array], first: int) -> Iterator[Shown]:
    """GROUPS groups of PICTURES pictures, each group with artworks of its own."""
    for group in range(GROUPS):
        family = first + group * ARTWORKS
        references = artworks(family, ARTWORKS)
        detector = Artwork(references)
        for composite in composites(photographs, family, PICTURES):
            yield Shown(composite, detector.candidates(decode(composite.content)), [reference.label for reference in references])
        sys.stderr.write(f"{family}: {PICTURES} pictures\n")


def logistic(features: Array, truth: Array) -> tuple[Array, Array, Array, float]:
    """Mean, spread, coefficients and constant of a ridge logistic regression (Newton's method)."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    rows = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    held = RIDGE * np.diag([1.0] * features.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -40, 40)))
        slope = rows.T @ (chance - truth) + held @ weights
        weights -= np.linalg.solve((rows.T * (chance * (1 - chance))) @ rows + held, slope)
    return mean, spread, weights[:-1], float(weights[-1])


def scored(shown: Sequence[Shown], fitted: tuple[Array, Array, Array, float]) -> list[list[Candidate]]:
    """The best candidate of each place of each picture, scored by `fitted`."""
    mean, spread, coefficients, constant = fitted
    result = []
    for one in shown:
        odds = [float((c.seen.features - mean) / spread @ coefficients) + constant for c in one.candidates]
        rescored = [Candidate(1 / (1 + np.exp(-o)), c.seen, c.box, c.size) for o, c in zip(odds, one.candidates, strict=True)]
        result.append(one_a_place(rescored))
    return result


def false_scores(shown: Sequence[Shown], found: Sequence[Sequence[Candidate]]) -> list[float]:
    """The scores of all that is not there, highest first."""
    wrong = [c.score for one, places in zip(shown, found, strict=True) for c in places if not right(one.labels[c.seen.which], c.box, one.composite)]
    return sorted(wrong, reverse=True)


def between(scores: Sequence[float], above: int) -> float:
    """A threshold that leaves `above` of the falling `scores` above it: half-way to the next."""
    return (scores[above - 1] + scores[above]) / 2


def measured(shown: Sequence[Shown], found: Sequence[Sequence[Candidate]], threshold: float) -> dict[str, int]:
    """Pictures with an artwork and those of them where it was found; pictures without one and those of them flagged."""
    counts = {"positives": 0, "detected": 0, "negatives": 0, "false_alarms": 0}
    for one, places in zip(shown, found, strict=True):
        above = [c for c in places if c.score >= threshold]
        if one.composite.shows:
            counts["positives"] += 1
            counts["detected"] += any(right(one.labels[c.seen.which], c.box, one.composite) for c in above)
        else:
            counts["negatives"] += 1
            counts["false_alarms"] += bool(above)
    return counts


def by_size(shown: Sequence[Shown], found: Sequence[Sequence[Candidate]], threshold: float) -> list[str]:
    """For artworks of each size (shorter side of what is visible, pixels) how many were found, one line each."""
    lines = []
    for low, high in SIZES:
        sized = [
            any(c.score >= threshold and right(one.labels[c.seen.which], c.box, one.composite) for c in places)
            for one, places in zip(shown, found, strict=True)
            if any(low <= min(placed.box.w, placed.box.h) < high for placed in one.composite.shows)
        ]
        lines.append(f"{low} to {high} pixels: {sum(sized)} of {len(sized)}")
    return lines


def main(folder: Path) -> None:
    """Fits, measures and writes the weights."""
    cv2.setNumThreads(1)
    photographs = [decode(path.read_bytes()).pixels for path in sorted(folder.glob("*.jpg"))]
    shown = list(looked(photographs[::2], FIT_FAMILIES))
    features = np.array([c.seen.features for one in shown for c in one.candidates])
    truth = np.array([right(one.labels[c.seen.which], c.box, one.composite) for one in shown for c in one.candidates], np.float64)
    fitted = logistic(features, truth)
    threshold = between(false_scores(shown, scored(shown, fitted)), int(FALSE_ALARMS * len(shown)))
    held_out = list(looked(photographs[1::2], HELD_OUT_FAMILIES))
    found = scored(held_out, fitted)
    write(fitted, threshold, measured(held_out, found, threshold))
    sys.stdout.write("\n".join(by_size(held_out, found, threshold)) + "\n")


def write(fitted: tuple[Array, Array, Array, float], threshold: float, counts: dict[str, int]) -> None:
    """Writes detectors/weights/artwork.json and prints the counts."""
    mean, spread, coefficients, constant = fitted
    source = f"{GROUPS} sets of {ARTWORKS} invented emblems on photographs that nothing was fitted on"
    weights = {
        "features": list(FEATURES),
        "mean": mean.round(6).tolist(),
        "spread": spread.round(6).tolist(),
        "coefficients": coefficients.round(6).tolist(),
        "constant": round(constant, 6),
        "threshold": round(threshold, 4),
        "calibration": counts | {"source": source},
        "command": COMMAND,
    }
    (Path(__file__).parents[1] / "weights" / "artwork.json").write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
