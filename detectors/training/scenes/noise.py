"""Random fields cheap enough for a hundred thousand pictures: views of one fixed bank of noise, and smooth fields."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[Any]
BANK = 1024


@cache
def _bank() -> Image:
    """Unit normal noise, 1024 x 1024 x 3; a view at a random offset stands for fresh noise."""
    return np.random.default_rng(20240611).standard_normal((BANK, BANK, 3), dtype=np.float32)


def grain(rng: np.random.Generator, height: int, width: int) -> Image:
    """Unit normal noise as float32 height x width x 3. Larger than the bank, it is the bank repeated."""
    bank = _bank()
    if height > BANK or width > BANK:
        bank = np.tile(bank, (-(-height // BANK), -(-width // BANK), 1))
    y, x = int(rng.integers(bank.shape[0] - height + 1)), int(rng.integers(bank.shape[1] - width + 1))
    return bank[y : y + height, x : x + width]


def smooth(rng: np.random.Generator, height: int, width: int, cells: int) -> Image:
    """A smooth field of about unit deviation as float32 height x width, `cells` bumps across."""
    coarse = grain(rng, cells + 2, cells + 2)[..., 0]
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def mottle(rng: np.random.Generator, height: int, width: int) -> Image:
    """A ground without any photograph: uint8 height x width x 3, coloured noise at several scales."""
    ground = np.full((height, width, 3), rng.uniform(30, 220, 3), np.float32)
    for cells in (3, 9, 30):
        field = grain(rng, cells, cells)  # mostly of one hue, as real grounds are
        coarse = (field[..., :1] * float(rng.uniform(3, 26)) + field * float(rng.uniform(0, 8))).astype(np.float32)
        ground += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(ground, 0, 255).astype(np.uint8)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number whose logarithm is uniform between those of `low` and `high`."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def colour(rng: np.random.Generator, dull: float = 0.5) -> tuple[int, int, int]:
    """A random colour; `dull` is the chance of one near grey, as most cloth and metal is."""
    if rng.random() < dull:
        level, spread = rng.uniform(10, 235), rng.uniform(-22, 22, 3)
        values = np.clip(level + spread, 0, 255)
    else:
        values = rng.uniform(0, 255, 3)
    return int(values[0]), int(values[1]), int(values[2])
