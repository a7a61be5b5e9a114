"""The thing that an emblem sits on, in three dimensions: a sheet that is bent round an arm, folded and rippled, seen by a pinhole camera under one lamp."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

CELL = 6  # pixels; the way back from the picture to the sheet is solved at every sixth pixel and interpolated
STEPS = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the sheet lies. Its own coordinates u, v run from -0.5 to 0.5 over the emblem's longer side; angles in radians, lengths in emblem's sides."""

    yaw: float
    pitch: float
    roll: float
    bend: float
    axis: float
    ripple: float
    pace: float
    phase: float
    ridge: float
    ridge_at: float
    ridge_angle: float
    distance: float
    lamp: tuple[float, float, float]
    gloss: float


def sheet(rng: np.random.Generator) -> Sheet:
    """A flat board, a sleeve or loose cloth, at a slant."""
    kind = rng.random()
    cloth, sleeve = kind < 0.35, 0.35 <= kind < 0.65
    slant = 0.75 if rng.random() < 0.25 else 0.4
    lamp = np.array([rng.uniform(-1, 1), rng.uniform(-1, 0.4), -rng.uniform(0.5, 1.5)])
    lamp /= np.linalg.norm(lamp)
    turned = rng.random()
    return Sheet(
        yaw=float(rng.uniform(-slant, slant)),
        pitch=float(rng.uniform(-slant, slant) * 0.8),
        roll=float(rng.normal(0, 0.2) if turned < 0.7 else rng.uniform(-math.pi, math.pi)),
        bend=float(rng.uniform(0.5, 1.7)) if sleeve else float(rng.uniform(0, 0.3)),
        axis=float(rng.normal(0, 0.35)),
        ripple=float(rng.uniform(0.01, 0.05)) if cloth else 0.0,
        pace=float(rng.uniform(4, 10)),
        phase=float(rng.uniform(0, 6.28)),
        ridge=float(rng.uniform(-0.14, 0.14)) if cloth else 0.0,
        ridge_at=float(rng.uniform(-0.35, 0.35)),
        ridge_angle=float(rng.uniform(0, math.pi)),
        distance=float(rng.uniform(1.6, 7)),
        lamp=(float(lamp[0]), float(lamp[1]), float(lamp[2])),
        gloss=float(rng.choice([0, 0, 0.25, 0.6])),
    )


def in_space(own: Sheet, uv: Array) -> Array:
    """Where points of the sheet (N x 2) lie before the camera: N x 3, z away from it."""
    cos, sin = math.cos(own.axis), math.sin(own.axis)
    a, b = uv[:, 0] * cos + uv[:, 1] * sin, -uv[:, 0] * sin + uv[:, 1] * cos
    k = max(own.bend, 1e-4)
    x, z = np.sin(k * np.clip(a, -1.5 / k, 1.5 / k)) / k, (1 - np.cos(k * np.clip(a, -1.5 / k, 1.5 / k))) / k
    x = x + (a - np.clip(a, -1.5 / k, 1.5 / k)) * 0.07
    z = z + own.ripple * np.sin(own.pace * (a + 0.4 * b) + own.phase)
    across = a * math.cos(own.ridge_angle) + b * math.sin(own.ridge_angle) - own.ridge_at
    z = z + own.ridge * np.exp(-((across / 0.16) ** 2))
    points = np.stack([x * cos - b * sin, x * sin + b * cos, z], 1)
    return points @ _rotation(own).T


def _rotation(own: Sheet) -> Array:
    (cy, sy), (cp, sp), (cr, sr) = ((math.cos(angle), math.sin(angle)) for angle in (own.yaw, own.pitch, own.roll))
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    turned: Array = yaw @ pitch @ roll
    return turned


def seen(own: Sheet, uv: Array) -> Array:
    """Where the camera sees points of the sheet: N x 2, in emblem's sides."""
    space = in_space(own, uv)
    projected: Array = space[:, :2] * (own.distance / np.maximum(space[:, 2:] + own.distance, 0.2))
    return projected


def back(own: Sheet, width: int, height: int, scale: float, origin: Array) -> tuple[Array, Array, Array]:
    """For a window of `width` x `height` pixels whose corner lies at `origin` (pixels about the sheet's middle), with `scale` pixels to an emblem's side:

    u, v of each pixel (H x W x 2), whether the sheet is there (H x W, 0 to 1), and light (H x W x 2: matt, gloss)."""
    columns, rows = -(-width // CELL) + 1, -(-height // CELL) + 1
    x, y = np.meshgrid(np.arange(columns) * CELL, np.arange(rows) * CELL)
    there = (np.stack([x.ravel(), y.ravel()], 1) + origin) / scale
    uv, wrong = _solved(own, there)
    light = _light(own, uv)
    size = (columns * CELL, rows * CELL)

    def full(values: Array) -> Array:
        grown = cv2.resize(values.reshape(rows, columns, -1).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        half = CELL // 2  # cv2.resize aligns cells, not their corners
        moved: Array = cv2.warpAffine(grown, np.array([[1, 0, -half + 0.5], [0, 1, -half + 0.5]], np.float32), size, borderMode=cv2.BORDER_REPLICATE)[
            :height, :width
        ]
        return moved

    return full(uv), (full(wrong * scale) < 1.5).astype(np.float32), full(light)


def _solved(own: Sheet, there: Array) -> tuple[Array, Array]:
    """Newton's method from the best affine map; also how far each answer is off, in emblem's sides."""
    grid = np.stack(np.meshgrid(np.linspace(-0.5, 0.5, 7), np.linspace(-0.5, 0.5, 7)), -1).reshape(-1, 2)
    affine = np.linalg.lstsq(np.column_stack([seen(own, grid), np.ones(len(grid))]), grid, rcond=None)[0]
    uv = np.column_stack([there, np.ones(len(there))]) @ affine
    for _ in range(STEPS):
        uv = uv + _step(own, uv, there - seen(own, uv))
    return uv, np.linalg.norm(seen(own, uv) - there, axis=1)


def _step(own: Sheet, uv: Array, miss: Array) -> Array:
    small = 1e-3
    here = seen(own, uv)
    du, dv = ((seen(own, uv + move) - here) / small for move in ([small, 0], [0, small]))
    determinant = du[:, 0] * dv[:, 1] - du[:, 1] * dv[:, 0]
    determinant = np.where(np.abs(determinant) < 0.05, 0.05 * np.where(determinant < 0, -1, 1), determinant)
    step = np.stack([miss[:, 0] * dv[:, 1] - miss[:, 1] * dv[:, 0], du[:, 0] * miss[:, 1] - du[:, 1] * miss[:, 0]], 1) / determinant[:, None]
    return step.clip(-0.3, 0.3)


def _light(own: Sheet, uv: Array) -> Array:
    """Lambert's cosine, 1 where the lamp meets a sheet that faces the camera, and Blinn's highlight."""
    small = 0.01
    here = in_space(own, uv)
    normal = np.cross(in_space(own, uv + np.array([small, 0])) - here, in_space(own, uv + np.array([0, small])) - here)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    normal *= -np.sign(normal[:, 2:] + 1e-9)
    lamp = np.array(own.lamp)
    half = lamp + np.array([0, 0, -1])
    half /= np.linalg.norm(half)
    matt = 0.45 + 0.55 * np.maximum(normal @ lamp, 0) / max(-lamp[2], 0.4)
    return np.stack([matt, own.gloss * np.maximum(normal @ half, 0) ** 24], 1)
