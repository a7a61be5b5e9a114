"""The square every artwork is drawn on, and the few ways of putting colour on it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Colour = tuple[int, int, int]
"""Blue, green, red."""

SIDE = 192
CENTRE = (SIDE - 1) / 2
_SHIFT = 4


def polygons_mask(polygons: list[Array]) -> Array:
    """A SIDE x SIDE mask (uint8, 0..255, smooth edges) of the union of polygons whose points are pixels (n x 2, x then y)."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.round(polygon * (1 << _SHIFT)).astype(np.int32)], (255,), cv2.LINE_AA, _SHIFT)
    return mask


def placed(points: Array, scale: float, centre: tuple[float, float] = (CENTRE, CENTRE)) -> Array:
    """Points of the unit square (-1..1, y down) in pixels."""
    moved: Array = points * scale + np.asarray(centre)
    return moved


def paint(canvas: Array, mask: Array, colour: Colour | Array, strength: float = 1.0) -> None:
    """Lay a colour, or a picture of the canvas's size, over the canvas (h x w x 3 float32) where the mask (h x w, 0..255) says."""
    weight = (mask.astype(np.float32) * (strength / 255))[..., None]
    canvas += (np.asarray(colour, np.float32) - canvas) * weight


def inset(distance: Array, pixels: float) -> Array:
    """The mask of what lies at least that many pixels inside an edge, given each pixel's distance (float) from the edge."""
    return np.clip((distance - pixels + 0.5) * 255, 0, 255).astype(np.uint8)


def distance_inside(mask: Array) -> Array:
    """How far inside the mask each pixel lies, in pixels (float32); 0 outside."""
    padded = cv2.copyMakeBorder((mask > 127).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5), np.float32)[1:-1, 1:-1]


def grown(mask: Array, pixels: int) -> Array:
    """The mask, that many pixels larger on every side."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(mask, kernel), np.uint8)


def moved(mask: Array, right: int, down: int) -> Array:
    """The mask, shifted; what comes in from outside is empty."""
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(mask, shift, (mask.shape[1], mask.shape[0])), np.uint8)


def grid() -> tuple[Array, Array]:
    """Each pixel's x and y from the middle, in half sides (-1..1), float32."""
    axis = (np.arange(SIDE, dtype=np.float32) - CENTRE) / (SIDE / 2)
    x, y = np.meshgrid(axis, axis)
    return x, y


def noise(rng: np.random.Generator, cells: int, shape: tuple[int, int] = (SIDE, SIDE)) -> Array:
    """Smooth noise, 0..1 float32, with about that many lumps along a side."""
    coarse = rng.random((cells + 2, cells + 2), np.float32)
    return np.clip(np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)), 0, 1)
