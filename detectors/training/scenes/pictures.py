"""Whole or partial pictures with emblems and clutter, and crops without any emblem."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.camera import degrade
from detectors.training.scenes.clutter import item
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.laying import Laid, Layer, layer
from detectors.training.scenes.noise import log_uniform
from detectors.training.scenes.overlays import overlay
from detectors.training.scenes.placement import LARGEST, SMALLEST, Placement, placement
from detectors.training.scenes.queries import SIDE, WORKING, ground
from detectors.training.scenes.rows import rows
from detectors.training.scenes.stages import Slot, stage
from detectors.training.scenes.surface import Surface
from domain.finding import Box

Image = npt.NDArray[Any]
TRIES = 5
IN_ROWS = 0.22  # the share of pictures that are full of things in rows
STAGED = 0.4  # the share of pictures with a person in uniform, a vehicle or a page


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture (uint8 height x width x 3, blue green red) and the emblems in it, in the order they were given. One that is wholly hidden has no box.

    `clutter` bounds the signs, logos and things that are no emblem: nobody could blame a proposer for looking at them.
    """

    image: Image
    laid: list[Laid]
    clutter: list[Box]


def scene(emblems: Sequence[Image], rng: np.random.Generator, grounds: Grounds, width: int, height: int) -> Scene:
    """A picture of `width` x `height` with all `emblems` (uint8, blue green red alpha) and clutter, degraded as a whole."""
    canvas = ground(rng, grounds, height, width, 0.3)
    if rng.random() < IN_ROWS:
        rows(canvas, rng, grounds)
    slots = [slot for slot in stage(canvas, rng, grounds) if _within(slot, width, height)] if rng.random() < STAGED else []
    most = min(LARGEST, 0.55 * min(width, height))
    count = int(rng.poisson(1.2 + 3 * rng.random() * width * height / (1280 * 960)))
    early = int(rng.binomial(count, 0.7))  # the rest of the clutter comes among the emblems, and may lie over them
    turns = np.concatenate([np.full(early, -1), rng.permutation(np.array([-1] * (count - early) + list(range(len(emblems)))))])
    layers: dict[int, Layer] = {}
    taken: list[tuple[float, float, float]] = []
    clutter: list[Box | None] = []
    for turn in turns.astype(int).tolist():
        art = item(rng, grounds) if turn < 0 else emblems[turn]
        if slots and rng.random() < (0.3 if turn < 0 else 0.75):
            surface = Surface(art, _worn(slots.pop(int(rng.integers(len(slots)))), rng))
        else:
            surface = _placed(art, rng, width, height, most, taken, turn < 0)
        found = layer(canvas, art, surface, rng, grounds, tuple(layers.values()))
        if turn >= 0:
            layers[turn] = found
        else:
            clutter.append(found.laid().box)
    if rng.random() < 0.12:
        covered = overlay(canvas, rng, grounds)
        for found in layers.values():
            found.hide((0, 0), covered)
    laid = [layers[i].laid() for i in range(len(emblems))]
    seen = [min(one.box.w, one.box.h) for one in laid if one.box is not None]
    return Scene(degrade(canvas, rng, 1.0, float(min(seen, default=40))), laid, [box for box in clutter if box is not None])


def background(rng: np.random.Generator, grounds: Grounds) -> Image:
    """A crop without an emblem, uint8 128 x 128 x 3: what a proposer might cut out by mistake, at every scale."""
    side = int(log_uniform(rng, 30, WORKING))
    canvas = ground(rng, grounds, side, side, 0.04)
    for _ in range(int(rng.choice(4, p=[0.3, 0.45, 0.15, 0.1]))):
        art = item(rng, grounds)
        size = side * log_uniform(rng, 0.15, 0.9)
        centre = (float(rng.normal(0.5, 0.15)) * side, float(rng.normal(0.5, 0.15)) * side)
        layer(canvas, art, Surface(art, placement(rng, centre, (size * 0.7, size), size * 1.3)), rng, grounds)
    if rng.random() < 0.06:
        overlay(canvas, rng, grounds)
    seen = degrade(canvas, rng, 1.0, side / 2)
    return cv2.resize(seen, (SIDE, SIDE), interpolation=cv2.INTER_AREA if side > SIDE else cv2.INTER_LINEAR)


def _placed(art: Image, rng: np.random.Generator, width: int, height: int, most: float, taken: list[tuple[float, float, float]], loose: bool) -> Surface:
    """A surface whose middle is in the picture, mostly inside it and mostly clear of those `taken` (x, y, radius); clutter is less careful."""
    lies = placement(rng, sizes=(SMALLEST, most), longest=0.7 * max(width, height))
    if loose:
        lies = replace(lies, fabric=lies.fabric and rng.random() < 0.5, hidden=lies.hidden * float(rng.random() < 0.3))
    left, top, right, bottom = Surface(art, lies).bounds()
    radius = 0.5 * math.hypot(right - left, bottom - top) * 0.8
    inset = 0.3 if rng.random() < 0.1 else 0.95
    x = y = 0.0
    clear = False
    for _ in range(2 if loose else TRIES):
        x, y = (_along(rng, inset * half, side) for half, side in (((right - left) / 2, width), ((bottom - top) / 2, height)))
        clear = all(math.hypot(x - a, y - b) > radius + r for a, b, r in taken)
        if clear:
            break
    taken.append((x, y, radius))
    return Surface(art, replace(lies, fabric=lies.fabric and clear, centre=(x - (left + right) / 2, y - (top + bottom) / 2)))


def _within(slot: Slot, width: int, height: int) -> bool:
    return 14 <= slot.breadth <= 0.6 * min(width, height) and 0 < slot.centre[0] < width and 0 < slot.centre[1] < height


def _worn(slot: Slot, rng: np.random.Generator) -> Placement:
    """A placement in a stage's slot: it follows the slot's turn and bend."""
    lies = placement(rng, slot.centre, (slot.breadth * 0.65, slot.breadth * 1.1), slot.breadth * 1.5)
    return replace(
        lies,
        turn=slot.turn + float(rng.normal(0, 0.08)),
        bend=slot.bend,
        side=slot.side,
        axis=0,
        fabric=False,
        waves=lies.waves if slot.cloth else (),
        vanish=lies.vanish if slot.cloth else (lies.vanish[0] * 0.3, lies.vanish[1] * 0.3),
    )


def _along(rng: np.random.Generator, inset: float, side: int) -> float:
    return float(rng.uniform(min(inset, side / 2), max(side - inset, side / 2)))
