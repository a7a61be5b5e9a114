"""The figure in the middle of an artwork: icons, clip art, flags, monograms, drawn forms, alone or in wreaths, ropes and rays."""

from __future__ import annotations

import math

import cv2
import numpy as np

from detectors.training.artwork import figures, words
from detectors.training.artwork.canvas import SIDE, Array, Colour, grown, moved, paint
from detectors.training.artwork.lettering import Hand, strip
from detectors.training.artwork.palettes import Palette
from detectors.training.artwork.store import Materials


def motif(canvas: Array, centre: tuple[float, float], radius: float, rng: np.random.Generator, colours: Palette, materials: Materials, writing: Hand) -> None:
    """Draw a figure into the circle of that centre and radius, in pixels."""
    if radius < 4:
        return
    ink = _against(colours, rng)
    frame = rng.random()
    if frame < 0.1:
        paint(canvas, figures.rays(rng, centre, radius), colours.accent, 0.9)
        radius *= 0.75
    elif frame < 0.2:
        paint(canvas, figures.wreath(rng, centre, radius), ink)
        radius *= 0.62
    elif frame < 0.27:
        paint(canvas, figures.ring(rng, centre, radius), ink)
        radius *= 0.72
    elif frame < 0.34:
        paint(canvas, figures.disc(centre, radius), colours.second)
        ink = colours.field if rng.random() < 0.6 else colours.edge
        radius *= 0.8
    elif frame < 0.38:
        paint(canvas, figures.stars_around(rng, centre, radius), ink)
        radius *= 0.72
    _figure(canvas, centre, radius, rng, colours, ink, materials, writing)


def _against(colours: Palette, rng: np.random.Generator) -> Colour:
    return colours.letters if rng.random() < 0.55 else (colours.accent if rng.random() < 0.6 else colours.edge)


def _figure(
    canvas: Array,
    centre: tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    colours: Palette,
    ink: Colour,
    materials: Materials,
    writing: Hand,
) -> None:
    kind = rng.random()
    number = int(rng.integers(0, 1 << 30))
    if kind < 0.36:
        _inked(canvas, _fitted(materials.icon(number), centre, radius), rng, ink, colours)
    elif kind < 0.44:
        _several(canvas, centre, radius, rng, colours, ink, materials)
    elif kind < 0.68 and materials.has("clipart"):
        _coloured(canvas, materials.cut_out("clipart", number), centre, radius, rng, (ink, colours.field))
    elif kind < 0.73 and materials.has("flags"):
        _coloured(canvas, materials.cut_out("flags", number), centre, radius, rng, (ink, colours.field))
    elif kind < 0.8 and materials.has("objects"):
        _coloured(canvas, materials.cut_out("objects", number), centre, radius, rng, (ink, colours.field))
    elif kind < 0.87:
        text = words.initials(rng)[: int(rng.integers(1, 4))] if rng.random() < 0.7 else str(rng.integers(1, 99))
        own = Hand(int(rng.integers(0, 1 << 30)) if rng.random() < 0.6 else writing.font, 0, "plain", ink, colours.field, 1)
        _inked(canvas, _fitted(strip(text, own, materials), centre, radius), rng, ink, colours)
    else:
        _inked(canvas, figures.figure(rng, centre, radius), rng, ink, colours)


def _inked(canvas: Array, mask: Array, rng: np.random.Generator, ink: Colour, colours: Palette) -> None:
    """One mask in one ink, with an edge, a shadow, a second colour for its lower or right part, or nothing more."""
    finish = rng.random()
    if finish < 0.25:
        paint(canvas, grown(mask, int(rng.integers(1, 4))), colours.edge if rng.random() < 0.6 else colours.second)
    elif finish < 0.35:
        paint(canvas, moved(mask, 2, 2), (10, 10, 10), 0.6)
    paint(canvas, mask, ink)
    if finish > 0.72:
        inside = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=int(rng.integers(1, 5)))
        half = inside.copy()
        if rng.random() < 0.5:
            half[:, : SIDE // 2] = 0
        paint(canvas, half, colours.accent if rng.random() < 0.5 else colours.second)


def _several(
    canvas: Array,
    centre: tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    colours: Palette,
    ink: Colour,
    materials: Materials,
) -> None:
    """Two to four small icons in a row, a cross, a triangle, or one behind another."""
    count = int(rng.integers(2, 5))
    turn = float(rng.choice([0, math.pi / 2, -math.pi / 2]))
    inks = [ink, colours.accent, colours.letters, colours.edge]
    for index in range(count):
        angle = turn + 2 * math.pi * index / count
        place = (centre[0] + radius * 0.52 * math.cos(angle), centre[1] + radius * 0.52 * math.sin(angle))
        mask = _fitted(materials.icon(int(rng.integers(0, 1 << 30))), place, radius * 0.46)
        paint(canvas, mask, inks[index] if rng.random() < 0.4 else ink)
    if rng.random() < 0.4:
        paint(canvas, _fitted(materials.icon(int(rng.integers(0, 1 << 30))), centre, radius * 0.35), colours.letters)


def _fitted(mask: Array, centre: tuple[float, float], radius: float) -> Array:
    """The mask scaled so that its diagonal about fits the circle, on an empty canvas."""
    matrix = _fit(mask, centre, radius)
    reduced, matrix = _reduced(mask, matrix)
    return np.asarray(cv2.warpAffine(reduced, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR), np.uint8)


def _fit(picture: Array, centre: tuple[float, float], radius: float) -> Array:
    height, width = picture.shape[:2]
    scale = 2 * radius / max(max(height, width), 0.85 * math.hypot(height, width))
    return np.array([[scale, 0, centre[0] - scale * width / 2], [0, scale, centre[1] - scale * height / 2]], np.float32)


def _reduced(picture: Array, matrix: Array) -> tuple[Array, Array]:
    """The picture reduced to about the size that it is drawn at, so that drawing it does not skip pixels."""
    scale = float(matrix[0, 0])
    if scale >= 0.75:
        return picture, matrix
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    changed = matrix.copy()
    changed[0, 0] *= picture.shape[1] / size[0]
    changed[1, 1] *= picture.shape[0] / size[1]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA)), changed


def _coloured(
    canvas: Array,
    picture: Array,
    centre: tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    duotone: tuple[Colour, Colour],
) -> None:
    """A coloured picture: as it is, in few colours, or from one colour to another by its brightness."""
    reduced, matrix = _reduced(picture, _fit(picture, centre, radius))
    laid = cv2.warpAffine(reduced, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    colour = laid[..., :3].astype(np.float32)
    how = rng.random()
    if how < 0.4:
        light = colour.mean(2, keepdims=True) / 255
        if how < 0.2:
            light = np.clip(np.round(light * 3) / 3, 0, 1)
        if rng.random() < 0.5:
            light = 1 - light
        colour = light * np.asarray(duotone[0], np.float32) + (1 - light) * np.asarray(duotone[1], np.float32)
        paint(canvas, grown(laid[..., 3], 1), duotone[0])
    elif how < 0.55:
        colour = np.clip(np.round(colour / 85) * 85, 0, 255)
    paint(canvas, laid[..., 3], colour)
