"""The surface an emblem lies on: maps between its pixels and the canvas, and the light its folds catch.

Pixel centres have whole coordinates on both sides, as in OpenCV. From canvas to emblem the map is closed: undo the waves, the perspective, the cylinder.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.placement import Placement

Image = npt.NDArray[Any]
Points = npt.NDArray[Any]
NODES = 44  # of the coarse grid over the emblem's shorter side; between them the map is smooth
OUTSIDE = -1e4


def opaque(emblem: Image) -> tuple[int, int, int, int]:
    """Left, top, width and height of the emblem's opaque area; the whole of it when nothing is."""
    x, y, width, height = cv2.boundingRect((emblem[..., 3] > 127).astype(np.uint8))
    return (x, y, width, height) if width and height else (0, 0, emblem.shape[1], emblem.shape[0])


class Surface:
    """One emblem's surface under one placement."""

    def __init__(self, emblem: Image, lies: Placement) -> None:
        left, top, width, height = opaque(emblem)
        self.lies = lies
        self.shape = emblem.shape[:2]
        self.scale = min(lies.size / min(width, height), lies.longest / max(width, height))
        self.rectangle = (left - 0.5, top - 0.5, left + width - 0.5, top + height - 0.5)
        self._middle = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
        self._half = max(width, height) / 2
        low, high = math.sin(lies.side - lies.bend), math.sin(lies.side + lies.bend)
        self._mean, self._span = (low + high) / 2, (high - low) / 2
        reach = self.scale * self._half
        cos, sin = math.cos(lies.turn), math.sin(lies.turn)
        linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([reach * min(lies.aspect, 1.0), reach * min(1 / lies.aspect, 1.0)])
        plane = np.array([[*linear[0], 0.0], [*linear[1], 0.0], [*lies.vanish, 1.0]])
        self._matrix = np.array([[1, 0, lies.centre[0]], [0, 1, lies.centre[1]], [0, 0, 1.0]]) @ plane
        self._back = np.linalg.inv(self._matrix)

    def to_canvas(self, points: Points) -> Points:
        """Emblem pixels, n x 2, on the canvas."""
        flat = (np.asarray(points, np.float64) - self._middle) / self._half
        if self.lies.bend:
            flat[:, self.lies.axis] = (np.sin(np.clip(flat[:, self.lies.axis] * self.lies.bend + self.lies.side, -1.55, 1.55)) - self._mean) / self._span
        seen = np.column_stack([flat, np.ones(len(flat))]) @ self._matrix.T
        target = seen[:, :2] / np.maximum(seen[:, 2:], 0.05)
        laid: Points = target.copy()
        for _ in range(6 if self.lies.waves else 0):  # the waves are given on the canvas; where a point goes is their fixed point
            dx, dy, _ = self._waves(laid[:, 0], laid[:, 1])
            laid = target - np.column_stack([dx, dy])
        return laid

    def to_emblem(self, x: Points, y: Points) -> tuple[Points, Points, Points]:
        """Canvas pixels (arrays of one shape) as emblem columns and rows, far outside where they miss the surface; and the light there, about 1."""
        dx, dy, light = self._waves(x, y)
        x, y = x + dx, y + dy
        back = self._back
        over = back[2, 0] * x + back[2, 1] * y + back[2, 2]
        flat = [(back[i, 0] * x + back[i, 1] * y + back[i, 2]) / np.where(over > 1e-3, over, 1e-3) for i in (0, 1)]
        missed = over <= 1e-3
        if self.lies.bend:
            across = flat[self.lies.axis] * self._span + self._mean
            angle = np.arcsin(np.clip(across, -1, 1))
            flat[self.lies.axis] = (angle - self.lies.side) / self.lies.bend
            light = light * (0.45 + 0.55 * np.cos(angle - self.lies.side * 0.6))
        columns, rows = (flat[i] * self._half + self._middle[i] for i in (0, 1))
        return np.where(missed, OUTSIDE, columns), np.where(missed, OUTSIDE, rows), light

    def maps(self, x0: int, y0: int, width: int, height: int) -> tuple[Image, Image, Image]:
        """Column, row and light maps (float32) of a canvas window, computed on a coarse grid and stretched."""
        step = max(1.0, self.lies.size / NODES)
        across, down = max(2, math.ceil(width / step)), max(2, math.ceil(height / step))
        x = x0 + (np.arange(across, dtype=np.float32) + 0.5) * (width / across) - 0.5
        y = y0 + (np.arange(down, dtype=np.float32) + 0.5) * (height / down) - 0.5
        found = self.to_emblem(*np.meshgrid(x, y))
        if (across, down) == (width, height):
            return found[0].astype(np.float32), found[1].astype(np.float32), found[2].astype(np.float32)
        columns, rows, light = (cv2.resize(part.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) for part in found)
        return columns, rows, light

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom on the canvas of the emblem's opaque rectangle."""
        left, top, right, bottom = self.rectangle
        t = np.linspace(0, 1, 9)
        edge = np.ones_like(t)
        points = np.concatenate(
            [
                np.column_stack([left + (right - left) * t, top * edge]),
                np.column_stack([left + (right - left) * t, bottom * edge]),
                np.column_stack([left * edge, top + (bottom - top) * t]),
                np.column_stack([right * edge, top + (bottom - top) * t]),
            ]
        )
        seen = self.to_canvas(points)
        (x0, y0), (x1, y1) = seen.min(0), seen.max(0)
        return float(x0), float(y0), float(x1), float(y1)

    def affine(self, alpha: Image) -> npt.NDArray[np.float64]:
        """The 2 x 3 least-squares map from emblem pixels to canvas pixels over the opaque pixels of `alpha` (the emblem's own, uint8)."""
        columns: Points
        rows: Points
        rows, columns = np.nonzero(alpha[::8, ::8] > 127)
        if len(rows) < 24:
            left, top, right, bottom = self.rectangle
            columns, rows = (part.ravel() / 8 for part in np.meshgrid(np.linspace(left, right, 6), np.linspace(top, bottom, 6)))
        points = np.column_stack([columns, rows]) * 8.0
        solved = np.linalg.lstsq(np.column_stack([points, np.ones(len(points))]), self.to_canvas(points), rcond=None)[0]
        return np.ascontiguousarray(solved.T)

    def _waves(self, x: Points, y: Points) -> tuple[Points, Points, Points]:
        """Displacement and light of the waves at canvas pixels."""
        dx, dy, light = np.zeros_like(x), np.zeros_like(y), np.ones_like(x)
        for wave in self.lies.waves:
            reach = wave.length * self.lies.size
            along = (x - self.lies.centre[0]) * math.cos(wave.direction) + (y - self.lies.centre[1]) * math.sin(wave.direction)
            phase = along * (2 * math.pi / reach) + wave.phase
            phase = phase + wave.sharp * np.sin(phase)
            amplitude = wave.amplitude * self.lies.size
            swing = np.sin(phase)
            dx, dy = dx + swing * (amplitude * math.cos(wave.push)), dy + swing * (amplitude * math.sin(wave.push))
            light = light + wave.shading * np.cos(phase)
        return dx, dy, light
