"""Fits the score and its thresholds on emblems that no network was trained on: `python -m detectors.training.calibrate MATERIALS FOLDER`.

The logistic is fitted on one half of the groups, the thresholds, one for each number of registered artworks, on all, since false alarms are few. What a
score means (`calibration` in artwork.json) does not come from here: it is what `make bench-artwork` counted on emblems by another renderer, and stays.
Writes detectors/weights/artwork.json.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork import Artwork, Candidate, ReferencePicture
from detectors.artwork.candidates import one_a_place
from detectors.artwork.scoring import FEATURES, UNSEEN, log_odds, probability
from detectors.picture import Picture, decode
from detectors.review_copy import overlap
from detectors.training.build import MEMBERS, built, grounds
from detectors.training.scenes import scene
from domain.finding import Box

Array = npt.NDArray[Any]

WEIGHTS = Path(__file__).parents[1] / "weights"
GROUPS, PICTURES, OWN = 12, 150, 10  # groups with artwork of their own, pictures a group, artworks registered
NUMBERS = (10, 50, 200)  # how many are registered at once
FALSE_ALARMS = 0.01  # a picture, as promised
SAME = 0.3
RIDGE = 1.0
LOOSE = {"objectness": -4.0, "cosine": 0.2, "verdict": -5.0, "aligned": -4.0}  # floors while the score is fitted
COMMAND = "python -m detectors.training.calibrate MATERIALS FOLDER"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One picture's candidates, the registered artwork in it (label and box), and for how many registered ones it was looked at."""

    candidates: list[Candidate]
    truth: list[tuple[str, Box]]

    def right(self, candidate: Candidate) -> bool:
        """Whether that artwork is at that place."""
        return any(candidate.label == label and overlap(candidate.box, box) >= SAME for label, box in self.truth)


def registered(pool: Array, families: Sequence[int]) -> list[ReferencePicture]:
    """The first member of each family as it would be registered."""
    return [ReferencePicture(str(family), cv2.imencode(".png", pool[family, 0])[1].tobytes()) for family in families]


def families_of(pool: Array, group: int) -> list[int]:
    """Held-out families in this group's order: the first OWN are those that its pictures show."""
    held = np.arange(9, len(pool), 10)
    return [int(family) for family in np.roll(held, -group * OWN)]


def picture(pool: Array, stock: Path, group: int, number: int) -> tuple[bytes, list[tuple[str, Box]]]:
    """A JPEG of 1280 x 960: nine in twenty show one of the group's artworks, six a look-alike, five neither; half show another emblem as well."""
    rng = np.random.default_rng([50, group, number])
    families = families_of(pool, group)
    shown: list[tuple[int, int]] = []
    kind = rng.random()
    if kind < 0.75:
        shown.append((families[int(rng.integers(OWN))], 0 if kind < 0.45 else int(rng.integers(1, MEMBERS))))
    if rng.random() < 0.5:
        shown.append((families[int(rng.integers(len(families) // 2, len(families)))], int(rng.integers(1, MEMBERS))))
    drawn = scene([np.asarray(pool[one]) for one in shown], rng, grounds(stock), 1280, 960)
    truth = [
        (str(family), Box(*(int(value) for value in (laid.box.x, laid.box.y, laid.box.w, laid.box.h))))
        for (family, member), laid in zip(shown, drawn.laid, strict=True)
        if member == 0 and laid.box is not None and laid.visible > 0.5
    ]
    encoded = cv2.imencode(".jpg", drawn.image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))])[1]
    return encoded.tobytes(), truth


def looked(stock: Path, folder: Path, group: int) -> dict[int, list[Shown]]:
    """All pictures of a group, looked at with each number of registered artworks."""
    pool = np.load(folder / "large.npy", mmap_mode="r")
    families = families_of(pool, group)
    detectors = {count: Artwork(registered(pool, families[:count])) for count in NUMBERS}
    found: dict[int, list[Shown]] = {count: [] for count in NUMBERS}
    for number in range(PICTURES):
        content, truth = picture(pool, stock, group, number)
        seen = decode(content)
        described = detectors[OWN].described(seen)
        for count, detector in detectors.items():
            found[count].append(Shown(detector.candidates_from(described, functools.partial(_itself, seen)), truth))
    return found


def _itself(seen: Picture) -> Picture:
    return seen


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


def rescored(shown: Sequence[Shown], fitted: tuple[Array, Array, Array, float]) -> list[list[tuple[float, bool]]]:
    """For each picture the score of the best candidate of each place and whether it is right."""
    mean, spread, coefficients, constant = fitted
    result = []
    for one in shown:
        again = [_with_score(c, probability(float((c.features - mean) / spread @ coefficients) + constant)) for c in one.candidates if seen_closely(c)]
        result.append([(c.score, one.right(c)) for c in one_a_place(again)])
    return result


def seen_closely(candidate: Candidate) -> bool:
    """What was not is not believed, whatever the rest says."""
    return candidate.feature("closely") != UNSEEN


def _with_score(candidate: Candidate, score: float) -> Candidate:
    c = candidate
    return Candidate(score, c.label, c.look_alike, c.which, c.features, c.box, c.quad, c.placement)


def threshold_of(scores: list[list[tuple[float, bool]]], rate: float) -> float:
    """The score that leaves `rate` false alarms a picture above it."""
    wrong = sorted((score for places in scores for score, right in places if not right), reverse=True)
    above = int(rate * len(scores))
    return (wrong[above - 1] + wrong[above]) / 2 if above and len(wrong) > above else wrong[0] if wrong else 0.5


def floors(right: Array) -> dict[str, float]:
    """Below which no pair is looked at (again): one in two hundred of the `right` findings (rows of features) would be lost at each. Places are kept as they
    were."""
    lowest = np.quantile(right, 0.005, axis=0)
    names = {"cosine": "cosine", "verdict": "verdict", "aligned": "verdict_aligned"}
    return {**LOOSE, **{floor: round(float(lowest[FEATURES.index(name)]), 3) for floor, name in names.items()}}


def counts(shown: Sequence[Shown], scores: list[list[tuple[float, bool]]], threshold: float) -> dict[str, int]:
    """Pictures with an artwork and those where it was found; pictures without one and those flagged."""
    positive = [places for one, places in zip(shown, scores, strict=True) if one.truth]
    negative = [places for one, places in zip(shown, scores, strict=True) if not one.truth]
    return {
        "positives": len(positive),
        "detected": sum(any(score >= threshold and right for score, right in places) for places in positive),
        "negatives": len(negative),
        "false_alarms": sum(any(score >= threshold for score, _ in places) for places in negative),
    }


def calibrate(stock: Path, folder: Path, processes: int) -> dict[str, Any]:
    """What goes into artwork.json."""
    return fitted_on(built(functools.partial(looked, stock, folder), GROUPS, "groups looked at", processes))


def fitted_on(groups: Sequence[dict[int, list[Shown]]]) -> dict[str, Any]:
    """Score, thresholds and floors for these groups' pictures."""
    fitting, measuring = groups[::2], groups[1::2]
    some = [one for group in fitting for count in NUMBERS[:2] for one in group[count]]
    seen_close = [(c, one.right(c)) for one in some for c in one.candidates if seen_closely(c)]
    features, truth = np.array([c.features for c, _ in seen_close]), np.array([right for _, right in seen_close], np.float64)
    fitted = logistic(features, truth)
    thresholds: list[tuple[int, float]] = []
    for count in NUMBERS:
        threshold = threshold_of(rescored([one for group in groups for one in group[count]], fitted), FALSE_ALARMS)
        thresholds.append((count, max(threshold, thresholds[-1][1] if thresholds else 0.0)))
        shown = [one for group in measuring for one in group[count]]
        seen = counts(shown, rescored(shown, fitted), thresholds[-1][1])
        sys.stdout.write(f"{count} registered: threshold {thresholds[-1][1]:.4f}, {seen}\n")
    mean, spread, coefficients, constant = fitted
    odds = (features - mean) / spread @ coefficients + constant
    sys.stdout.write(json.dumps(dict(zip(FEATURES, coefficients.round(3).tolist(), strict=True))) + "\n")
    return {
        "features": list(FEATURES),
        "mean": mean.round(6).tolist(),
        "spread": spread.round(6).tolist(),
        "coefficients": coefficients.round(6).tolist(),
        "constant": round(constant, 6),
        "thresholds": [[count, round(score, 5)] for count, score in thresholds],
        "floors": floors(features[(truth > 0) & (odds >= log_odds(thresholds[0][1]))]),
        "command": COMMAND,
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("materials", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args()
    path = WEIGHTS / "artwork.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["floors"] = LOOSE
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    kept.update(calibrate(wanted.materials, wanted.folder, wanted.processes))
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
