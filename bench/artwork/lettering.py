"""Words along any line: in our own pen strokes, or in the two typefaces that OpenCV (Rubik) and Pillow (Aileron) carry, glyph by glyph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from bench.artwork.strokes import letter

Array = npt.NDArray[Any]
Colour = tuple[int, int, int]

GLYPH = 72  # pixels, size at which a typeface's glyphs are kept
FACES = ("strokes", "sans", "italic", "pillow")


@dataclass(frozen=True, slots=True)
class Hand:
    """How words are lettered: `face` of FACES, `weight` 0 to 1, `width` (1 is as drawn), `slant` (shear), corners cut `rounding` times, serifs, flat pen."""

    face: str
    weight: float
    width: float
    slant: float
    rounding: int
    serifs: bool
    nib: float


def hand(rng: np.random.Generator) -> Hand:
    """A manner of lettering; six in ten are pen strokes."""
    face = str(rng.choice(FACES, p=[0.6, 0.16, 0.08, 0.16]))
    return Hand(
        face=face,
        weight=float(rng.uniform(0.25, 1)),
        width=float(rng.choice([0.62, 0.75, 0.9, 1.0, 1.2])),
        slant=float(rng.choice([0, 0, 0, 0.22, -0.12])),
        rounding=int(rng.integers(0, 4)),
        serifs=bool(rng.random() < 0.35),
        nib=float(rng.choice([0.0, 0.0, 0.7, 2.2])),
    )


def write(canvas: Array, words: str, style: Hand, path: Array, height: float, colour: Colour) -> float:
    """Letters `words` with their feet on `path` (N x 2 pixels, left to right), centred, at most as high as `height` pixels and never longer than the path.

    Draws into `canvas` (H x W x 3, changed in place) and returns the height that was used, in pixels."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    advances = [advance(style, sign) for sign in words]
    whole = sum(advances)
    size = min(height, lengths[-1] * 0.96 / max(whole, 1e-6))
    at = (lengths[-1] - whole * size) / 2
    for sign, step in zip(words, advances, strict=True):
        if sign != " ":
            _letter(canvas, sign, style, path, lengths, at, size, colour)
        at += step * size
    return float(size)


def advance(style: Hand, sign: str) -> float:
    """How far the next letter begins, for capitals 1 high."""
    if style.face == "strokes" or sign == " ":
        return letter(sign, style.rounding, style.serifs)[1] * style.width * (1.12 if style.serifs else 1)
    return _glyph(style.face, _step(style.weight), sign)[1] * style.width


def _letter(canvas: Array, sign: str, style: Hand, path: Array, lengths: Array, at: float, size: float, colour: Colour) -> None:
    if style.face == "strokes":
        _stroked(canvas, sign, style, path, lengths, at, size, colour)
    else:
        _stamped(canvas, sign, style, path, lengths, at, size, colour)


def _stroked(canvas: Array, sign: str, style: Hand, path: Array, lengths: Array, at: float, size: float, colour: Colour) -> None:
    """The strokes are bent along the path, point by point."""
    pen = max(1.0, size * (0.07 + 0.13 * style.weight))
    for stroke in letter(sign, style.rounding, style.serifs)[0]:
        dense = _dense(stroke)
        along = at + size * style.width * (dense[:, 0] + 0.12) + size * style.slant * dense[:, 1] * 0.5
        points = _raised(path, lengths, along, dense[:, 1] * (size - pen) + pen / 2)
        if style.nib:
            reach = pen * 0.5 * np.array([np.cos(style.nib), -np.sin(style.nib)])
            for part in (-1.0, -0.5, 0.0, 0.5, 1.0):
                _line(canvas, points + part * reach, max(1.0, pen * 0.45), colour)
        else:
            _line(canvas, points, pen, colour)


def _line(canvas: Array, points: Array, pen: float, colour: Colour) -> None:
    cv2.polylines(canvas, [np.round(points * 16).astype(np.int32)], False, colour, max(1, round(pen)), cv2.LINE_AA, 4)


def _dense(stroke: Array) -> Array:
    """More points on each straight part, so that it can bend."""
    parts = [stroke[:-1] + (stroke[1:] - stroke[:-1]) * t for t in (0.0, 0.25, 0.5, 0.75)]
    return np.concatenate([np.stack(parts, 1).reshape(-1, 2), stroke[-1:]])


def _raised(path: Array, lengths: Array, along: Array, up: Array) -> Array:
    """Points at `along` on the path (straight on past its ends) and `up` to its left, in pixels."""
    ahead, behind = (_on(path, lengths, along + step) for step in (2.0, -2.0))
    direction = (ahead - behind) / np.maximum(np.linalg.norm(ahead - behind, axis=1, keepdims=True), 1e-6)
    raised: Array = (ahead + behind) / 2 + np.stack([direction[:, 1], -direction[:, 0]], 1) * np.asarray(up)[:, None]
    return raised


def _on(path: Array, lengths: Array, along: Array) -> Array:
    inside = np.clip(along, 0, lengths[-1])
    point = np.stack([np.interp(inside, lengths, path[:, axis]) for axis in (0, 1)], 1)
    start, end = path[1] - path[0], path[-1] - path[-2]
    before, after = np.minimum(along, 0)[:, None], np.maximum(along - lengths[-1], 0)[:, None]
    moved: Array = point + before * start / max(np.linalg.norm(start), 1e-6) + after * end / max(np.linalg.norm(end), 1e-6)
    return moved


def _stamped(canvas: Array, sign: str, style: Hand, path: Array, lengths: Array, at: float, size: float, colour: Colour) -> None:
    """The glyph is laid on the path as a stiff plate."""
    mask, step, capital, left = _glyph(style.face, _step(style.weight), sign)
    middle = np.array([at + step * style.width * size / 2])
    here, ahead = _on(path, lengths, middle)[0], _on(path, lengths, middle + 3)[0]
    behind = _on(path, lengths, middle - 3)[0]
    along = (ahead - behind) / max(float(np.linalg.norm(ahead - behind)), 1e-6)
    down = np.array([-along[1], along[0]])
    across = along * size * style.width / capital
    drop = down * size / capital - along * size * style.slant * 0.5 / capital
    start = here - across * (left + step * capital / 2) - drop * (1.5 * GLYPH)
    _stamp(canvas, mask, np.column_stack([across, drop, start]), colour)


def _stamp(canvas: Array, mask: Array, matrix: Array, colour: Colour) -> None:
    """Lays a mask through a matrix (2 x 3) on the part of the canvas that it touches."""
    corners = np.array([[0, 0, 1], [mask.shape[1], 0, 1], [0, mask.shape[0], 1], [mask.shape[1], mask.shape[0], 1]]) @ matrix.T
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, [canvas.shape[1], canvas.shape[0]])
    if (high <= low).any():
        return
    moved = matrix.copy()
    moved[:, 2] -= low
    cover = cv2.warpAffine(mask, moved, (int(high[0] - low[0]), int(high[1] - low[1])), flags=cv2.INTER_AREA)[..., None] / np.float32(255)
    part = canvas[low[1] : high[1], low[0] : high[0]]
    part[:] = part + (np.array(colour, np.float32) - part) * cover


def _step(weight: float) -> int:
    return round(weight * 4)


@lru_cache(maxsize=512)
def _glyph(face: str, weight: int, sign: str) -> tuple[Array, float, float, float]:
    """Mask (2 GLYPH x 2 GLYPH, feet at 1.5 GLYPH down), advance for capitals 1 high, height of a capital and left margin in pixels of the mask."""
    mask = np.zeros((2 * GLYPH, 2 * GLYPH), np.uint8)
    left, foot = GLYPH // 4, GLYPH + GLYPH // 2
    if face == "pillow":
        kind = ImageFont.load_default(GLYPH)
        picture = Image.new("L", mask.shape[::-1], 0)
        ImageDraw.Draw(picture).text((left, foot), sign, fill=255, font=kind, anchor="ls", stroke_width=weight)
        return np.asarray(picture).copy(), (float(kind.getlength(sign)) + 2 * weight) / (0.72 * GLYPH), 0.72 * GLYPH, left
    colour = cv2.cvtColor(mask, cv2.COLOR_GRAY2BGR)
    end, _ = cv2.putText(colour, sign, (left, foot), (255, 255, 255), cv2.FontFace(face), GLYPH, 250 + 160 * weight)
    return colour[..., 0].copy(), (end[0] - left) / (0.7 * GLYPH), 0.7 * GLYPH, left
