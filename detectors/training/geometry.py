"""Where references and crops lie: 3 x 3 matrices between an artwork's own pixels, the square in which the networks see it, and pictures.

Pixel centres are at whole numbers, as OpenCV has them; a square of side S covers -0.5 to S - 0.5.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import SIDE
from detectors.artwork.proposals import MARGIN

Matrix = npt.NDArray[Any]

CROP = SIDE
# From -1..1 over the square (x to the right, y down) to its pixels.
PIXELS = np.array([[CROP / 2, 0, CROP / 2 - 0.5], [0, CROP / 2, CROP / 2 - 0.5], [0, 0, 1]])


def whole(affine: Matrix) -> Matrix:
    """2 x 3 as 3 x 3."""
    return np.vstack([affine, [0.0, 0.0, 1.0]])


def angle(matrix: Matrix) -> float:
    """By how much a matrix turns, radians, clockwise as seen (y down): that of the nearest rotation."""
    return math.atan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1])


def rotation(radians: float) -> Matrix:
    """A turn about the origin, clockwise as seen (y down)."""
    c, s = math.cos(radians), math.sin(radians)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def turned(outline: Matrix, radians: float) -> Matrix:
    """From an artwork's pixels to the square, turned: the turned `outline` (N x 2) in the middle, the longer side of its bounding box 1 / MARGIN of it."""
    turn = rotation(radians)[:2, :2]
    points = outline @ turn.T
    low, high = points.min(axis=0), points.max(axis=0)
    scale = CROP / MARGIN / max(1e-6, float((high - low).max()))
    matrix = np.eye(3)
    matrix[:2, :2] = scale * turn
    matrix[:2, 2] = CROP / 2 - 0.5 - scale * (low + high) / 2
    return matrix


def cut(centre: tuple[float, float], side: float) -> Matrix:
    """From a picture's pixels to the square that holds `side` pixels around `centre`."""
    scale = CROP / side
    return np.array([[scale, 0, CROP / 2 - 0.5 - scale * centre[0]], [0, scale, CROP / 2 - 0.5 - scale * centre[1]], [0, 0, 1]])


def residual(reference: Matrix, crop: Matrix, placed: Matrix) -> Matrix:
    """The six numbers a..f of [[1 + a, b, c], [d, 1 + e, f]], from reference to crop over -1..1.

    `reference` leads from the artwork's pixels to its square, `crop` from the picture's to the crop's, `placed` from the artwork's pixels to the picture's.
    """
    there = np.linalg.inv(PIXELS) @ crop @ placed @ np.linalg.inv(reference) @ PIXELS
    return (there[:2] - np.eye(3)[:2]).ravel()


def from_residual(six: Matrix) -> Matrix:
    """What `residual` gave, as the matrix from the reference's square to the crop's, in pixels."""
    return PIXELS @ whole(np.eye(3)[:2] + np.asarray(six, np.float64).reshape(2, 3)) @ np.linalg.inv(PIXELS)


def outline_of(cover: npt.NDArray[Any]) -> Matrix:
    """The convex hull, N x 2, of where `cover` (height x width, 0 to 255) is more than half of its most: thin lines, made small, are nowhere opaque."""
    return cv2.convexHull(cv2.findNonZero((cover > int(cover.max()) // 2).astype(np.uint8))).reshape(-1, 2).astype(np.float64)


def reach(matrix: Matrix) -> float:
    """How many pixels of the source become one of the target, along the side that shrinks most: above 1 the source must be smoothed first."""
    smallest = float(np.linalg.svd(matrix[:2, :2], compute_uv=False)[-1])
    return 1 / max(smallest, 1e-6)


def warped(pixels: npt.NDArray[Any], matrix: Matrix, border: int = cv2.BORDER_REPLICATE) -> npt.NDArray[Any]:
    """`pixels` through `matrix` into the square, smoothed where they shrink by more than half."""
    factor = int(reach(matrix))
    if factor >= 2:
        height, width = pixels.shape[:2]
        smaller = cv2.resize(pixels, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
        across, down = width / smaller.shape[1], height / smaller.shape[0]
        # Pixel centres: x = across * (x' + 0.5) - 0.5.
        matrix = matrix @ np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])
        pixels = smaller
    return cv2.warpAffine(pixels, matrix[:2], (CROP, CROP), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=(128, 128, 128))
