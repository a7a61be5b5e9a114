"""The few shapes that motifs are built from, as polygons of N x 2 points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Part = tuple[int, Array]


def rect(cx: float, cy: float, half_width: float, half_height: float) -> Array:
    """An upright rectangle about a centre."""
    return np.array(
        [(cx - half_width, cy - half_height), (cx + half_width, cy - half_height), (cx + half_width, cy + half_height), (cx - half_width, cy + half_height)]
    )


def disc(cx: float, cy: float, radius: float, flat: float = 1.0) -> Array:
    """A circle, or an ellipse `flat` times as high; its first half is the lower one."""
    t = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    return np.stack([cx + radius * np.cos(t), cy + radius * flat * np.sin(t)], 1)


def ring(cx: float, cy: float, outer: float, inner: float) -> Array:
    """A ring, cut open along a hair."""
    t = np.linspace(0, 2 * math.pi, 49)
    round_about = np.stack([np.cos(t), np.sin(t)], 1)
    points: Array = np.concatenate([outer * round_about, inner * round_about[::-1]]) + np.array([cx, cy])
    return points


def stroke(points: Sequence[tuple[float, ...]], width: float) -> Array:
    """A line of some width as a polygon."""
    line = np.asarray(points, np.float64)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    side = np.stack([-along[:, 1], along[:, 0]], 1) * width / 2
    return np.concatenate([line + side, (line - side)[::-1]])


def placed(points: Array, x: float, y: float, scale: float, angle: float = 0.0) -> Array:
    """Turned by `angle` (radians, clockwise as seen), scaled, and moved."""
    cos, sin = math.cos(angle), math.sin(angle)
    turned: Array = points @ np.array([[cos, sin], [-sin, cos]]) * scale + [x, y]
    return turned


def mirrored(parts: Iterable[Part]) -> list[Part]:
    """Each part and its mirror image left and right."""
    return [(tone, points * side) for tone, points in parts for side in ([1, 1], [-1, 1])]
