"""Squares cut out of a picture, turned and slanted as asked, without aliasing.

Coordinates of a picture here run from its upper left edge: pixel i covers i to i + 1. A square is a 3 x 3 matrix that takes (-1..1, -1..1) into the picture.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]
Matrix = npt.NDArray[Any]

SIDE = 64  # pixels of a cut square
LARGEST = 2560  # longer side, pixels, to which a larger picture is first reduced
GREY = 128  # beyond a picture's edge


class Levels:
    """A picture and its halves, quarters and so on, made when first needed."""

    def __init__(self, pixels: Pixels, beyond: int | None = None) -> None:
        """`pixels` height x width or height x width x 3, 8 bit; `beyond` is the value outside it; None goes on with the pixels at its edge."""
        self._height, self._width = pixels.shape[:2]
        self._levels = [reduced(pixels, LARGEST)]
        self._beyond = beyond

    def reduced(self, longest: int) -> Pixels:
        """The whole picture with its longer side at most `longest` pixels."""
        number = 0
        while max(self._level(number).shape[:2]) >= 2 * longest:
            number += 1
        return reduced(self._level(number), longest)

    def cut(self, squares: Matrix, side: int = SIDE) -> Pixels:
        """N x side x side (x 3) for N x 3 x 3."""
        channels = self._levels[0].shape[2:]
        return np.stack([self._cut(square, side) for square in squares]) if len(squares) else np.zeros((0, side, side, *channels), np.uint8)

    def _cut(self, square: Matrix, side: int) -> Pixels:
        level = self._level(self._suiting(square, side))
        size = np.diag([level.shape[1] / self._width, level.shape[0] / self._height, 1.0])
        return sampled(level, size @ square, side, self._beyond)

    def _suiting(self, square: Matrix, samples: int) -> int:
        """The level of which one sample is most nearly one pixel from the next: 0.7 to 1.4, as the training's crops are cut."""
        base = self._levels[0].shape[1] / self._width
        apart = base * float(np.linalg.norm(square[:2, :2], axis=0).max()) * 2 / samples
        deepest = int(math.log2(max(1, min(self._levels[0].shape[:2]))))
        return min(deepest, max(0, round(math.log2(max(apart, 1e-9)))))

    def _level(self, number: int) -> Pixels:
        while len(self._levels) <= number:
            last = self._levels[-1]
            size = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            self._levels.append(cv2.resize(last, size, interpolation=cv2.INTER_AREA))
        return self._levels[number]


def sampled(pixels: Pixels, square: Matrix, side: int, beyond: int | None = None) -> Pixels:
    """`side` x `side` samples of `pixels` over a square, each between its four nearest pixels."""
    step = 2 / side
    to_unit = np.array([[step, 0, step / 2 - 1], [0, step, step / 2 - 1], [0, 0, 1]])
    to_pixels = square @ to_unit
    matrix = to_pixels[:2] - np.array([[0, 0, 0.5], [0, 0, 0.5]])  # OpenCV counts from the first pixel's centre
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if beyond is None:
        return cv2.warpAffine(pixels, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return cv2.warpAffine(pixels, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(beyond, beyond, beyond))


def upright(centre_x: float, centre_y: float, side: float) -> Matrix:
    """The square of that side about that centre."""
    return np.array([[side / 2, 0, centre_x], [0, side / 2, centre_y], [0, 0, 1]])


def turned(degrees: float) -> Matrix:
    """A turn about the middle, clockwise as seen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def reduced(pixels: Pixels, longest: int) -> Pixels:
    """`pixels` with the longer side at most `longest`."""
    height, width = pixels.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return pixels
    return cv2.resize(pixels, (max(1, round(width * factor)), max(1, round(height * factor))), interpolation=cv2.INTER_AREA)
