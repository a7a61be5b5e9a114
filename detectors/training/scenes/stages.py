"""Places emblems are met with in life, drawn crudely and without faces: a person in uniform, a vehicle, a page or post on a screen.

Each is drawn into a canvas in place and tells where on it an emblem would be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes import light
from detectors.training.scenes.clutter import stamp
from detectors.training.scenes.fabric import texture, view
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.lettering import line, phrase
from detectors.training.scenes.noise import colour, log_uniform

Image = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an emblem would be: its middle, its breadth in canvas pixels, its turn in radians, how much of a cylinder it spans and from where it is seen."""

    centre: tuple[float, float]
    breadth: float
    turn: float = 0.0
    bend: float = 0.0
    side: float = 0.0
    cloth: bool = True


def stage(canvas: Image, rng: np.random.Generator, grounds: Grounds) -> list[Slot]:
    """Draws one of them into `canvas` (uint8, three channels) and returns its slots."""
    kind = rng.random()
    if kind < 0.5:
        return _uniform(canvas, rng, grounds)
    return _vehicle(canvas, rng, grounds) if kind < 0.72 else _page(canvas, rng, grounds)


def _uniform(canvas: Image, rng: np.random.Generator, grounds: Grounds) -> list[Slot]:
    """A torso with sleeves, collar, pockets, buttons and a name strip; above it a plain oval for a head, often with a cap."""
    height, width = canvas.shape[:2]
    unit = log_uniform(rng, 0.3, 1.3) * min(height, width)
    x, y = float(rng.uniform(0.2, 0.8)) * width, float(rng.uniform(0.15, 0.6)) * height
    cloth, skin = texture(rng, height, width, grounds), _skin(rng, height, width)
    spread = [float(rng.uniform(0.12, 0.7)) * s for s in (-1, 1)]
    arms = [(np.array([x + s * 0.27 * unit, y + 0.06 * unit]), np.array([math.sin(a), math.cos(a)])) for s, a in zip((-1, 1), spread, strict=True)]
    for shoulder, down in arms:
        _limb(canvas, skin, shoulder, shoulder + down * 0.62 * unit, 0.11 * unit)
        _limb(canvas, cloth, shoulder, shoulder + down * float(rng.choice([0.3, 0.6])) * unit, 0.165 * unit)
    _limb(canvas, skin, np.array([x, y - 0.15 * unit]), np.array([x, y]), 0.14 * unit)
    _oval(canvas, skin, (x, y - 0.24 * unit), (0.105 * unit, 0.14 * unit))
    outline = np.array([[-0.1, -0.04], [0.1, -0.04], [0.3, 0.03], [0.26, 0.4], [0.24, 0.95], [-0.24, 0.95], [-0.26, 0.4], [-0.3, 0.03]]) * unit + [x, y]
    body = np.zeros((height, width), np.uint8)
    cv2.fillPoly(body, [np.round(outline * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    _cover(canvas, cloth, body, 0.1 * unit)
    _trim(canvas, rng, grounds, x, y, unit)
    bend = float(rng.uniform(0.4, 0.9))
    slots = [
        Slot((float(s[0] + d[0] * 0.14 * unit), float(s[1] + d[1] * 0.14 * unit)), 0.14 * unit, -a * 0.8, bend, (1.2 - bend) * float(rng.uniform(-0.9, 0.9)))
        for (s, d), a in zip(arms, spread, strict=True)
    ]
    slots.append(Slot((x + 0.12 * unit, y + 0.2 * unit), 0.09 * unit))
    if rng.random() < 0.5:
        slots.append(Slot((x, y + 0.3 * unit), 0.3 * unit))
    if rng.random() < 0.5:
        _oval(canvas, cloth, (x, y - 0.33 * unit), (0.125 * unit, 0.07 * unit))
        slots.append(Slot((x, y - 0.335 * unit), 0.07 * unit))
    return slots


def _trim(canvas: Image, rng: np.random.Generator, grounds: Grounds, x: float, y: float, unit: float) -> None:
    """What a shirt has on it."""
    dark, thin = tuple(int(v * 0.3) for v in colour(rng, 0.8)), max(1, round(0.006 * unit))
    cv2.line(canvas, (int(x), int(y)), (int(x), int(y + 0.9 * unit)), dark, thin, cv2.LINE_AA)
    for i in range(6):
        cv2.circle(canvas, (int(x + 0.008 * unit), int(y + (0.08 + 0.14 * i) * unit)), max(1, round(0.009 * unit)), colour(rng), -1, cv2.LINE_AA)
    for s in (-1, 1):
        collar = np.array([[0, 0.01], [s * 0.11, -0.05], [s * 0.1, 0.08]]) * unit + [x, y]
        cv2.polylines(canvas, [np.round(collar).astype(np.int32)], True, dark, thin, cv2.LINE_AA)
        corner = (int(x + (s * 0.13 - 0.06) * unit), int(y + 0.27 * unit))
        cv2.rectangle(canvas, corner, (corner[0] + int(0.12 * unit), corner[1] + int(0.15 * unit)), dark, thin, cv2.LINE_AA)
    if rng.random() < 0.6:
        name = np.zeros((max(4, int(0.03 * unit)), max(12, int(0.13 * unit)), 4), np.uint8)
        name[:] = (*colour(rng), 255)
        stamp(name, line(rng, grounds, phrase(rng, 1)), (name.shape[1] / 2, name.shape[0] / 2), (name.shape[1] * 0.9, name.shape[0] * 0.8), colour(rng))
        _paste(canvas, name, int(x - 0.19 * unit), int(y + 0.22 * unit))


def _vehicle(canvas: Image, rng: np.random.Generator, grounds: Grounds) -> list[Slot]:
    """A vehicle from its side: body, windows, wheels, door gaps, a stripe and words."""
    height, width = canvas.shape[:2]
    unit = log_uniform(rng, 0.5, 1.8) * width
    x, y = float(rng.uniform(-0.2, 0.4)) * width, float(rng.uniform(0.35, 0.7)) * height
    paint = texture(rng, height, width, None) if rng.random() < 0.3 else np.full_like(canvas, colour(rng, 0.8))
    shape = [[0, 0], [0.2, -0.02], [0.32, -0.15], [0.7, -0.15], [0.82, -0.02], [1, 0.02], [1, 0.2], [0, 0.2]]
    body = np.zeros((height, width), np.uint8)
    cv2.fillPoly(body, [np.round((np.array(shape) * unit + [x, y]) * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    _cover(canvas, paint, body, 0.1 * unit)
    glass, dark = tuple(int(v) for v in rng.uniform(10, 90, 3)), (20, 20, 20)
    for pane in ([[0.25, -0.02], [0.34, -0.13], [0.5, -0.13], [0.5, -0.02]], [[0.52, -0.02], [0.52, -0.13], [0.68, -0.13], [0.76, -0.02]]):
        cv2.fillPoly(canvas, [np.round(np.array(pane) * unit + [x, y]).astype(np.int32)], glass, cv2.LINE_AA)
    if rng.random() < 0.5:
        top = int(y + float(rng.uniform(0.02, 0.12)) * unit)
        cv2.rectangle(canvas, (int(x), top), (int(x + unit), top + max(1, int(0.03 * unit))), colour(rng, 0.2), -1)
    for at in (0.25, 0.51, 0.77):
        cv2.line(canvas, (int(x + at * unit), int(y - 0.02 * unit)), (int(x + at * unit), int(y + 0.18 * unit)), dark, max(1, int(0.004 * unit)), cv2.LINE_AA)
    for at in (0.17, 0.83):
        for radius, fill in ((0.085, dark), (0.055, (150, 150, 150)), (0.02, (60, 60, 60))):
            cv2.circle(canvas, (int(x + at * unit), int(y + 0.19 * unit)), max(1, int(radius * unit)), fill, -1, cv2.LINE_AA)
    words = np.zeros((max(4, int(0.05 * unit)), max(12, int(0.22 * unit)), 4), np.uint8)
    stamp(words, line(rng, grounds, phrase(rng, 2).upper()), (words.shape[1] / 2, words.shape[0] / 2), (words.shape[1], words.shape[0]), colour(rng))
    _paste(canvas, words, int(x + 0.53 * unit), int(y + 0.02 * unit))
    return [Slot((x + 0.38 * unit, y + 0.08 * unit), 0.13 * unit, cloth=False), Slot((x + 0.66 * unit, y + 0.12 * unit), 0.1 * unit, cloth=False)]


def _page(canvas: Image, rng: np.random.Generator, grounds: Grounds) -> list[Slot]:
    """A page, a post or a letter: a light or dark sheet with a banner, lines of text and a picture, upright and flat."""
    height, width = canvas.shape[:2]
    left, top = (int(float(rng.uniform(0, 0.3)) * side) for side in (width, height))
    right, bottom = (int(float(rng.uniform(0.75, 1)) * side) for side in (width, height))
    sheet, ink = ((250, 250, 250), (40, 40, 40)) if rng.random() < 0.75 else ((34, 28, 26), (225, 225, 225))
    cv2.rectangle(canvas, (left, top), (right, bottom), sheet, -1)
    head = int((bottom - top) * float(rng.uniform(0.1, 0.3)))
    if rng.random() < 0.6:
        cv2.rectangle(canvas, (left, top), (right, top + head), colour(rng, 0.3), -1)
    broad = right - left
    text = line(rng, grounds, " ".join(phrase(rng, 8) for _ in range(12)))
    pitch = max(6, int((bottom - top) * float(rng.uniform(0.025, 0.05))))
    for at in range(top + head + pitch, bottom - pitch, pitch):
        if rng.random() < 0.85:
            room = min(
                text.shape[1], max(1, int(broad * float(rng.choice([0.88, 0.8, 0.4])) * text.shape[0] / (pitch * 0.75)))
            )  # of the text, at the row's height
            start = int(rng.integers(0, text.shape[1] - room + 1))
            row = np.zeros((pitch, max(1, int(room * pitch * 0.75 / text.shape[0])), 4), np.uint8)
            stamp(row, text[:, start : start + room], (row.shape[1] / 2, pitch / 2), (row.shape[1], pitch * 0.75), ink)
            _paste(canvas, row, left + int(broad * 0.06), at)
    photograph = grounds.photograph(rng) if rng.random() < 0.5 else None
    if photograph is not None:
        w, h = max(8, int(broad * 0.5)), max(8, int((bottom - top) * 0.3))
        _paste(canvas, cv2.cvtColor(view(photograph, rng, h, w), cv2.COLOR_BGR2BGRA), left + int(broad * 0.25), top + int((bottom - top) * 0.45))
    where = (0.12, 0.5, 0.88)[int(rng.integers(3))]
    return [
        Slot((left + where * broad, top + head / 2), head * 0.8, cloth=False),
        Slot((left + 0.75 * broad, bottom - 0.15 * (bottom - top)), head * 0.7, cloth=False),
    ]


def _skin(rng: np.random.Generator, height: int, width: int) -> Image:
    sheet = np.empty((height, width, 3), np.uint8)
    sheet[:] = (np.array([0.6, 0.76, 1.0]) * rng.uniform(50, 235)).astype(np.uint8)
    return sheet


def _limb(canvas: Image, paint: Image, start: Image, end: Image, thick: float) -> None:
    mask = np.zeros(canvas.shape[:2], np.uint8)
    (x0, y0), (x1, y1) = np.round(np.stack([start, end])).astype(int).tolist()
    cv2.line(mask, (x0, y0), (x1, y1), 255, max(1, round(thick)), cv2.LINE_AA)
    _cover(canvas, paint, mask, thick * 0.4)


def _oval(canvas: Image, paint: Image, at: tuple[float, float], axes: tuple[float, float]) -> None:
    mask = np.zeros(canvas.shape[:2], np.uint8)
    cv2.ellipse(mask, (int(at[0]), int(at[1])), (max(1, int(axes[0])), max(1, int(axes[1]))), 0, 0, 360, 255, -1, cv2.LINE_AA)
    _cover(canvas, paint, mask, axes[0] * 0.6)


def _cover(canvas: Image, paint: Image, mask: Image, soft: float) -> None:
    """Paints where `mask` is, darker towards its edges as a round thing is; only its own rectangle is touched."""
    x, y, w, h = cv2.boundingRect(mask)
    if not w or not h:
        return
    part = (slice(y, y + h), slice(x, x + w))
    share = mask[part].astype(np.float32) * np.float32(1 / 255)
    side = max(1, round(soft)) * 2 + 1
    lit = light.apply(paint[part], 0.5 + 0.5 * cv2.blur(share, (side, side), borderType=cv2.BORDER_REPLICATE))
    canvas[part] = cv2.blendLinear(lit, np.ascontiguousarray(canvas[part]), share, 1 - share)


def _paste(canvas: Image, sheet: Image, left: int, top: int) -> None:
    x0, y0, x1, y1 = max(0, left), max(0, top), min(canvas.shape[1], left + sheet.shape[1]), min(canvas.shape[0], top + sheet.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = sheet[y0 - top : y1 - top, x0 - left : x1 - left]
    share = part[..., 3:].astype(np.float32) * np.float32(1 / 255)
    canvas[y0:y1, x0:x1] = (canvas[y0:y1, x0:x1] * (1 - share) + part[..., :3] * share).astype(np.uint8)
