"""What is laid over a picture after it was taken: captions, interface bars, stickers, watermarks."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.clutter import item, stamp
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.lettering import line, phrase
from detectors.training.scenes.noise import colour

Image = npt.NDArray[Any]


def overlay(picture: Image, rng: np.random.Generator, grounds: Grounds) -> Image:
    """Lays one overlay over `picture` (uint8, three channels, in place) and returns what it covers (float32 height x width; a watermark covers nothing)."""
    kind = rng.random()
    if kind < 0.3:
        return _bar(picture, rng, grounds)
    if kind < 0.5:
        return _caption(picture, rng, grounds)
    if kind < 0.8:
        return _sticker(picture, rng, grounds)
    _watermark(picture, rng, grounds)
    return np.zeros(picture.shape[:2], np.float32)


def _bar(picture: Image, rng: np.random.Generator, grounds: Grounds) -> Image:
    """A meme's caption bar or an interface's title bar at the top or the bottom."""
    height, width = picture.shape[:2]
    tall = max(4, int(height * rng.uniform(0.06, 0.2)))
    paint = ((255, 255, 255), (0, 0, 0), colour(rng))[int(rng.integers(3))]
    bar = np.zeros((tall, width, 4), np.uint8)
    bar[:] = (*paint, 255)
    ink = (0, 0, 0) if sum(paint) > 380 else (255, 255, 255)
    stamp(bar, line(rng, grounds, phrase(rng, 5)), (width * float(rng.uniform(0.3, 0.6)), tall / 2), (width * 0.7, tall * 0.6), ink)
    top = 0 if rng.random() < 0.5 else height - tall
    return _put(picture, bar, top, 0)


def _caption(picture: Image, rng: np.random.Generator, grounds: Grounds) -> Image:
    """Bold words across the picture, light with a dark rim."""
    height, width = picture.shape[:2]
    tall = max(6, int(height * rng.uniform(0.08, 0.2)))
    sheet = np.zeros((tall, width, 4), np.uint8)
    stamp(sheet, line(rng, grounds, phrase(rng, 4).upper()), (width / 2, tall / 2), (width * 0.95, tall * 0.75), (255, 255, 255))
    letters = sheet[..., 3]
    rim = cv2.dilate(letters, np.ones((3, 3), np.uint8), iterations=max(1, tall // 24))
    shown = sheet[..., :3].copy()
    shown[letters < 100] = 0
    return _put(picture, np.dstack([shown, rim]), int(rng.uniform(0, height - tall)), 0)


def _sticker(picture: Image, rng: np.random.Generator, grounds: Grounds) -> Image:
    """An emoji, an icon or a cut-out, small, anywhere."""
    height, width = picture.shape[:2]
    sticker = item(rng, grounds)
    shrink = float(rng.uniform(0.06, 0.2)) * min(height, width) / max(sticker.shape[:2])
    small = cv2.resize(sticker, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    top, left = int(rng.uniform(0, max(1, height - small.shape[0]))), int(rng.uniform(0, max(1, width - small.shape[1])))
    return _put(picture, small, top, left)


def _watermark(picture: Image, rng: np.random.Generator, grounds: Grounds) -> None:
    """Thin words through which the picture is seen."""
    height, width = picture.shape[:2]
    sheet = np.zeros((height, width, 4), np.uint8)
    words = line(rng, grounds, phrase(rng, 3))
    for _ in range(int(rng.integers(1, 5))):
        at = (width * float(rng.uniform(0.2, 0.8)), height * float(rng.uniform(0.1, 0.9)))
        stamp(sheet, words, at, (width * float(rng.uniform(0.2, 0.6)), height * 0.1), (255, 255, 255))
    sheet[..., 3] = (sheet[..., 3] * float(rng.uniform(0.1, 0.45))).astype(np.uint8)
    _put(picture, sheet, 0, 0)


def _put(picture: Image, sheet: Image, top: int, left: int) -> Image:
    covered = np.zeros(picture.shape[:2], np.float32)
    target = picture[top : top + sheet.shape[0], left : left + sheet.shape[1]]
    part = np.ascontiguousarray(sheet[: target.shape[0], : target.shape[1]])
    share = part[..., 3].astype(np.float32) * np.float32(1 / 255)
    target[:] = cv2.blendLinear(np.ascontiguousarray(part[..., :3]), np.ascontiguousarray(target), share, 1 - share)
    covered[top : top + target.shape[0], left : left + target.shape[1]] = share
    return covered
