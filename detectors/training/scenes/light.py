"""Light on a window of the canvas: gradients, cast shadows, highlights."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[Any]


def shade(rng: np.random.Generator, height: int, width: int) -> Image:
    """A factor about 1 for each pixel (float32): a gradient, and in a quarter a cast shadow with an edge, hard or soft."""
    factor: Image = np.ones((height, width), np.float32)
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    if rng.random() < 0.6:
        turn, strength = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0, 0.45))
        factor = factor + strength * (x * math.cos(turn) + y * math.sin(turn))
    if rng.random() < 0.25:
        factor = factor * _cast(rng, x, y)
    return factor


def _cast(rng: np.random.Generator, x: Image, y: Image) -> Image:
    turn, soft = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0.01, 0.3))
    along = x * math.cos(turn) + y * math.sin(turn) + float(rng.uniform(-0.6, 0.6))
    if rng.random() < 0.4:  # as of a branch or a fence: a band, or several
        along = np.abs(np.sin(along * float(rng.uniform(1.5, 7)))) - float(rng.uniform(0.3, 0.7))
    dark: Image = 1 - float(rng.uniform(0.2, 0.65)) * np.clip(along / soft + 0.5, 0, 1)
    return dark


def highlight(rng: np.random.Generator, height: int, width: int) -> Image:
    """A specular highlight to add, in grey levels (float32): an elongated spot."""
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    turn, at = float(rng.uniform(0, math.pi)), rng.uniform(-0.5, 0.5, 2)
    dx, dy = x - float(at[0]), y - float(at[1])
    along, across = dx * math.cos(turn) + dy * math.sin(turn), dy * math.cos(turn) - dx * math.sin(turn)
    spread = float(rng.uniform(0.04, 0.3))
    spot: Image = float(rng.uniform(40, 230)) * np.exp(-((along / (spread * 4)) ** 2) - (across / spread) ** 2)
    return spot


def apply(pixels: Image, factor: Image, added: Image | None = None) -> Image:
    """`pixels` (uint8, three channels) times `factor`, plus `added`; both float32 height x width."""
    lit = cv2.multiply(pixels, cv2.merge([factor] * 3), dtype=cv2.CV_8U)
    return lit if added is None else cv2.add(lit, cv2.merge([np.minimum(added, 255).astype(np.uint8)] * 3))
