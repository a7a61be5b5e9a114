"""What the camera and the platform do to a scene: focus, movement, light, noise, resampling, JPEG once or twice."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.opening import opened
from bench.artwork.scenes import HEIGHT, WIDTH, graded

Array = npt.NDArray[Any]


def taken_by(canvas: Array, rng: np.random.Generator, smallest: int) -> bytes:
    """The scene (H x W x 3) as a JPEG. Blur is in proportion to `smallest`, the side in pixels of the smallest emblem, which a person could still read."""
    picture = graded(canvas, rng)
    if rng.random() < 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), float(np.clip(rng.uniform(0.004, 0.028) * smallest, 0.4, 3.5)))
    if rng.random() < 0.15:
        picture = _moved(picture, rng, smallest)
    if rng.random() < 0.1 and smallest >= 48:
        part = rng.uniform(0.55, 0.9)
        picture = cv2.resize(cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.7:
        picture = _noisy(picture, rng)
    if rng.random() < 0.15:
        picture = opened(_jpeg(picture, int(rng.integers(50, 93))))
    return _jpeg(picture, int(rng.integers(40, 93)))


def _jpeg(picture: Array, quality: int) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _moved(picture: Array, rng: np.random.Generator, smallest: int) -> Array:
    """The camera moved on a straight line."""
    long = int(np.clip(rng.uniform(0.01, 0.06) * smallest, 2, 13))
    kernel = np.zeros((2 * long + 1, 2 * long + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * long / 2
    a, b = (np.round(long + side * reach).astype(int) for side in (-1, 1))
    cv2.line(kernel, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), 1.0, 1)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


@lru_cache(maxsize=4)
def _grain(coarse: int) -> Array:
    """Noise of deviation 1 (times 16), kept, since drawing it anew for each picture takes longer than all else."""
    rng = np.random.default_rng([77, coarse])
    small = rng.normal(0, 1, ((HEIGHT + 128) // coarse, (WIDTH + 128) // coarse, 3)).astype(np.float32)
    return (cv2.resize(small, (WIDTH + 128, HEIGHT + 128), interpolation=cv2.INTER_LINEAR) * 16).astype(np.int16)


def _noisy(picture: Array, rng: np.random.Generator) -> Array:
    """Grain, finer or coarser, shifted anywhere."""
    x, y = (int(v) for v in rng.integers(0, 128, 2))
    grain = _grain(int(rng.choice([1, 2])))[y : y + HEIGHT, x : x + WIDTH]
    return cv2.addWeighted(picture.astype(np.int16), 1.0, grain, float(rng.uniform(1, 9)) / 16, 0, dtype=cv2.CV_8U)
