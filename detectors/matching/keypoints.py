"""Local features of a picture: points that can be found again when it is turned or resized, and what surrounds each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Image = npt.NDArray[Any]

CONTRAST = 0.02  # half of OpenCV's usual: printed and embroidered art is often flat
CELLS_ACROSS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """N points: `xy` N x 2 in pixels, `size` their diameters in pixels, `angle` in radians clockwise, `descriptors` N x 128 of length 1."""

    xy: Floats
    size: Floats
    angle: Floats
    descriptors: Floats

    def __len__(self) -> int:
        return len(self.size)

    def scaled(self, across: float, down: float) -> Keypoints:
        """The same points in a picture resized by these factors."""
        factors = np.array([across, down], np.float32)
        return Keypoints((self.xy + 0.5) * factors - 0.5, self.size * np.float32(math.sqrt(across * down)), self.angle, self.descriptors)


def evenly_grey(pixels: Image) -> Image:
    """The mean of blue, green and red: unlike luminance it keeps purple from black and green from pink, which artwork sets side by side."""
    return cv2.transform(pixels, np.full((1, 3), 1 / 3))


def keypoints(grey: Image, most: int) -> Keypoints:
    """At most `most` SIFT points (Lowe 2004) of a grey picture with RootSIFT descriptors (Arandjelovic and Zisserman 2012), the strongest of each region."""
    sift = cv2.SIFT.create(contrastThreshold=CONTRAST)
    kept = _spread(list(sift.detect(grey, None)), grey.shape, most)
    if not kept:
        return joined([])
    described, raw = sift.compute(grey, kept)
    return Keypoints(
        np.array([point.pt for point in described], np.float32),
        np.array([point.size for point in described], np.float32),
        np.radians(np.array([point.angle for point in described], np.float32)),
        np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)).astype(np.float32),
    )


def joined(parts: list[Keypoints]) -> Keypoints:
    """All points of `parts`, in order."""
    if not parts:
        return Keypoints(np.zeros((0, 2), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros((0, 128), np.float32))
    return Keypoints(
        np.concatenate([part.xy for part in parts]),
        np.concatenate([part.size for part in parts]),
        np.concatenate([part.angle for part in parts]),
        np.concatenate([part.descriptors for part in parts]),
    )


def _spread(points: list[cv2.KeyPoint], shape: tuple[int, ...], most: int) -> list[cv2.KeyPoint]:
    """The strongest points, region by region in turn, so that one busy region does not use up all of `most`."""
    if len(points) <= most:
        return points
    xy = np.array([point.pt for point in points])
    response = np.array([point.response for point in points])
    cell = max(shape) / CELLS_ACROSS
    region = (xy[:, 1] // cell).astype(int) * (CELLS_ACROSS + 1) + (xy[:, 0] // cell).astype(int)
    order = np.lexsort((-response, region))
    starts = np.flatnonzero(np.r_[True, np.diff(region[order]) != 0])
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    chosen = order[np.lexsort((-response[order], rank))][:most]
    return [points[index] for index in np.sort(chosen)]
