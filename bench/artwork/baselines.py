"""What one would write with OpenCV alone: ORB, RootSIFT, templates at several sizes. (AKAZE is in none of OpenCV 5's main modules.)"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.measuring import Answer, one_a_place
from bench.artwork.opening import opened_as_is
from bench.artwork.placing import Box

Array = npt.NDArray[Any]

SCALES = np.geomspace(24, 300, 9)  # pixels, shorter side at which a template is tried
REDUCED = 2  # templates are looked for in the picture at half its size
LEAST_MATCHES = 6


def baselines(references: Sequence[tuple[str, bytes]]) -> dict[str, Callable[[Array], list[Answer]]]:
    """Each method by its name: takes a picture (H x W x 3) and gives answers, one a place, best first. Scores are inliers, or the correlation."""
    return {
        "ORB, brute force, RANSAC homography": _points(references, _orb, cv2.NORM_HAMMING, 0.85, cv2.RANSAC),
        "RootSIFT, ratio test, MAGSAC homography": _points(references, _root_sift, cv2.NORM_L2, 0.85, cv2.USAC_MAGSAC),
        "templates at nine sizes": _templates(references),
    }


def _opened(content: bytes) -> tuple[Array, Array]:
    """A reference in grey on mid-grey, and its mask."""
    art = opened_as_is(content)
    if art.shape[2] == 3:
        return cv2.cvtColor(art, cv2.COLOR_BGR2GRAY), np.full(art.shape[:2], 255, np.uint8)
    part = art[..., 3:].astype(np.float32) / 255
    return cv2.cvtColor((art[..., :3] * part + 128 * (1 - part)).astype(np.uint8), cv2.COLOR_BGR2GRAY), art[..., 3]


def _orb(grey: Array, mask: Array | None) -> tuple[Array, Array | None]:
    points, descriptors = cv2.ORB.create(2000 if mask is None else 500).detectAndCompute(grey, mask)
    return np.array([point.pt for point in points], np.float32), descriptors


def _root_sift(grey: Array, mask: Array | None) -> tuple[Array, Array | None]:
    points, descriptors = cv2.SIFT.create(3000 if mask is None else 500).detectAndCompute(grey, mask)
    if descriptors is None:
        return np.zeros((0, 2), np.float32), None
    return np.array([point.pt for point in points], np.float32), np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6))


def _points(
    references: Sequence[tuple[str, bytes]], features: Callable[..., tuple[Array, Array | None]], norm: int, ratio: float, robust: int
) -> Callable[[Array], list[Answer]]:
    kept = [(label, opened[0].shape, *features(*opened)) for label, content in references for opened in (_opened(content),)]

    def method(picture: Array) -> list[Answer]:
        seen, descriptors = features(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), None)
        if descriptors is None or len(seen) < 2:
            return []
        found = (_matched(label, shape, own, theirs, seen, descriptors, norm, ratio, robust) for label, shape, own, theirs in kept if theirs is not None)
        return one_a_place(answer for answer in found if answer is not None)

    return method


def _matched(
    label: str, shape: tuple[int, ...], own: Array, theirs: Array, seen: Array, descriptors: Array, norm: int, ratio: float, robust: int
) -> Answer | None:
    pairs = [pair for pair in cv2.BFMatcher(norm).knnMatch(theirs, descriptors, k=2) if len(pair) == 2]
    good = [first for first, second in pairs if first.distance < ratio * second.distance]
    if len(good) < LEAST_MATCHES:
        return None
    here, there = np.array([own[m.queryIdx] for m in good]), np.array([seen[m.trainIdx] for m in good])
    matrix, inliers = cv2.findHomography(here, there, robust, 5.0)
    if matrix is None:
        return None
    height, width = shape[:2]
    corners = cv2.perspectiveTransform(np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32), matrix)[0]
    if not cv2.isContourConvex(corners) or not np.isfinite(corners).all():
        return None
    box = _box(corners)
    return Answer(label, box, float(inliers.sum())) if min(box[2:]) > 10 and max(box[2:]) < 2000 else None


def _box(corners: Array) -> Box:
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return (int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))


def _templates(references: Sequence[tuple[str, bytes]]) -> Callable[[Array], list[Answer]]:
    kept = []
    for label, content in references:
        grey, _ = _opened(content)
        for side in SCALES:
            factor = side / REDUCED / min(grey.shape)
            kept.append((label, cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)))

    def method(picture: Array) -> list[Answer]:
        grey = cv2.cvtColor(cv2.resize(picture, None, fx=1 / REDUCED, fy=1 / REDUCED, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        found = []
        for label, template in kept:
            if template.shape[0] < grey.shape[0] and template.shape[1] < grey.shape[1]:
                _, best, _, at = cv2.minMaxLoc(cv2.matchTemplate(grey, template, cv2.TM_CCOEFF_NORMED))
                found.append(Answer(label, tuple(REDUCED * v for v in (*at, *template.shape[::-1])), float(best)))
        return one_a_place(found)

    return method
