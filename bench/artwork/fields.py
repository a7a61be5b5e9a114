"""What lies behind words and motif: plain colour, heraldic ordinaries, engraved rosettes, weaves, contour lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Colour = tuple[int, int, int]
Rng = np.random.Generator


def field(name: str, rng: Rng, size: tuple[int, int], palette: tuple[Colour, ...]) -> Array:
    """A field of `size` (height, width), BGR; it never differs much from the ground, so that words stay readable."""
    height, width = size
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    amount = FIELDS[name](rng, x, y)[..., None]
    ground, other = np.array(palette[0], np.float32), np.array(palette[3], np.float32)
    strength = float(rng.uniform(0.12, 0.4))
    return (ground + (other - ground) * strength * amount).clip(0, 255).astype(np.uint8)


def _plain(_rng: Rng, x: Array, _y: Array) -> Array:
    return np.zeros_like(x)


def _pale(rng: Rng, x: Array, y: Array) -> Array:
    """A band: upright, level, slanting, or a cross of two."""
    angle, half = float(rng.choice([0, 1.571, 0.785, -0.785])), rng.uniform(0.15, 0.4)
    band = np.abs(x * np.cos(angle) + y * np.sin(angle)) < half
    if rng.random() < 0.3:
        band |= np.abs(-x * np.sin(angle) + y * np.cos(angle)) < half
    amount: Array = band.astype(np.float32)
    return amount


def _parted(rng: Rng, x: Array, y: Array) -> Array:
    """Two halves with a straight, wavy or toothed border."""
    angle = float(rng.choice([0, 1.571, 0.785]))
    across, along = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    edge = float(rng.choice([0, 0.12])) * (np.sin(along * 14) if rng.random() < 0.5 else np.abs((along * 4) % 1 - 0.5) * 2)
    amount: Array = (across > edge).astype(np.float32)
    return amount


def _rays(rng: Rng, x: Array, y: Array) -> Array:
    """A rising sun's rays from a point low down."""
    n = float(rng.integers(7, 20))
    return (np.sin(np.arctan2(y - 0.6, x) * n) > 0).astype(np.float32)


def _engraved(rng: Rng, x: Array, y: Array) -> Array:
    """A guilloche: two families of waves, as on bank notes."""
    r, t = np.hypot(x, y), np.arctan2(y, x)
    n, f = float(rng.integers(5, 12)), rng.uniform(14, 26)
    return 0.5 * ((np.abs(np.sin(f * r + 1.5 * np.sin(n * t))) < 0.25).astype(np.float32) + (np.abs(np.sin(f * r - 1.5 * np.sin(n * t))) < 0.25))


def _lozenges(rng: Rng, x: Array, y: Array) -> Array:
    f = rng.uniform(3, 6)
    return (((x + y) * f % 1 < 0.5) ^ ((x - y) * f % 1 < 0.5)).astype(np.float32)


def _contours(rng: Rng, _x: Array, y: Array) -> Array:
    """Height lines of a made-up map."""
    height = cv2.resize(rng.normal(0, 1, (5, 5)).astype(np.float32), y.shape[::-1], interpolation=cv2.INTER_CUBIC)
    amount: Array = (np.abs(height * 5 % 1 - 0.5) < 0.12).astype(np.float32)
    return amount


def _fade(rng: Rng, x: Array, y: Array) -> Array:
    angle = rng.uniform(0, 6.28)
    amount: Array = np.clip(0.5 + 0.6 * (x * np.cos(angle) + y * np.sin(angle)), 0, 1)
    return amount


FIELDS: dict[str, Callable[[Rng, Array, Array], Array]] = {
    "plain": _plain,
    "pale": _pale,
    "parted": _parted,
    "rays": _rays,
    "engraved": _engraved,
    "lozenges": _lozenges,
    "contours": _contours,
    "fade": _fade,
}
