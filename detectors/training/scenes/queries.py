"""Training crops for the matcher: one emblem as a proposer would cut it out of a degraded picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.camera import degrade
from detectors.training.scenes.fabric import texture, view
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.laying import Laid, Layer, layer
from detectors.training.scenes.noise import mottle
from detectors.training.scenes.overlays import overlay
from detectors.training.scenes.placement import LARGEST, SMALLEST, placement
from detectors.training.scenes.surface import Surface

Image = npt.NDArray[Any]
SIDE = 128
CONTEXT = 1.9  # of the crop's side to the visible box's longer side
WORKING = 168  # the crop's most pixels while it is drawn; larger emblems are drawn reduced
LEAST_VISIBLE = 0.4
BESIDE = 0.25


@dataclass(frozen=True, slots=True)
class Query:
    """A crop (uint8 128 x 128 x 3 or more, blue green red) around an emblem. `affine` is 2 x 3 from emblem pixels to crop pixels, `visible` the share of
    the emblem that is seen, `size` the visible box's longer side in the picture's own pixels."""

    crop: Image
    affine: npt.NDArray[np.float64]
    visible: float
    size: float


def query(
    emblem: Image,
    rng: np.random.Generator,
    grounds: Grounds,
    beside: Image | None = None,
    looseness: float = 0.12,
    sizes: tuple[float, float] = (SMALLEST, LARGEST),
    closer: int = 1,
) -> Query:
    """One crop of `emblem` (uint8, blue green red alpha). `beside` is another emblem, laid next to or a little over it in a quarter of the crops.

    With `closer` 2 the crop has twice as many pixels a side, and as much more to see.

    `looseness` is how far the crop strays from the visible box's own, as a share of it, as a proposer's boxes do; 0 for never.
    Raises ValueError for an emblem without an opaque pixel.
    """
    if not (emblem[..., 3] > 127).any():
        raise ValueError("an emblem without an opaque pixel cannot be seen")
    for _ in range(4):
        drawn = _drawn(emblem, rng, grounds, beside, sizes, WORKING * closer)
        if drawn is not None:
            break
    else:
        drawn = _plain(emblem, rng, grounds)
    canvas, laid, scale = drawn
    assert laid.box is not None
    seen = max(laid.box.w, laid.box.h)
    side = CONTEXT * seen * float(np.exp(rng.uniform(-1.6, 1.6) * looseness))
    x = laid.box.x + (laid.box.w - 1) / 2 + float(rng.uniform(-1, 1)) * looseness * seen
    y = laid.box.y + (laid.box.h - 1) / 2 + float(rng.uniform(-1, 1)) * looseness * seen
    window = cv2.getRectSubPix(canvas, (max(8, round(side)),) * 2, (x, y))
    degraded = degrade(window, rng, scale, min(laid.box.w, laid.box.h))
    across = degraded.shape[0]
    wanted = SIDE * closer
    crop = cv2.resize(degraded, (wanted, wanted), interpolation=cv2.INTER_AREA if across > wanted else cv2.INTER_LINEAR)
    zoom = wanted / across
    affine = laid.affine * zoom
    affine[:, 2] += (0.5 - np.array([x, y]) + (across - 1) / 2) * zoom - 0.5
    return Query(crop, affine, laid.visible, seen / scale)


def ground(rng: np.random.Generator, grounds: Grounds, height: int, width: int, closest: float = 0.08) -> Image:
    """What lies behind: a view of a photograph, sometimes plain cloth or noise; uint8 height x width x 3."""
    photograph = grounds.photograph(rng) if rng.random() < 0.85 else None
    if photograph is not None:
        return view(photograph, rng, height, width, closest)
    return mottle(rng, height, width) if rng.random() < 0.4 else texture(rng, height, width, grounds)


def _drawn(
    emblem: Image, rng: np.random.Generator, grounds: Grounds, beside: Image | None, sizes: tuple[float, float], working: int
) -> tuple[Image, Laid, float] | None:
    """A canvas with the emblem in its middle, the truth about it, and the canvas' pixels for one of the picture's. None when too little is seen."""
    surface = Surface(emblem, placement(rng, sizes=sizes))
    breadth = _breadth(surface)
    scale = min(1.0, working / (CONTEXT * breadth))
    side = max(24, int(2.5 * breadth * scale))
    lies = replace(surface.lies, centre=(side / 2, side / 2), size=surface.lies.size * scale, longest=surface.lies.longest * scale)
    canvas = ground(rng, grounds, side, side)
    other: Layer | None = None
    after = bool(rng.random() < 0.3)
    with_other = beside is not None and rng.random() < BESIDE
    if beside is not None and with_other and not after:
        other = _beside(canvas, beside, rng, grounds, lies.centre, breadth * scale)
    mine = layer(canvas, emblem, Surface(emblem, lies), rng, grounds)
    if beside is not None and with_other and after and other is None:
        _beside(canvas, beside, rng, grounds, lies.centre, breadth * scale, (mine,))
    if rng.random() < 0.1:
        mine.hide((0, 0), overlay(canvas, rng, grounds))
    laid = mine.laid()
    return None if laid.box is None or laid.visible < LEAST_VISIBLE else (canvas, laid, scale)


def _plain(emblem: Image, rng: np.random.Generator, grounds: Grounds) -> tuple[Image, Laid, float]:
    """The emblem unhidden: where every try hid too much of it."""
    lies = replace(placement(rng, (100.0, 100.0), (60.0, 80.0), 90.0), hidden=0.0, vanish=(0.0, 0.0))
    canvas = ground(rng, grounds, 200, 200)
    return canvas, layer(canvas, emblem, Surface(emblem, lies), rng, grounds).laid(), 1.0


def _beside(
    canvas: Image, emblem: Image, rng: np.random.Generator, grounds: Grounds, centre: tuple[float, float], breadth: float, under: tuple[Layer, ...] = ()
) -> Layer:
    """Another emblem whose middle is 0.6 to 1.2 breadths away: next to the first, or a little over or under it."""
    turn, far = float(rng.uniform(0, 2 * np.pi)), breadth * float(rng.uniform(0.6, 1.2))
    size = max(6.0, breadth * float(rng.uniform(0.4, 0.9)))
    lies = placement(rng, (centre[0] + far * float(np.cos(turn)), centre[1] + far * float(np.sin(turn))), (size * 0.8, size), size * 1.6)
    return layer(canvas, emblem, Surface(emblem, replace(lies, fabric=False, hidden=0.0)), rng, grounds, under)


def _breadth(surface: Surface) -> float:
    left, top, right, bottom = surface.bounds()
    return max(4.0, right - left, bottom - top)
