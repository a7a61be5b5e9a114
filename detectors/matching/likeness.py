"""How much a picture looks like an artwork at one placement, seen pixel by pixel after the placement has been refined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.matching.keypoints import Image
from detectors.matching.placements import Placement
from detectors.matching.reference import LARGE, Prepared

Matrix = npt.NDArray[Any]
Map = npt.NDArray[Any]

SMALLEST_SIDE, LARGEST_SIDE = 24, 80  # an artwork is compared at the size at which it is seen, within these
LEAST_SCALE = 12 / LARGE
MOST_STRETCH = 3.0
STEPS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 25, 1e-4)
ALIKE = 0.6

FEATURES = (
    "brightness",
    "colour",
    "edges",
    "local",
    "best_half",
    "worst_fifth",
    "alike_part",
    "points",
    "votes",
    "log_size",
    "stretch",
    "steady",
)


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """`matrix` (2 x 3) is the refined placement, `features` the values of FEATURES, `alike` the part of the surface that looks alike, 0 to 1."""

    which: int
    matrix: Matrix
    points: int
    features: npt.NDArray[Any]

    @property
    def alike(self) -> float:
        return float(self.features[FEATURES.index("alike_part")])


class Levels:
    """A picture at full, half, quarter … size, so that it can be sampled at any scale without aliasing."""

    def __init__(self, pixels: Image) -> None:
        self._levels = [pixels]
        while min(self._levels[-1].shape[:2]) > 48:
            self._levels.append(cv2.pyrDown(self._levels[-1]))

    def sampled(self, matrix: Matrix, size: tuple[int, int]) -> Image:
        """The part of the picture that `matrix` (2 x 3) maps a canvas of `size` (width, height) to."""
        level = min(len(self._levels) - 1, max(0, round(math.log2(max(scale_of(matrix), 1e-6)))))
        return cv2.warpAffine(self._levels[level], matrix / 2**level, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)


def likeness(levels: Levels, reference: Prepared, placement: Placement) -> Likeness | None:
    """Refines a placement and measures it, or None when it is no possible view of a flat artwork."""
    matrix, points = fitted(placement)
    if not possible(matrix):
        return None
    shrink = min(1.0, max(SMALLEST_SIDE, min(LARGEST_SIDE, scale_of(matrix) * LARGE)) / LARGE)
    art, cover = _small(reference, shrink)
    refined = aligned(levels, art, cover, matrix @ resizing(art.shape, reference.art.shape))
    final = refined @ resizing(reference.art.shape, art.shape)
    if not possible(final):
        return None
    seen = levels.sampled(refined, (art.shape[1], art.shape[0]))
    measured = _measured(art, seen, cover > 127)
    size = math.log2(scale_of(final) * math.sqrt(reference.art.shape[0] * reference.art.shape[1]))
    moved = _moved(matrix, final, reference.art.shape)
    return Likeness(placement.which, final, points, np.array([*measured, math.log1p(points), math.log(placement.votes), size, _stretch(final), moved]))


def fitted(placement: Placement) -> tuple[Matrix, int]:
    """The affine that most of the agreeing pairs fit, when there are enough of them, else the similarity that one pair proposed; and how many pairs fit it."""
    own, seen = placement.own, placement.seen
    distinct = len(np.unique(np.round(own), axis=0))
    if distinct < 6:
        return placement.matrix, distinct
    reach = max(2.0, 0.03 * LARGE * scale_of(placement.matrix))
    matrix, inliers = cv2.estimateAffine2D(own, seen, method=cv2.USAC_MAGSAC, ransacReprojThreshold=reach, maxIters=500)
    if matrix is None or not possible(matrix) or not 0.6 < scale_of(matrix) / scale_of(placement.matrix) < 1.6:
        return placement.matrix, distinct
    return matrix, int(inliers.sum())


def possible(matrix: Matrix) -> bool:
    """Whether a flat thing, not mirrored, can look so: not too small, and not stretched more than MOST_STRETCH to one."""
    return bool(np.isfinite(matrix).all()) and float(np.linalg.det(matrix[:, :2])) > LEAST_SCALE**2 and _stretch(matrix) < math.log(MOST_STRETCH)


def scale_of(matrix: Matrix) -> float:
    """By how much a placement (2 x 3 or 3 x 3) enlarges, as the square root of areas."""
    return math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))


def resizing(before: tuple[int, ...], after: tuple[int, ...]) -> Matrix:
    """The 3 x 3 that takes pixels of a picture of shape `before` to those of the same picture resized to `after`; pixels are counted from their centres."""
    across, down = after[1] / before[1], after[0] / before[0]
    return np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])


def _stretch(matrix: Matrix) -> float:
    """Logarithm of the longest over the shortest direction."""
    longest, shortest = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return math.log(longest / max(shortest, 1e-9))


def _moved(before: Matrix, after: Matrix, shape: tuple[int, ...]) -> float:
    """How far refining moved the corners, as a part of the artwork's size."""
    height, width = shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    return float(np.linalg.norm(corners @ (before - after).T, axis=1).mean() / max(scale_of(after) * math.hypot(width, height), 1e-6))


def _small(reference: Prepared, shrink: float) -> tuple[Image, npt.NDArray[Any]]:
    size = (max(8, round(reference.art.shape[1] * shrink)), max(8, round(reference.art.shape[0] * shrink)))
    return cv2.resize(reference.art, size, interpolation=cv2.INTER_AREA), cv2.resize(reference.cover, size, interpolation=cv2.INTER_AREA)


def aligned(levels: Levels, art: Image, cover: npt.NDArray[Any], start: Matrix) -> Matrix:
    """`start` improved until the picture under the artwork correlates best with it (Evangelidis and Psarakis 2008), or `start` where that fails."""
    height, width = art.shape[:2]
    margin = max(height, width) // 5
    shift = np.array([[1, 0, -margin], [0, 1, -margin], [0, 0, 1]], np.float64)
    canvas = levels.sampled(start @ shift, (width + 2 * margin, height + 2 * margin))
    warp: Matrix = np.array([[1, 0, margin], [0, 1, margin]], np.float32)
    inside = np.full(canvas.shape[:2], 255, np.uint8)
    mask = np.where(cover > 127, 255, 0).astype(np.uint8)
    try:
        _, warp = cv2.findTransformECCWithMask(art, canvas, mask, inside, warp, cv2.MOTION_AFFINE, STEPS, 5)
    except cv2.error:  # it did not converge, which is common where the artwork is not there
        return start
    improved: Matrix = start @ shift @ np.vstack([warp.astype(np.float64), [0, 0, 1]])
    return improved


def _measured(art: Image, seen: Image, inside: npt.NDArray[Any]) -> tuple[float, ...]:
    """The features that come from pixels: correlation of brightness, of colour, of edges, and local correlation with its spread."""
    a, b = (cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_BGR2LAB).astype(np.float32), (0, 0), 0.7) for p in (art, seen))
    weight = inside.astype(np.float32)
    value, amount = _local(a, b, weight)
    order = np.argsort(value)
    part = np.cumsum(amount[order]) / max(float(amount.sum()), 1e-6)
    mean = _weighted(value, amount)
    half = _weighted(value[order][part >= 0.5], amount[order][part >= 0.5])
    fifth = _weighted(value[order][part <= 0.2], amount[order][part <= 0.2])
    alike = float((amount * (value > ALIKE)).sum() / max(float(amount.sum()), 1e-6))
    return (
        _correlated(a[inside][:, :1], b[inside][:, :1]),
        _correlated(a[inside][:, 1:], b[inside][:, 1:]),
        _edges(a[..., 0], b[..., 0], weight),
        mean,
        half,
        fifth,
        alike,
    )


def _correlated(a: Map, b: Map) -> float:
    """Correlation over all pixels and channels (N x C each), each channel about its own mean."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return float((a * b).sum() / (math.sqrt(float((a * a).sum()) * float((b * b).sum())) + 25.0 * len(a) * 0.1))


def _edges(a: Map, b: Map, weight: Map) -> float:
    """How well directions of brightness change agree, weighted by how strong they are in the artwork: -1 to 1."""
    ax, ay, bx, by = (cv2.Sobel(m, cv2.CV_32F, dx, dy, ksize=3) for m in (a, b) for dx, dy in ((1, 0), (0, 1)))
    strong, seen = np.hypot(ax, ay), np.hypot(bx, by)
    agree = (ax * bx + ay * by) / (strong * seen + 30.0)
    weight = weight * np.minimum(strong, 200)
    return float((agree * weight).sum() / max(float(weight.sum()), 1e-6))


def _local(a: Map, b: Map, weight: Map) -> tuple[Map, Map]:
    """Correlation of brightness and colour in a window around each covered pixel, and how much the artwork varies there (flat parts say little)."""
    sigma = max(a.shape) / 14
    masked = weight[..., None]

    def smooth(m: Map) -> Map:
        return cv2.GaussianBlur(m * masked, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)

    total = np.maximum(smooth(np.ones_like(a)), 1e-3)
    ma, mb = smooth(a) / total, smooth(b) / total
    va = np.maximum(smooth(a * a) / total - ma * ma, 0).sum(axis=2)
    vb = np.maximum(smooth(b * b) / total - mb * mb, 0).sum(axis=2)
    value = (smooth(a * b) / total - ma * mb).sum(axis=2) / np.sqrt((va + 6.0) * (vb + 6.0))
    covered = weight > 0
    return value[covered], np.sqrt(np.minimum(va, 900))[covered]


def _weighted(value: Map, amount: Map) -> float:
    return float((value * amount).sum() / max(float(amount.sum()), 1e-6))
