"""Things that look a little like emblems and are none: logos, signs, roundels, plates, posters, buttons, wheels, clip art, objects."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.fabric import view
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.lettering import line, phrase
from detectors.training.scenes.noise import colour

Image = npt.NDArray[Any]
SIDE = 144


def item(rng: np.random.Generator, grounds: Grounds) -> Image:
    """One piece of clutter as uint8 height x width x 4 (blue, green, red, alpha), at most 256 px a side."""
    kind = rng.random()
    if kind < 0.26:
        found = grounds.thing(rng)
    elif kind < 0.38:
        found = grounds.clipart(rng)
    elif kind < 0.46:
        found = _tinted_icon(rng, grounds)
    else:
        found = None
    if found is not None and (found[..., 3] > 127).any():
        return found
    if rng.random() < 0.16:
        return _wheel(rng) if rng.random() < 0.6 else _button(rng)
    makers = (_logo, _sign, _words, _poster, _print)
    return makers[int(rng.choice(len(makers), p=[0.25, 0.26, 0.26, 0.16, 0.07]))](rng, grounds)


def _sheet(height: int, width: int, fill: tuple[int, int, int] | None) -> Image:
    sheet = np.zeros((height, width, 4), np.uint8)
    if fill is not None:
        sheet[:] = (*fill, 255)
    return sheet


def stamp(sheet: Image, mask: Image, at: tuple[float, float], fit: tuple[float, float], ink: tuple[int, int, int]) -> None:
    """Prints `mask` (uint8) in `ink` on a BGRA `sheet`, centred `at` (x, y), as large as fits into `fit` (width, height)."""
    shrink = min(fit[0] / mask.shape[1], fit[1] / mask.shape[0])
    width, height = max(1, int(mask.shape[1] * shrink)), max(1, int(mask.shape[0] * shrink))
    left, top = max(0, int(at[0] - width / 2)), max(0, int(at[1] - height / 2))
    target = sheet[top : top + height, left : left + width]
    if not target.size:
        return
    printed = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR)[: target.shape[0], : target.shape[1]]
    share = printed[..., None].astype(np.float32) * np.float32(1 / 255)
    target[..., :3] = target[..., :3] * (1 - share) + np.array(ink, np.float32) * share
    target[..., 3] = np.maximum(target[..., 3], printed)


def _tinted_icon(rng: np.random.Generator, grounds: Grounds) -> Image | None:
    icon = grounds.icon(rng)
    if icon is None:
        return None
    tinted = icon.copy()
    if rng.random() < 0.8:
        tinted[..., :3] = colour(rng, 0.4)
    return tinted


def _logo(rng: np.random.Generator, grounds: Grounds) -> Image:
    """An icon with a name beside or under it, on a plate or on nothing."""
    beside = rng.random() < 0.5
    height, width = (SIDE // 2, SIDE * 3 // 2) if beside else (SIDE, SIDE)
    plate = colour(rng, 0.6) if rng.random() < 0.6 else None
    sheet = _sheet(height, width, plate)
    ink = _against(rng, plate)
    icon = grounds.icon(rng)
    name = line(rng, grounds, phrase(rng, 2))
    if icon is not None:
        at, room = ((height / 2, height / 2), (height * 0.8, height * 0.8)) if beside else ((width / 2, height * 0.38), (width * 0.6, height * 0.6))
        stamp(sheet, icon[..., 3], at, room, _against(rng, plate) if rng.random() < 0.5 else ink)
    at, room = ((width * 0.66, height / 2), (width * 0.6, height * 0.6)) if beside else ((width / 2, height * 0.84), (width * 0.9, height * 0.24))
    stamp(sheet, name, at, room, ink)
    return sheet


def _sign(rng: np.random.Generator, grounds: Grounds) -> Image:
    """A traffic sign, a roundel, a plain shield or a badge button: a bordered outline with a symbol or a number, and no lettering around it."""
    sheet = _sheet(SIDE, SIDE, None)
    face = ((255, 255, 255), (0, 0, 200), (170, 90, 0), (0, 200, 255), (70, 130, 0), colour(rng, 0.3))[int(rng.integers(6))]
    rim = _against(rng, face)
    outline = _outline(rng)
    for shrink, fill in ((0.98, rim), (float(rng.uniform(0.76, 0.94)), face)):
        points = np.round((outline * shrink * SIDE / 2 + SIDE / 2) * 16).astype(np.int32)
        cv2.fillPoly(sheet, [points], (*fill, 255), cv2.LINE_AA, 4)
    icon = grounds.icon(rng) if rng.random() < 0.55 else None
    mask = icon[..., 3] if icon is not None else line(rng, grounds, phrase(rng, 1))
    if rng.random() < 0.92:
        stamp(sheet, mask, (SIDE / 2, SIDE / 2), (SIDE * 0.55, SIDE * 0.5), rim)
    return sheet


def _outline(rng: np.random.Generator) -> Image:
    """Points of a polygon in -1..1: a regular one, a circle, a shield, a rectangle."""
    kind = int(rng.integers(7))
    if kind == 0:
        return np.array([[-0.8, -0.9], [0.8, -0.9], [0.8, 0.1], [0.5, 0.6], [0, 0.95], [-0.5, 0.6], [-0.8, 0.1]])
    if kind == 1:
        return np.array([[-0.95, -0.6], [0.95, -0.6], [0.95, 0.6], [-0.95, 0.6]])
    sides = (3, 4, 6, 8, 40)[kind - 2]
    turn = np.arange(sides) * (2 * math.pi / sides) + (math.pi / 2 if sides == 3 else float(rng.choice([0, math.pi / sides])))
    return np.column_stack([np.cos(turn), np.sin(turn)])


def _words(rng: np.random.Generator, grounds: Grounds) -> Image:
    """One to three lines of text, on a plate or on nothing."""
    lines = int(rng.integers(1, 4))
    height, width = 40 * lines, int(rng.integers(110, 256))
    plate = colour(rng, 0.6) if rng.random() < 0.6 else None
    sheet = _sheet(height, width, plate)
    ink = _against(rng, plate)
    for i in range(lines):
        stamp(sheet, line(rng, grounds, phrase(rng)), (width / 2, 40 * i + 20), (width * 0.92, 32), ink)
    return sheet


def _poster(rng: np.random.Generator, grounds: Grounds) -> Image:
    """A sheet with a picture, a heading and small print."""
    height, width = int(rng.integers(150, 240)), int(rng.integers(120, 240))
    paper = colour(rng, 0.7)
    sheet = _sheet(height, width, paper)
    ink = _against(rng, paper)
    stamp(sheet, line(rng, grounds, phrase(rng, 2)), (width / 2, height * 0.13), (width * 0.9, height * 0.18), ink)
    photograph = grounds.photograph(rng) if rng.random() < 0.6 else None
    if photograph is not None:
        top, bottom, left = int(height * 0.27), int(height * 0.65), int(width * 0.1)
        sheet[top:bottom, left : width - left, :3] = view(photograph, rng, bottom - top, width - 2 * left)
    small = line(rng, grounds, phrase(rng, 6))
    for i in range(int(rng.integers(1, 6))):
        stamp(sheet, small, (width / 2, height * (0.7 + 0.06 * i)), (width * float(rng.uniform(0.4, 0.85)), height * 0.04), ink)
    return sheet


def _wheel(rng: np.random.Generator) -> Image:
    """Round things with rings and spokes: wheels, clocks, lamps, plates, balls."""
    sheet = _sheet(SIDE, SIDE, None)
    middle = (SIDE // 2, SIDE // 2)
    for part in np.sort(rng.uniform(0.15, 0.98, int(rng.integers(1, 5))))[::-1]:
        cv2.circle(sheet, middle, max(1, int(part * SIDE / 2)), (*colour(rng, 0.8), 255), -1, cv2.LINE_AA)
    spokes, start = int(rng.choice([0, 0, 4, 5, 6, 8, 10, 12])), float(rng.uniform(0, 6))
    ink, thick = colour(rng, 0.8), int(rng.integers(1, 10))
    inner, outer = np.sort(rng.uniform(0.05, 0.9, 2)) * SIDE / 2
    for turn in start + np.arange(spokes) * (2 * math.pi / max(1, spokes)):
        ends = [(int(middle[0] + r * math.cos(turn)), int(middle[1] + r * math.sin(turn))) for r in (inner, outer)]
        cv2.line(sheet, ends[0], ends[1], (*ink, 255), thick, cv2.LINE_AA)
    return sheet


def _button(rng: np.random.Generator) -> Image:
    """A small shaded disc, a snap, a rivet, a lamp."""
    y, x = np.mgrid[-1:1:64j, -1:1:64j].astype(np.float32)
    far = np.hypot(x, y)
    glow = np.exp(-((x + 0.3) ** 2 + (y + 0.35) ** 2) / float(rng.uniform(0.05, 0.5)))
    face = np.array(colour(rng, 0.7), np.float32) * (1 - 0.5 * far[..., None]) + 150 * glow[..., None]
    return np.dstack([np.clip(face, 0, 255), np.clip((0.97 - far) * 32, 0, 1) * 255]).astype(np.uint8)


def _print(rng: np.random.Generator, grounds: Grounds) -> Image:
    """A photograph with a frame, on a wall or a screen."""
    photograph = grounds.photograph(rng)
    height, width = int(rng.integers(90, 200)), int(rng.integers(90, 240))
    sheet = _sheet(height, width, colour(rng, 0.9))
    rim = int(rng.integers(0, 12))
    if photograph is not None:
        sheet[rim : height - rim, rim : width - rim, :3] = view(photograph, rng, height - 2 * rim, width - 2 * rim)
    return sheet


def _against(rng: np.random.Generator, ground: tuple[int, int, int] | None) -> tuple[int, int, int]:
    """An ink that can be read on `ground`: of three tries the one farthest from it."""
    tries = [colour(rng, 0.4) for _ in range(3)] + [(255, 255, 255), (0, 0, 0)]
    if ground is None:
        return tries[int(rng.integers(5))]
    return max(tries[int(rng.integers(0, 3)) :], key=lambda ink: sum(abs(a - b) for a, b in zip(ink, ground, strict=True)))
