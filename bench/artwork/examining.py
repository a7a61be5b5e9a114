"""Makes every picture of the set, asks each method about it, and judges the answers; in two processes, each with one thread."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

import cv2
import numpy as np

from bench.artwork.baselines import baselines
from bench.artwork.measuring import Answer, Judged, judged
from bench.artwork.ours import answers, detector, reported, threshold_of
from bench.artwork.pictures import MANY, OWN, SEED, SETS, pictures_of, registered, shown
from bench.artwork.placing import Placed
from detectors.picture import decode

COUNTS = (OWN, MANY)
AT_ONCE = 8  # pictures that a process takes at a time
CHECKED_EVERY = 16  # of so many pictures one also goes through `examine`, which must agree with the sweep


@dataclass(frozen=True, slots=True)
class Asked:
    """One picture to be examined; `compared` says whether the classical methods see it, too."""

    which: int
    number: int
    positive: bool
    compared: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of a picture: by method (the number of references, or a classical method's name) what was judged.

    `reported` are the answers with OWN references from the shipped threshold on; `agrees` is False where `examine` said something else."""

    asked: Asked
    judged: dict[str, Judged]
    shows: tuple[Placed, ...]
    reported: tuple[Answer, ...]
    agrees: bool


def one_thread() -> None:
    """For a process that measures or works beside another. Only what is loaded later heeds the variables, so they are set before workers start."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"
    cv2.setNumThreads(1)


def asked(share: float, compared: float) -> list[Asked]:
    """The first `share` of each set's pictures; of these a random part `compared` (the same each time) goes to the classical methods, too."""
    rng = np.random.default_rng([SEED, 99])
    return [
        Asked(which, number, positive, bool(rng.random() < compared))
        for which in range(SETS)
        for positive, numbers in zip((True, False), pictures_of(which), strict=True)
        for number in numbers[: max(1, round(len(numbers) * share))]
    ]


def thresholds(which: int) -> dict[str, float]:
    """The detector's threshold by the number of references."""
    return {str(count): threshold_of(_detector(which, count)) for count in COUNTS}


def examine_all(todo: Sequence[Asked], processes: int = 2) -> Iterator[Examined]:
    """All of it, in any order, with progress on the error stream."""
    one_thread()
    parts = [todo[start : start + AT_ONCE] for start in range(0, len(todo), AT_ONCE)]
    start, done = time.monotonic(), 0
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        for future in as_completed([pool.submit(_examined, tuple(part)) for part in parts]):
            yield from future.result()
            done += len(future.result())
            left = (time.monotonic() - start) / done * (len(todo) - done)
            print(f"\r{done} of {len(todo)} pictures, {left / 60:.1f} minutes left  ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


@lru_cache(maxsize=2)
def _detector(which: int, count: int) -> Any:
    return detector(registered(which, count))


@lru_cache(maxsize=1)
def _baselines(which: int) -> dict[str, Callable[[Any], list[Answer]]]:
    return baselines(registered(which, OWN))


def _examined(part: tuple[Asked, ...]) -> list[Examined]:
    return [_one(one) for one in part]


def _one(one: Asked) -> Examined:
    made = shown(one.which, one.number, one.positive)
    picture = decode(made.content)
    by: dict[str, list[Answer]] = {str(count): answers(_detector(one.which, count), picture) for count in COUNTS}
    if one.compared:
        by |= {name: method(picture.pixels) for name, method in _baselines(one.which).items()}
    own = _detector(one.which, OWN)
    kept = [answer for answer in by[str(OWN)] if answer.score >= threshold_of(own)]
    agrees = one.number % CHECKED_EVERY != 0 or {(a.label, a.box) for a in kept} == {(a.label, a.box) for a in reported(own, picture)}
    return Examined(one, {name: judged(found, made.shows, made.rivals, one.positive) for name, found in by.items()}, made.shows, tuple(kept), agrees)
