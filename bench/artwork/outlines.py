"""Outlines of emblems: Bézier shields, unions of signed distances, and ragged borders as of a county on a map. Unit coordinates, y down."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
GRID = 160


def outline(rng: np.random.Generator, kind: str) -> Array:
    """A closed polygon, N x 2, within [-1, 1] on its longer side. `kind` is a key of OUTLINES."""
    points = OUTLINES[kind](rng)
    low, high = points.min(axis=0), points.max(axis=0)
    centred: Array = (points - (low + high) / 2) * (2 / (high - low).max())
    return centred


def _bezier(*corners: tuple[float, float]) -> Array:
    """Cubic Bézier curves end to end: an end, then two handles and an end for each curve."""
    control = np.array(corners, np.float64)
    t = np.linspace(0, 1, 16, endpoint=False)[:, None]
    parts = [
        (1 - t) ** 3 * control[i] + 3 * (1 - t) ** 2 * t * control[i + 1] + 3 * (1 - t) * t**2 * control[i + 2] + t**3 * control[i + 3]
        for i in range(0, len(control) - 1, 3)
    ]
    return np.concatenate([*parts, control[-1:]])


def _both(half: Array) -> Array:
    """A right half, from top to bottom, and its mirror image."""
    return np.concatenate([half, half[::-1] * [-1, 1]])


def _shield(rng: np.random.Generator) -> Array:
    """From the middle of the top over a corner down to a point, everything curved as drawn by hand."""
    u = rng.uniform
    dip, ear, wide, waist = u(-0.25, 0.2), u(0.75, 1), u(0.8, 1.05), u(-0.2, 0.45)
    return _both(
        _bezier(
            (0, -1 + dip), (0.3, -1 + dip + u(-0.15, 0.15)), (ear - 0.3, -0.9 + u(-0.15, 0.1)), (ear, -0.95),
            (ear - u(0, 0.25), -0.75), (wide - u(0, 0.3), -0.5), (wide, waist),
            (wide, waist + 0.45), (u(0.2, 0.7), 0.85), (0, 1.1),
        )
    )  # fmt: skip


def _bell(rng: np.random.Generator) -> Array:
    u = rng.uniform
    return _both(
        _bezier((0, -1), (u(0.3, 0.6), -1), (u(0.4, 0.8), -0.6), (0.6, 0), (0.62, 0.3), (0.75, 0.6), (u(0.8, 1), 0.8), (0.5, 1), (0.2, u(0.8, 1.05)), (0, 0.9))
    )


def _wings(rng: np.random.Generator) -> Array:
    u = rng.uniform
    tip, height = u(-0.5, 0), u(0.5, 0.8)
    return _both(
        _bezier(
            (0, -height),
            (0.3, -height),
            (0.3, -0.2),
            (0.55, -0.3),
            (0.7, -0.35),
            (1.1, tip - 0.2),
            (1.4, tip),
            (1.2, 0.4),
            (0.6, 0.2),
            (0.4, 0.5),
            (0.3, 0.7),
            (0.1, height),
            (0, height),
        )
    )


def _star(rng: np.random.Generator) -> Array:
    """Points with hollow or swollen flanks."""
    n, depth, swell = int(rng.choice([5, 6, 7, 8, 9])), rng.uniform(0.45, 0.72), rng.uniform(-0.12, 0.18)
    t = np.linspace(0, 1, 12 * n, endpoint=False)
    phase = (t * n) % 1
    radius = depth + (1 - depth) * np.abs(2 * phase - 1) + swell * np.sin(math.pi * np.abs(2 * phase - 1))
    angle = 2 * math.pi * t - math.pi / 2
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def _ragged(rng: np.random.Generator) -> Array:
    """A county: a few straight borders and one along a river."""
    u = rng.uniform
    river = np.stack([np.linspace(0.9, -0.95, 22), 0.62 + 0.1 * np.cumsum(rng.normal(0, 0.35, 22)) + 0.12 * np.sin(np.linspace(0, 9, 22))], 1)
    border = np.array([(-1, u(-0.7, 0)), (u(-0.8, -0.4), u(-0.75, -0.5)), (u(-0.3, 0.1), -0.7), (u(0.1, 0.3), -0.85), (0.85, u(-0.9, -0.6)), (1, u(-0.3, 0.2))])
    return np.concatenate([border, river])


def _circle(x: Array, y: Array, cx: float, cy: float, radius: float) -> Array:
    return np.hypot(x - cx, y - cy) - radius


def _box(x: Array, y: Array, cy: float, half_width: float, half_height: float, corner: float) -> Array:
    dx, dy = np.abs(x) - half_width + corner, np.abs(y - cy) - half_height + corner
    return np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - corner


def _union(rng: np.random.Generator) -> Array:
    """Discs and rounded boxes that melt into one another, symmetrical left and right."""
    x, y = np.meshgrid(np.linspace(-1.4, 1.4, GRID), np.linspace(-1.4, 1.4, GRID))
    soft, distance = rng.uniform(0.05, 0.16), _circle(x, y, 0, rng.uniform(-0.2, 0.2), rng.uniform(0.5, 0.8))
    for _ in range(int(rng.integers(1, 4))):
        if rng.random() < 0.5:
            other = _box(x, y, rng.uniform(-0.7, 0.7), rng.uniform(0.3, 1.05), rng.uniform(0.15, 0.5), 0.08)
        else:
            other = _circle(np.abs(x), y, rng.uniform(0.2, 0.7), rng.uniform(-0.6, 0.6), rng.uniform(0.2, 0.45))
        blend = np.maximum(soft - np.abs(distance - other), 0) / soft
        distance = np.minimum(distance, other) - blend * blend * soft / 4
    return _contour(distance)


def _roundel(rng: np.random.Generator) -> Array:
    """A disc, plain, scalloped or with a rope's edge, or an oval."""
    t = np.linspace(0, 2 * math.pi, 180, endpoint=False)
    n, depth = int(rng.integers(8, 28)), float(rng.choice([0, 0, 0.03, 0.06]))
    radius = 1 + depth * np.abs(np.sin(n * t / 2))
    return np.stack([radius * np.cos(t) * rng.choice([1, 1, 0.78, 1.3]), radius * np.sin(t)], 1)


def _window(rng: np.random.Generator) -> Array:
    """A box with one corner treatment: round, cut, or bitten."""
    x, y = np.meshgrid(np.linspace(-1.4, 1.4, GRID), np.linspace(-1.4, 1.4, GRID))
    wide, high = (1.0, rng.uniform(0.6, 1.0)) if rng.random() < 0.5 else (rng.uniform(0.65, 1.0), 1.0)
    distance = _box(x, y, 0, wide, high, rng.uniform(0.05, 0.4))
    treatment = rng.random()
    if treatment < 0.33:
        distance = np.maximum(distance, -_circle(np.abs(x), np.abs(y), wide, high, rng.uniform(0.15, 0.35)))
    elif treatment < 0.66:
        distance = np.maximum(distance, (np.abs(x) + np.abs(y) - (wide + high) * rng.uniform(0.75, 0.9)) / math.sqrt(2))
    return _contour(distance)


def _tab(rng: np.random.Generator) -> Array:
    """A rocker: a thick arc."""
    half, thick = rng.uniform(0.5, 0.95), rng.uniform(0.24, 0.34)
    t = np.linspace(-half, half, 40)
    outer = np.stack([np.sin(t), -np.cos(t)], 1)
    inner = np.stack([np.sin(t[::-1]), -np.cos(t[::-1])], 1) * (1 - thick)
    return np.concatenate([outer, inner])


def _plate(rng: np.random.Generator) -> Array:
    """A long bar with slanted, rounded or pointed ends."""
    high, lean = rng.uniform(0.22, 0.38), rng.uniform(-0.25, 0.25)
    return _bezier(
        (-1, -high),
        (-0.4, -high),
        (0.4, -high),
        (1, -high),
        (1 + lean, -high / 3),
        (1 + lean, high / 3),
        (1, high),
        (0.4, high),
        (-0.4, high),
        (-1, high),
        (-1 - abs(lean), high / 3),
        (-1 - abs(lean), -high / 3),
        (-1, -high),
    )


def _contour(distance: Array) -> Array:
    found, _ = cv2.findContours((distance < 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = max(found, key=len)[:, 0, :].astype(np.float64)
    kernel = np.hanning(9) / np.hanning(9).sum()
    return np.stack([np.convolve(np.concatenate([points[-4:, axis], points[:, axis], points[:4, axis]]), kernel, "valid") for axis in (0, 1)], 1)


OUTLINES = {
    "shield": _shield,
    "bell": _bell,
    "wings": _wings,
    "star": _star,
    "county": _ragged,
    "union": _union,
    "roundel": _roundel,
    "window": _window,
    "tab": _tab,
    "plate": _plate,
}
