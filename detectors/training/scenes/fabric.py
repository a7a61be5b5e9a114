"""What an emblem lies on: cloth with a weave, painted metal, leather, paper, a wall; a textured region larger than the emblem."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.noise import colour, grain, smooth

Image = npt.NDArray[Any]


def texture(rng: np.random.Generator, height: int, width: int, grounds: Grounds | None = None) -> Image:
    """A textured surface as uint8 height x width x 3: plain, woven, mottled, or a close view of a photograph."""
    kind = rng.random()
    photograph = grounds.photograph(rng) if grounds is not None and kind < 0.2 else None
    if photograph is not None:
        return view(photograph, rng, height, width, closest=0.06)
    sheet = np.empty((height, width, 3), np.float32)
    sheet[:] = colour(rng, 0.75)
    if kind < 0.65:
        sheet *= 1 + float(rng.uniform(0.03, 0.2)) * _weave(rng, height, width)[..., None]
    if rng.random() < 0.6:
        sheet *= 1 + float(rng.uniform(0.02, 0.15)) * smooth(rng, height, width, int(rng.integers(2, 12)))[..., None]
    sheet += grain(rng, height, width)[..., :1] * float(rng.uniform(0, 7))
    return np.clip(sheet, 0, 255).astype(np.uint8)


def view(photograph: Image, rng: np.random.Generator, height: int, width: int, closest: float = 0.25) -> Image:
    """A random part of a photograph at height x width: at least the share `closest` of what fits, mirrored half the time."""
    tall, wide = photograph.shape[:2]
    part = float(rng.uniform(closest, 1.0)) * min(wide / width, tall / height)
    w, h = max(2, int(width * part)), max(2, int(height * part))
    x, y = int(rng.integers(0, wide - w + 1)), int(rng.integers(0, tall - h + 1))
    seen = cv2.resize(photograph[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_AREA if part > 1 else cv2.INTER_LINEAR)
    return cv2.flip(seen, 1) if rng.random() < 0.5 else seen


def region(rng: np.random.Generator, height: int, width: int, inner: tuple[float, float, float, float], turn: float) -> Image:
    """Where the surface reaches, as float32 height x width in 0..1, around the `inner` box (left, top, right, bottom), turned by `turn` radians."""
    kind = rng.random()
    if kind < 0.3:
        return np.ones((height, width), np.float32)
    left, top, right, bottom = inner
    middle = ((left + right) / 2, (top + bottom) / 2)
    broad, tall = (right - left) * float(rng.uniform(1.0, 1.5)), (bottom - top) * float(rng.uniform(1.0, 1.6))
    mask = np.zeros((height, width), np.uint8)
    if kind < 0.6:  # a sleeve, a strap, a door panel: a long band
        tall *= 6
    if kind < 0.85:
        box = (middle, (broad, tall), math.degrees(turn) + float(rng.normal(0, 8)))
        corners = cv2.boxPoints(box) + rng.normal(0, 0.05 * min(broad, tall if kind >= 0.6 else broad), (4, 2))
        cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    else:  # a cap, a mug, a breast
        axes = (max(1, int(broad * 0.72)), max(1, int(tall * 0.72)))
        cv2.ellipse(mask, (int(middle[0]), int(middle[1])), axes, math.degrees(turn), 0, 360, 255, -1, cv2.LINE_AA)
    return mask.astype(np.float32) / 255


def _weave(rng: np.random.Generator, height: int, width: int) -> Image:
    """Threads in two directions, or ribs in one, of unit amplitude; float32 height x width."""
    period, turn = float(rng.uniform(2, 7)), float(rng.uniform(0, math.pi))
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    first = np.sin((x * math.cos(turn) + y * math.sin(turn)) * (2 * math.pi / period))
    if rng.random() < 0.4:
        return first
    return first * np.sin((y * math.cos(turn) - x * math.sin(turn)) * (2 * math.pi / period))
