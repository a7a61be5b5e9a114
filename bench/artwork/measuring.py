"""What the figures mean: which answer is right, size bins, Wilson's interval, and recall against false alarms at every threshold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.artwork.placing import Box, Placed
from policy.meaning import wilson

SAME = 0.3  # intersection over union of an answer's box and the visible box
BINS = ((0, 32), (32, 48), (48, 72), (72, 110), (110, 10_000))
SUMS = ((0, 10_000), (48, 10_000))
ALLOWED = (0.01, 0.05)  # false alarms a picture


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method says about a picture: this emblem is there, so surely."""

    label: str
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A picture's answers as scores: of each emblem shown (`sides`: visible shorter sides, pixels) the best right answer's, or None; and of each wrong answer.

    `rivals` counts other agencies' emblems in the picture, `positive` says whether it shows a registered one."""

    sides: tuple[int, ...]
    found: tuple[float | None, ...]
    wrong: tuple[float, ...]
    rivals: int
    positive: bool


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`."""

    k: int
    n: int

    @property
    def part(self) -> float:
        """k / n; not a number for nothing of nothing."""
        return self.k / self.n if self.n else math.nan

    def interval(self) -> tuple[float, float]:
        """95 % interval (Wilson 1927)."""
        if not self.n:
            return (0.0, 1.0)
        share = wilson(self.k, self.n)
        return (share.low, share.high)


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0, width) * max(0, height)
    return both / max(a[2] * a[3] + b[2] * b[3] - both, 1)


def one_a_place(answers: Iterable[Answer], most: float = SAME) -> list[Answer]:
    """The best answer of each place, best first: one that shares more than `most` of the smaller box with a better one is dropped."""
    kept: list[Answer] = []
    for answer in sorted(answers, key=lambda a: (-a.score, a.label, a.box)):
        if all(_shared(answer.box, other.box) < most for other in kept):
            kept.append(answer)
    return kept


def _shared(a: Box, b: Box) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0, width) * max(0, height) / max(min(a[2] * a[3], b[2] * b[3]), 1)


def judged(answers: Iterable[Answer], shows: Sequence[Placed], rivals: int, positive: bool) -> Judged:
    """Which answers are right: the label of an emblem shown, on its visible box. Each emblem is found once; all else is wrong, on any picture."""
    found: list[float | None] = [None] * len(shows)
    wrong: list[float] = []
    for answer in sorted(answers, key=lambda a: -a.score):
        right = [n for n, placed in enumerate(shows) if placed.label == answer.label and overlap(placed.box, answer.box) >= SAME and found[n] is None]
        if right:
            found[right[0]] = answer.score
        else:
            wrong.append(answer.score)
    return Judged(tuple(placed.side for placed in shows), tuple(found), tuple(wrong), rivals, positive)


def recall(pictures: Iterable[Judged], threshold: float, low: int, high: int) -> Share:
    """Emblems of `low` to `high` pixels (without `high`) that are found at a threshold."""
    scores = [score for picture in pictures for side, score in zip(picture.sides, picture.found, strict=True) if low <= side < high]
    return Share(sum(score is not None and score >= threshold for score in scores), len(scores))


def false_alarms(pictures: Iterable[Judged], threshold: float) -> Share:
    """Wrong answers at a threshold, and the number of pictures; their quotient may exceed 1."""
    counts = [sum(score >= threshold for score in picture.wrong) for picture in pictures]
    return Share(sum(counts), len(counts))


def threshold_for(pictures: Sequence[Judged], allowed: float) -> float:
    """The least threshold with at most `allowed` false alarms a picture, picked on these very pictures (an oracle's)."""
    wrong = sorted((score for picture in pictures for score in picture.wrong), reverse=True)
    budget = math.floor(allowed * len(pictures) + 1e-9)
    return math.nextafter(wrong[budget], math.inf) if len(wrong) > budget else -math.inf


def curve(pictures: Sequence[Judged], low: int, high: int) -> list[tuple[float, float]]:
    """False alarms a picture and recall, at every threshold at which either changes, from the strictest on."""
    events = [(score, False) for picture in pictures for score in picture.wrong]
    shown = [score for picture in pictures for side, score in zip(picture.sides, picture.found, strict=True) if low <= side < high]
    events += [(score, True) for score in shown if score is not None]
    points, wrong, right = [(0.0, 0.0)], 0, 0
    for _, is_right in sorted(events, key=lambda event: (-event[0], event[1])):
        wrong, right = wrong + (not is_right), right + is_right
        points.append((wrong / max(len(pictures), 1), right / max(len(shown), 1)))
    return points
