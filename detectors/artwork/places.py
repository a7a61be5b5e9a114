"""Where an artwork lies: quadrilaterals, boxes, and the picture under them set straight."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import GREY, Matrix
from detectors.artwork.proposals import MARGIN
from detectors.picture import Picture
from domain.finding import Box

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

SMALLEST = 6.0  # pixels across
MOST_STRETCH = 3.0
LONGEST = 8.0  # longer sides of the aligned copy to its shorter, at most


def possible(placement: Matrix) -> bool:
    """Whether a flat thing, not mirrored, can look so: not too small, and not stretched more than MOST_STRETCH to one."""
    (a, b), (c, d) = placement[:2, :2].tolist()
    area = a * d - b * c
    if not np.isfinite(placement).all() or area <= 0:
        return False
    # The singular values of a 2 x 2 matrix: their squares sum to that of its numbers, their product is its determinant.
    squares = a * a + b * b + c * c + d * d
    longest = math.sqrt((squares + math.sqrt(max(0.0, squares * squares - 4 * area * area))) / 2)
    shortest = area / longest
    return bool(2 * shortest >= SMALLEST and longest <= MOST_STRETCH * shortest)


def size_of(placement: Matrix) -> float:
    """Length in pixels of the longer side of an artwork that is placed so, as the square root of areas."""
    return 2 / MARGIN * math.sqrt(abs(float(np.linalg.det(placement[:2, :2]))))


def turn_of(placement: Matrix) -> int:
    """Whole degrees, clockwise, -179 to 180."""
    return round(math.degrees(math.atan2(placement[1, 0] - placement[0, 1], placement[0, 0] + placement[1, 1])))


def quad_of(placement: Matrix, corners: npt.NDArray[Any]) -> Quad:
    """The artwork's corners in the picture, clockwise from its own upper left; they may lie outside."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners @ placement[:2, :2].T + placement[:2, 2])
    return a, b, c, d


def box_of(placement: Matrix, outline: npt.NDArray[Any], width: int, height: int) -> Box | None:
    """The bounding box of an outline, clipped to the picture; None outside."""
    points = outline @ placement[:2, :2].T + placement[:2, 2]
    left, top = np.floor(points.min(axis=0) + 0.25).clip(0, [width, height]).astype(int)
    right, bottom = np.ceil(points.max(axis=0) - 0.25).clip(0, [width, height]).astype(int)
    return Box(int(left), int(top), int(right - left), int(bottom - top)) if right > left and bottom > top else None


def shared(a: Box, b: Box) -> float:
    """Shared area over the smaller area, 0 to 1."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    return max(0, width) * max(0, height) / min(a.w * a.h, b.w * b.h)


def aligned(picture: Picture, quad: Quad, side: int) -> npt.NDArray[np.uint8]:
    """What lies under a quadrilateral, set straight: blue-green-red, its longer side `side` pixels, grey beyond the picture's edge."""
    corners = np.array(quad, np.float32)
    across, down = float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[3] - corners[0]))
    longer = max(across, down, 1e-6)
    width, height = (max(1, round(side * max(edge / longer, 1 / LONGEST))) for edge in (across, down))
    left, top = np.floor(corners.min(axis=0) - 2).clip(0, [picture.width - 1, picture.height - 1]).astype(int)
    right, bottom = np.ceil(corners.max(axis=0) + 2).clip([left + 1, top + 1], [picture.width, picture.height]).astype(int)
    part = picture.pixels[top:bottom, left:right]
    factor = min(1.0, 2 * side / longer)  # reduced first, so that a large artwork is not cut without its aliasing
    size = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
    pixels = cv2.resize(part, size, interpolation=cv2.INTER_AREA) if factor < 1 else part
    seen = (corners - [left, top]) * [pixels.shape[1] / part.shape[1], pixels.shape[0] / part.shape[0]] - 0.5
    straight = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(seen.astype(np.float32), straight.astype(np.float32))
    seen_straight = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3)
    return np.asarray(seen_straight, np.uint8)
