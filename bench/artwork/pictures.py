"""The evaluation set: registered emblems, pictures that show them, and pictures that show other agencies' or nothing; all from seeds, all in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.camera import taken_by
from bench.artwork.design import Design, alike, design
from bench.artwork.emblems import draw
from bench.artwork.placing import Box, Placed, place
from bench.artwork.scenes import scene

Array = npt.NDArray[Any]

SETS, OWN, MANY = 3, 10, 50
POSITIVES, NEGATIVES = 1000, 1500  # over all sets
LEAST, MOST = 24.0, 300.0  # pixels, shorter side
RIVALS = 24  # other agencies' emblems for each registered one
SEED = 5_2026


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture as a JPEG of 1280 x 960: `shows` are the registered emblems in it, `rivals` counts other agencies' in it."""

    number: int
    content: bytes
    shows: tuple[Placed, ...]
    rivals: int


def registered(which: int, count: int) -> list[tuple[str, bytes]]:
    """Labels and PNG files of the first `count` emblems of a set. The first OWN are shown in its pictures; four in five files have transparent corners."""
    return [(name(which, index), _file(which, index)) for index in range(count)]


def name(which: int, index: int) -> str:
    """The label of an emblem: set and number, then what it says."""
    own = _design(which, index)
    return f"{which}-{index:03d} {own.town} {own.agency}".title()


def pictures_of(which: int) -> tuple[range, range]:
    """The numbers of a set's pictures with and without registered emblems; a number goes to `shown`."""
    positives, negatives = (range(total * which // SETS, total * (which + 1) // SETS) for total in (POSITIVES, NEGATIVES))
    return positives, negatives


def shown(which: int, number: int, positive: bool) -> Shown:
    """One picture of a set; the same arguments always give the same bytes."""
    rng = np.random.default_rng([SEED, 3, which, number, 1 + positive])
    canvas, taken, shows = scene(rng), list[Box](), list[Placed]()
    if positive:
        for _ in range(2 if rng.random() < 0.15 else 1):
            _lay(canvas, rng, which, int(rng.integers(0, OWN)), taken, shows)
        while not shows:
            _lay(canvas, rng, which, int(rng.integers(0, OWN)), taken, shows)
    rivals = sum(_rival(canvas, rng, which, taken) for _ in range(_rivals(rng, number, positive)))
    smallest = min((placed.side for placed in shows), default=round(_side(rng)))
    return Shown(number, taken_by(canvas, rng, smallest), tuple(shows), rivals)


def _rivals(rng: np.random.Generator, number: int, positive: bool) -> int:
    """Every second picture without a registered emblem shows one or two other agencies'; of the others every fourth shows one."""
    if positive:
        return int(rng.random() < 0.25)
    return int(rng.integers(1, 3)) if number % 2 == 0 else 0


def _side(rng: np.random.Generator) -> float:
    return math.exp(rng.uniform(math.log(LEAST), math.log(MOST)))


def _lay(canvas: Array, rng: np.random.Generator, which: int, index: int, taken: list[Box], shows: list[Placed]) -> None:
    placed = place(canvas, name(which, index), _art(which, index), rng, _side(rng), taken)
    if placed is not None:
        taken.append(placed.window)
        shows.append(placed)


def _rival(canvas: Array, rng: np.random.Generator, which: int, taken: list[Box]) -> bool:
    art = _rival_art(which, int(rng.integers(0, OWN)), int(rng.integers(0, RIVALS)))
    placed = place(canvas, "", art, rng, _side(rng), taken)
    if placed is not None:
        taken.append(placed.window)
    return placed is not None


@lru_cache(maxsize=1024)
def _design(which: int, index: int) -> Design:
    return design(np.random.default_rng([SEED, 1, which, 1 + index]))


@lru_cache(maxsize=64)
def _art(which: int, index: int) -> Array:
    return draw(_design(which, index))


@lru_cache(maxsize=256)  # a set's; half a megabyte each
def _rival_art(which: int, index: int, rival: int) -> Array:
    return draw(alike(_design(which, index), np.random.default_rng([SEED, 2, which, index, 1 + rival])))


def _file(which: int, index: int) -> bytes:
    """As a department would hand it in: mostly a PNG with transparency, else on white."""
    art = _art(which, index)
    if index % 5 == 3:
        part = art[..., 3:].astype(np.float32) / 255
        art = (art[..., :3] * part + 255 * (1 - part)).astype(np.uint8)
    return cv2.imencode(".png", art)[1].tobytes()
