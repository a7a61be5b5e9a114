"""A registered artwork made ready to be looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.matching.keypoints import Image, Keypoints, evenly_grey, joined, keypoints

LARGE = 256  # longer side, pixels, at which an artwork is compared with what a picture shows
SIDES = (256, 128, 64)  # longer sides at which its points are found: small copies show only what survives shrinking
MOST_POINTS = (170, 90, 50)
GREY = 128


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """One artwork: `art` blue-green-red at LARGE with transparent parts grey, `cover` its outline (0 or 255), and its points in pixels of `art`."""

    label: str
    sha256: str
    art: Image
    cover: Image
    points: Keypoints
    size: tuple[int, int]


def prepared(label: str, sha256: str, pixels: Image, cover: npt.NDArray[Any]) -> Prepared:
    """An artwork of blue-green-red `pixels` and `cover` (height x width, 0 where it is transparent)."""
    left, top, width, height = cv2.boundingRect(cover)
    pixels, cover = pixels[top : top + height, left : left + width], cover[top : top + height, left : left + width]
    art, outline = _resized(pixels, LARGE), _resized(cover, LARGE)
    art[outline < 128] = GREY
    points = joined([_points(pixels, cover, side, most, art.shape) for side, most in zip(SIDES, MOST_POINTS, strict=True)])
    return Prepared(label, sha256, art, np.where(outline < 128, 0, 255).astype(np.uint8), points, (width, height))


def _points(pixels: Image, cover: Image, side: int, most: int, shape: tuple[int, ...]) -> Keypoints:
    """Points found at one size, on a margin of grey, in pixels of the artwork at LARGE."""
    small, outline = _resized(pixels, side), _resized(cover, side)
    small[outline < 128] = GREY
    margin = side // 4
    grey = cv2.copyMakeBorder(evenly_grey(small), margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=GREY)
    found = keypoints(grey, most)
    shifted = Keypoints(found.xy - margin, found.size, found.angle, found.descriptors)
    return shifted.scaled(shape[1] / small.shape[1], shape[0] / small.shape[0])


def _resized(pixels: Image, side: int) -> Image:
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
