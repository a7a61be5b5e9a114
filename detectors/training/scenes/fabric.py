"""What an emblem lies on: cloth with a weave, painted metal, leather, paper, a wall; a textured region larger than the emblem."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.grounds import Grounds, Levels
from detectors.training.scenes.noise import colour, grain, smooth

Image = npt.NDArray[Any]
# Blue, green, red of what uniforms and vehicles are mostly made in: navy, black, grey, tan, olive, brown, white, light blue.
UNIFORMS = ((60, 34, 20), (28, 26, 26), (105, 102, 98), (120, 160, 180), (58, 84, 78), (36, 56, 88), (228, 232, 232), (196, 164, 130))


def texture(rng: np.random.Generator, height: int, width: int, grounds: Grounds | None = None) -> Image:
    """A textured surface as uint8 height x width x 3: plain, woven, mottled, or a close view of a photograph."""
    kind = rng.random()
    photograph = grounds.photograph(rng) if grounds is not None and kind < 0.2 else None
    if photograph is not None:
        return view(photograph, rng, height, width, closest=0.06)
    base: Image = np.array(UNIFORMS[int(rng.integers(len(UNIFORMS)))] if rng.random() < 0.45 else colour(rng, 0.75), np.float32)
    factor = 1 + grain(rng, height, width)[..., 0] * np.float32(rng.uniform(0, 0.06))
    if kind < 0.65:
        factor += float(rng.uniform(0.03, 0.2)) * _weave(rng, height, width)
    if rng.random() < 0.6:
        factor *= 1 + float(rng.uniform(0.02, 0.15)) * smooth(rng, height, width, int(rng.integers(2, 12)))
    for _ in range(int(rng.integers(1, 4)) if rng.random() < 0.35 else 0):
        _seam(factor, rng)
    sheet: Image = cv2.merge([np.clip(factor * channel, 0, 255).astype(np.uint8) for channel in base])
    return sheet


def view(photograph: Levels, rng: np.random.Generator, height: int, width: int, closest: float = 0.25) -> Image:
    """A random part of a photograph at height x width: at least the share `closest` of what fits, mirrored half the time."""
    tall, wide = photograph[0].shape[:2]
    part = float(rng.uniform(closest, 1.0)) * min(wide / width, tall / height)
    level = min(len(photograph) - 1, int(math.log2(max(1.0, part * 1.05))))  # the smallest that is not enlarged
    part, pixels = part / 2**level, photograph[level]
    tall, wide = pixels.shape[:2]
    w, h = min(wide, max(2, int(width * part))), min(tall, max(2, int(height * part)))
    x, y = int(rng.integers(0, wide - w + 1)), int(rng.integers(0, tall - h + 1))
    seen = cv2.resize(pixels[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_AREA if part > 1 else cv2.INTER_LINEAR)
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


def _seam(factor: Image, rng: np.random.Generator) -> None:
    """A seam, a pocket's edge or a panel gap: a dark line with a light one beside it, in place."""
    height, width = factor.shape
    turn, reach = float(rng.uniform(0, math.pi)), height + width
    x, y = float(rng.uniform(0, width)), float(rng.uniform(0, height))
    thick = max(1, round(0.008 * reach * float(rng.uniform(0.2, 1))))
    for shift, light in ((0, float(rng.uniform(0.4, 0.9))), (thick, float(rng.uniform(1.0, 1.4)))):
        ends = [(int(x + shift + s * reach * math.cos(turn)), int(y + shift + s * reach * math.sin(turn))) for s in (-1, 1)]
        cv2.line(factor, ends[0], ends[1], light, thick, cv2.LINE_AA)


def _weave(rng: np.random.Generator, height: int, width: int) -> Image:
    """Threads in two directions, or ribs in one, of unit amplitude; float32 height x width."""
    period, turn = float(rng.uniform(2, 7)), float(rng.uniform(0, math.pi))
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    first = np.sin((x * math.cos(turn) + y * math.sin(turn)) * (2 * math.pi / period))
    if rng.random() < 0.4:
        return first
    return first * np.sin((y * math.cos(turn) - x * math.sin(turn)) * (2 * math.pi / period))
