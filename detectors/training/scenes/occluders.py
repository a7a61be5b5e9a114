"""What comes in front of an emblem: an edge, an arm or strap, fingers, an object, foliage, hair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.fabric import texture, view
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.noise import colour

Image = npt.NDArray[Any]
MOST_HIDDEN = 0.5


@dataclass(frozen=True, slots=True)
class Occluder:
    """Something in front, over one canvas window: how much of each pixel it covers (float32 0..1) and what it looks like (uint8, three channels)."""

    cover: Image
    paint: Image


def occluder(rng: np.random.Generator, cover: Image, share: float, behind: Image, grounds: Grounds | None) -> Occluder:
    """Something that hides about `share` of the emblem's `cover` (float32 0..1 over the window); `behind` is the window without the emblem."""
    height, width = cover.shape
    mass = float(cover.sum()) + 1e-6
    box = cv2.boundingRect((cover > 0.5).astype(np.uint8))
    for _ in range(2):
        kind = float(rng.random())
        if kind < 0.3:
            break
        found = _thing(rng, box, share, height, width, grounds) if kind < 0.5 else None
        mask = found.cover if found else _drawn(kind, rng, box, share, height, width)
        if 0.03 <= float((mask * cover).sum()) / mass <= MOST_HIDDEN:
            return found or Occluder(mask, _paint(rng, mask, kind, behind, grounds))
    mask = _edge(rng, cover, share)
    return Occluder(mask, _paint(rng, mask, 0.0, behind, grounds))


def _edge(rng: np.random.Generator, cover: Image, share: float) -> Image:
    """A straight or slightly wavy edge that hides exactly `share`."""
    height, width = cover.shape
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    turn = float(rng.uniform(0, 2 * math.pi))
    along = x * math.cos(turn) + y * math.sin(turn)
    if rng.random() < 0.4:
        breadth = math.sqrt(float(cover.sum()) + 1)
        across = (y * math.cos(turn) - x * math.sin(turn)) / breadth
        along = along + breadth * float(rng.uniform(0.01, 0.08)) * np.sin(across * float(rng.uniform(2, 9)) + float(rng.uniform(0, 6)))
    inside = along[::2, ::2][cover[::2, ::2] > 0.5]
    edge = float(np.quantile(inside, share)) if inside.size else -1e9
    mask: Image = np.clip(edge - along + 0.5, 0, 1).astype(np.float32)
    return mask


def _drawn(kind: float, rng: np.random.Generator, box: Sequence[int], share: float, height: int, width: int) -> Image:
    left, top, w, h = box
    mask = np.zeros((height, width), np.uint8)
    size = math.sqrt(max(1, w * h))
    middle = np.array([left + w / 2, top + h / 2])
    turn = float(rng.uniform(0, 2 * math.pi))
    away = np.array([math.cos(turn), math.sin(turn)])
    if kind < 0.68:  # an arm, a strap, a pole
        along = np.array([-away[1], away[0]])
        start = middle + away * size * float(rng.uniform(-0.35, 0.35))
        _line(mask, start - along * 3 * size, start + along * 3 * size, share * size * 0.9)
    elif kind < 0.82:  # fingers from one side
        _fingers(mask, rng, middle, away, size, share)
    elif kind < 0.92:
        for _ in range(int(20 + 60 * share)):  # leaves, thicker on one side
            at = middle + away * size * float(rng.uniform(0, 0.75)) + rng.normal(0, 0.3 * size, 2)
            axes = (max(1, int(size * rng.uniform(0.03, 0.09))), max(1, int(size * rng.uniform(0.015, 0.04))))
            cv2.ellipse(mask, (int(at[0]), int(at[1])), axes, float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
    else:
        for _ in range(int(15 + 70 * share)):  # hair, falling one way
            at = middle + rng.normal(0, 0.3 * size, 2) + away * size * 0.25
            _line(mask, at - away * size, at + away * size + rng.normal(0, 0.25 * size, 2), max(1.0, size * 0.012))
    return mask.astype(np.float32) * np.float32(1 / 255)


def _fingers(mask: Image, rng: np.random.Generator, middle: Image, away: Image, size: float, share: float) -> None:
    count, along = int(rng.integers(1, 5)), np.array([-away[1], away[0]])
    broad = size * float(rng.uniform(0.1, 0.17))
    for i in range(count):
        base = middle + along * (i - (count - 1) / 2) * broad * 1.05
        tip = base + away * size * (0.5 - min(0.9, share * 2.2 / count) + float(rng.uniform(-0.05, 0.05)))
        _line(mask, tip, base + away * size * 2 + rng.normal(0, 0.1 * size, 2), broad)


def _line(mask: Image, start: Image, end: Image, thick: float) -> None:
    (x0, y0), (x1, y1) = np.round(np.stack([start, end]) * 8).astype(int).tolist()
    cv2.line(mask, (x0, y0), (x1, y1), 255, min(1000, max(1, round(thick))), cv2.LINE_AA, 3)


def _thing(rng: np.random.Generator, box: Sequence[int], share: float, height: int, width: int, grounds: Grounds | None) -> Occluder | None:
    """A cut-out object over one side of the emblem."""
    thing = (grounds.thing(rng) if rng.random() < 0.8 else grounds.clipart(rng)) if grounds is not None else None
    if thing is None:
        return None
    left, top, w, h = box
    size = math.sqrt(max(1, w * h)) * float(rng.uniform(0.6, 1.1)) * (0.5 + 1.4 * share)
    shrink = size / math.sqrt(thing.shape[0] * thing.shape[1])
    turn = float(rng.uniform(0, 2 * math.pi))
    at = (left + w / 2 + math.cos(turn) * w * 0.4, top + h / 2 + math.sin(turn) * h * 0.4)
    matrix = cv2.getRotationMatrix2D((thing.shape[1] / 2, thing.shape[0] / 2), float(rng.uniform(0, 360)), shrink)
    matrix[:, 2] += np.array(at) - [thing.shape[1] / 2, thing.shape[0] / 2]
    laid = cv2.warpAffine(thing, matrix, (width, height), flags=cv2.INTER_AREA if shrink < 0.7 else cv2.INTER_LINEAR)
    return Occluder(laid[..., 3].astype(np.float32) * np.float32(1 / 255), np.ascontiguousarray(laid[..., :3]))


def _paint(rng: np.random.Generator, mask: Image, kind: float, behind: Image, grounds: Grounds | None) -> Image:
    """What the occluder looks like: what is behind the emblem, one colour, cloth, a photograph's texture, skin, leaves or hair, shaded to its edges."""
    height, width = mask.shape
    if kind >= 0.68 or (kind >= 0.5 and rng.random() < 0.4):
        sheet = _tinted(rng, mask, _natural(rng, kind))
    else:
        choice = rng.random()
        photograph = grounds.photograph(rng) if grounds is not None and choice > 0.65 else None
        if photograph is not None:
            return view(photograph, rng, height, width, 0.1)
        if choice < 0.3:
            return behind
        if choice < 0.45:
            sheet = np.empty((height, width, 3), np.uint8)
            sheet[:] = colour(rng)
            return sheet
        sheet = texture(rng, height, width)
    round_ = cv2.blur(mask, (max(3, width // 12), max(3, width // 12)))
    return cv2.multiply(sheet, cv2.merge([0.55 + 0.45 * round_] * 3), dtype=cv2.CV_8U)


def _tinted(rng: np.random.Generator, mask: Image, tint: Image) -> Image:
    sheet = texture(rng, *mask.shape).astype(np.float32)
    tinted: Image = np.clip(tint + (sheet - sheet.mean((0, 1))) * 0.5, 0, 255).astype(np.uint8)
    return tinted


def _natural(rng: np.random.Generator, kind: float) -> Image:
    if 0.82 <= kind < 0.92:
        return np.array([rng.uniform(10, 70), rng.uniform(60, 170), rng.uniform(20, 110)])
    if kind >= 0.92:
        return np.array([0.45, 0.7, 1.0]) * rng.uniform(15, 170)
    return np.array([0.6, 0.76, 1.0]) * rng.uniform(60, 240)
