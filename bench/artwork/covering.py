"""What hides a part of an emblem: an arm, a strap, leaves, fingers, a sticker. Each is a distance field, cut at the level that hides the wanted share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SKIN = ((128, 160, 210), (90, 125, 180), (60, 85, 130), (150, 185, 230), (45, 60, 90))


def covering(rng: np.random.Generator, cover: Array, share: float, ground: Array) -> tuple[Array, Array]:
    """Something over `share` of an emblem's opaque pixels (`cover`, H x W, 0 to 1).

    Returns its colour (H x W x 3) and opacity (H x W, 0 to 1); `ground` (H x W x 3) is what lies behind, for things cut from it."""
    ys, xs = np.nonzero(cover > 0.5)
    y, x = np.mgrid[0 : cover.shape[0], 0 : cover.shape[1]].astype(np.float32)
    extent = max(float(np.ptp(xs)), float(np.ptp(ys)), 4.0)
    x, y = (x - float(xs.mean())) / extent, (y - float(ys.mean())) / extent
    distance = _field(rng, x, y)
    level = float(np.quantile(distance[ys, xs], share))
    hidden = np.clip((level - distance) * extent / 1.4 + 0.5, 0, 1)
    colour = _look(rng, distance - level, x, y, ground)
    return colour, hidden


def _field(rng: np.random.Generator, x: Array, y: Array) -> Array:
    angle = rng.uniform(0, 6.28)
    across, along = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    kind = rng.random()
    distance: Array
    if kind < 0.3:  # a limb from the side, its border bowed
        distance = across + 0.25 * along * along * rng.uniform(-1, 1) + 0.6
    elif kind < 0.6:  # a strap across
        distance = np.abs(across - rng.uniform(-0.3, 0.3) - 0.1 * np.sin(along * 3))
    elif kind < 0.75:  # fingers
        distance = np.minimum.reduce([np.hypot(across - k * 0.17, np.maximum(along - 0.25 - 0.06 * abs(k), 0) * 0.7) for k in (-1, 0, 1)]) + 0.05 * along
    else:  # leaves, spots, stickers
        flat = rng.uniform(0.5, 1.6)
        distance = np.minimum.reduce([np.hypot((across - cx) * flat, along - cy) for cx, cy in rng.uniform(-0.5, 0.5, (int(rng.integers(2, 6)), 2))])
    return distance


def _look(rng: np.random.Generator, inside: Array, x: Array, y: Array, ground: Array) -> Array:
    """Plain cloth or skin rounded at its edge, a pattern, or a piece of the same picture turned upside down."""
    kind = rng.random()
    if kind < 0.2:
        return ground[::-1, ::-1].astype(np.float32)
    base = np.array(SKIN[int(rng.integers(0, len(SKIN)))] if kind < 0.5 else rng.uniform(10, 230, 3), np.float32)
    shade = 0.65 + 0.45 * np.clip(-inside * 6, 0, 1)
    if kind > 0.75:
        shade = shade * (0.85 + 0.15 * np.sign(np.sin(x * rng.uniform(20, 60) + y * rng.uniform(-40, 40))))
    looks: Array = base * shade[..., None]
    return looks
