"""What lies behind an artwork's motif: the field's divisions, rays, gradients, pictures."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from detectors.training.artwork.canvas import CENTRE, SIDE, Array, Colour, grid, noise, paint
from detectors.training.artwork.palettes import Palette
from detectors.training.artwork.store import Materials


def field(rng: np.random.Generator, colours: Palette, materials: Materials, plain: float = 0.42) -> Array:
    """A whole canvas (SIDE x SIDE x 3 float32) in the palette's field colours; so many of one are of one colour."""
    canvas = np.full((SIDE, SIDE, 3), colours.field, np.float32)
    if rng.random() < plain:
        return canvas
    kind = rng.random()
    if kind < 0.6:
        choice = int(rng.integers(0, len(DIVISIONS)))
        paint(canvas, _soft(DIVISIONS[choice](rng)), colours.second if rng.random() < 0.75 else colours.accent)
    elif kind < 0.8:
        _landscape(canvas, rng, colours)
    elif kind < 0.88 and materials.has("flags"):
        flag = materials.cut_out("flags", int(rng.integers(0, 1 << 30)))
        stretched = cv2.resize(flag[..., :3], (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        canvas[:] = stretched if rng.random() < 0.5 else (stretched.mean(2, keepdims=True) + 2 * canvas) / 3
    elif materials.has("photographs"):
        _photograph(canvas, rng, materials)
    return canvas


def _soft(signed: Array) -> Array:
    """A mask out of a signed distance-like picture in half sides: inside where it is positive."""
    return np.clip(signed * SIDE / 2 * 255 + 127, 0, 255).astype(np.uint8)


def _turned(rng: np.random.Generator) -> Array:
    x, y = grid()
    angle = float(rng.choice([0, math.pi / 2, math.pi / 4, -math.pi / 4, rng.uniform(0, math.pi)]))
    return np.asarray(x * math.cos(angle) + y * math.sin(angle))


def _split(rng: np.random.Generator) -> Array:
    return np.asarray(_turned(rng) + rng.choice([0, rng.uniform(-0.4, 0.4)]))


def _quarters(rng: np.random.Generator) -> Array:
    x, y = grid()
    return np.asarray(np.sign((x + rng.uniform(-0.1, 0.1)) * (y + rng.uniform(-0.3, 0.2))) * np.minimum(np.abs(x), np.abs(y)) + 0.001)


def _band(rng: np.random.Generator) -> Array:
    return np.asarray(rng.uniform(0.08, 0.4) - np.abs(_turned(rng) + rng.choice([0, rng.uniform(-0.4, 0.4)])))


def _chevron(rng: np.random.Generator) -> Array:
    x, y = grid()
    bent = (y + rng.choice([-1, 1]) * rng.uniform(0.5, 1.2) * np.abs(x)) + rng.uniform(-0.4, 0.4)
    return np.asarray(rng.uniform(0.06, 0.25) - np.abs(bent if rng.random() < 0.6 else (bent + 10) % 0.5 - 0.25))


def _stripes(rng: np.random.Generator) -> Array:
    along = _turned(rng)
    count = rng.uniform(1.5, 7)
    return np.asarray((np.abs((along * count + 100) % 1 - 0.5) - rng.uniform(0.15, 0.35)) / count)


def _rays(rng: np.random.Generator) -> Array:
    x, y = grid()
    angle = np.arctan2(y - rng.choice([0, rng.uniform(-0.3, 0.9)]), x)
    count = int(rng.integers(6, 28))
    return np.asarray(np.sin(angle * count) * 0.1 * np.hypot(x, y))


def _rings(rng: np.random.Generator) -> Array:
    x, y = grid()
    count = rng.uniform(1, 4)
    return np.asarray(0.25 / count * np.cos(np.hypot(x, y) * math.pi * count * 2))


def _disc(rng: np.random.Generator) -> Array:
    x, y = grid()
    return np.asarray(rng.uniform(0.3, 0.8) - np.hypot(x, (y + rng.uniform(-0.2, 0.2)) * rng.uniform(0.8, 1.2)))


def _chief(rng: np.random.Generator) -> Array:
    _, y = grid()
    return np.asarray(rng.choice([-1, 1]) * y - rng.uniform(0.1, 0.5))


def _cross(rng: np.random.Generator) -> Array:
    x, y = grid()
    width = rng.uniform(0.06, 0.2)
    return np.asarray(width - np.minimum(np.abs(x), np.abs(y)) if rng.random() < 0.5 else width - np.minimum(np.abs(x - y), np.abs(x + y)))


def _checks(rng: np.random.Generator) -> Array:
    x, y = grid()
    count = rng.uniform(2, 7)
    if rng.random() < 0.4:
        x, y = x + y, x - y
    return np.asarray(np.sin(x * math.pi * count) * np.sin(y * math.pi * count) / count / 2)


def _gradient(rng: np.random.Generator) -> Array:
    x, y = grid()
    along = np.hypot(x, y) - 0.5 if rng.random() < 0.5 else _turned(rng)
    return np.asarray(along * rng.choice([-1, 1]) / SIDE)


DIVISIONS: tuple[Callable[[np.random.Generator], Array], ...] = (
    _split,
    _quarters,
    _band,
    _chevron,
    _stripes,
    _rays,
    _rays,
    _rings,
    _disc,
    _chief,
    _cross,
    _checks,
    _gradient,
    _gradient,
)


def _landscape(canvas: Array, rng: np.random.Generator, colours: Palette) -> None:
    """Sky, one to three ridges or a skyline, and sometimes water and a sun."""
    _, y = grid()
    palette = [colours.field, colours.second, colours.accent, colours.edge]
    sky: Colour = palette[int(rng.integers(0, 3))] if rng.random() < 0.5 else (230, 190, 130)
    canvas[:] = np.asarray(sky, np.float32) * (0.8 + 0.2 * y[..., None])
    if rng.random() < 0.6:
        _sun(canvas, rng, colours)
    across = np.arange(SIDE)
    for layer in range(int(rng.integers(1, 4))):
        base = SIDE * (rng.uniform(0.35, 0.55) + 0.14 * layer)
        if rng.random() < 0.3:
            heights = np.repeat(rng.uniform(0, SIDE * 0.25, 40), 6)[:SIDE]
        else:
            knots = int(rng.integers(4, 14))
            heights = np.interp(across, np.linspace(0, SIDE, knots), rng.uniform(0, SIDE * 0.22, knots))
        mask = np.clip((np.arange(SIDE)[:, None] - (base - heights)[None]) * 255, 0, 255)
        shade = rng.uniform(0.5, 1.1)
        paint(canvas, mask, np.asarray(palette[(layer + 1) % 4], np.float32) * shade)
    if rng.random() < 0.4:
        paint(canvas, np.clip((y - rng.uniform(0.2, 0.5)) * 9000, 0, 255), (170, 110, 50))


def _sun(canvas: Array, rng: np.random.Generator, colours: Palette) -> None:
    x, y = grid()
    high, size = rng.uniform(-0.6, 0.1), rng.uniform(0.1, 0.35)
    mask = np.clip((size - np.hypot(x - rng.uniform(-0.3, 0.3), y - high)) * 9000, 0, 255)
    paint(canvas, mask, (60, 190, 245) if rng.random() < 0.6 else colours.accent)


def _photograph(canvas: Array, rng: np.random.Generator, materials: Materials) -> None:
    photograph = materials.photograph(int(rng.integers(0, 1 << 30)))
    height, width = photograph.shape[:2]
    side = int(min(height, width) * rng.uniform(0.5, 1))
    top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    cut = cv2.resize(photograph[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    how = rng.random()
    if how < 0.4:
        canvas[:] = cut
    elif how < 0.75:
        canvas *= 0.55 + 0.9 * cut.mean(2, keepdims=True) / 255
    else:
        canvas[:] = 0.55 * canvas + 0.45 * np.round(cut / 64) * 64
    canvas += 14 * (noise(rng, int(CENTRE)) - 0.5)[..., None]
    np.clip(canvas, 0, 255, out=canvas)
