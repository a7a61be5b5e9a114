"""The figure in the middle of an artwork: icons, clip art, flags, monograms, drawn forms, alone or in wreaths, ropes and rays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from detectors.training.artwork import figures, shields, words
from detectors.training.artwork.canvas import SIDE, Array, Colour, grown, moved, paint, placed, polygons_mask
from detectors.training.artwork.fields import field
from detectors.training.artwork.lettering import Hand, strip
from detectors.training.artwork.palettes import Palette, contrast
from detectors.training.artwork.spec import Spec
from detectors.training.artwork.store import Materials


@dataclass(frozen=True, slots=True)
class Pen:
    """What a motif is drawn with: the frame's stream settles what is around it and its kind, the motif's own stream which one it is."""

    colours: Palette
    materials: Materials
    writing: Hand
    spec: Spec


def motif(canvas: Array, centre: tuple[float, float], radius: float, pen: Pen) -> None:
    """Draw a motif into the circle of that centre and radius, in pixels."""
    frame, rng = pen.spec.stream("frame"), pen.spec.stream("motif")
    kind = frame.random()
    ink = _framed(canvas, centre, radius, frame, pen)
    shrink, lift = FRAMES[ink[1]]
    _figure(canvas, (centre[0], centre[1] - lift * radius), radius * shrink, kind, frame, rng, ink[0], pen)


FRAMES = {
    "none": (1.0, 0.0),
    "rays": (0.72, 0.0),
    "wreath": (0.62, 0.08),
    "ring": (0.74, 0.0),
    "disc": (0.78, 0.0),
    "stars": (0.72, 0.0),
    "scene": (0.66, 0.0),
    "inset": (0.58, 0.1),
}
"""What may be around a motif: how much smaller and how much higher (in radii) the motif is then drawn."""


def _framed(canvas: Array, centre: tuple[float, float], radius: float, rng: np.random.Generator, pen: Pen) -> tuple[Colour, str]:
    """Draw what is around the motif; returns the motif's ink and the frame's name."""
    colours = pen.colours
    ink = colours.letters if rng.random() < 0.55 else (colours.accent if rng.random() < 0.6 else colours.edge)
    name = str(rng.choice(list(FRAMES), p=[0.5, 0.07, 0.09, 0.07, 0.07, 0.05, 0.1, 0.05]))
    if name == "rays":
        paint(canvas, figures.rays(rng, centre, radius), colours.accent, 0.9)
    elif name == "wreath":
        paint(canvas, figures.wreath(rng, centre, radius), ink)
    elif name == "ring":
        paint(canvas, figures.ring(rng, centre, radius), ink)
    elif name == "stars":
        paint(canvas, figures.stars_around(rng, centre, radius), ink)
    elif name == "disc":
        paint(canvas, figures.disc(centre, radius), colours.second if contrast(colours.second, ink) > 40 else colours.field)
    elif name in {"scene", "inset"}:
        shape = figures.disc(centre, radius) if name == "scene" else polygons_mask([placed(shields.shield(rng)[0], radius * 0.66, centre)])
        paint(canvas, grown(shape, int(rng.integers(1, 4))), colours.edge)
        paint(canvas, shape, field(pen.spec.stream("motif"), colours, pen.materials, plain=0.1))
    return ink, name


def _figure(
    canvas: Array,
    centre: tuple[float, float],
    radius: float,
    kind: float,
    shared: np.random.Generator,
    rng: np.random.Generator,
    ink: Colour,
    pen: Pen,
) -> None:
    """The motif itself. Where members share the kind of motif, the number of the member keeps them from sharing which one it is."""
    number, step = int(rng.integers(0, 1 << 30)), int(shared.integers(0, 1 << 20)) + pen.spec.member
    duotone = (ink, pen.colours.field)
    has = pen.materials.has
    if kind < 0.27:
        _inked(canvas, _fitted(pen.materials.icon(number), centre, radius), rng, ink, pen.colours)
    elif kind < 0.35:
        _several(canvas, centre, radius, rng, pen.colours, ink, pen.materials)
    elif kind < 0.53 and has("devices"):
        _coloured(canvas, pen.materials.cut_out("devices", number), centre, radius, rng, duotone)
    elif kind < 0.64 and has("clipart"):
        _coloured(canvas, pen.materials.cut_out("clipart", number), centre, radius, rng, duotone)
    elif kind < 0.68 and has("flags"):
        _coloured(canvas, pen.materials.cut_out("flags", number), centre, radius, rng, duotone)
    elif kind < 0.76 and has("objects"):
        _coloured(canvas, pen.materials.cut_out("objects", number), centre, radius, rng, duotone)
    elif kind < 0.84:
        _inked(canvas, _fitted(_monogram(step, shared, rng, pen), centre, radius), rng, ink, pen.colours)
    else:
        _inked(canvas, figures.figure(step, rng, centre, radius), rng, ink, pen.colours)


def _monogram(step: int, shared: np.random.Generator, rng: np.random.Generator, pen: Pen) -> Array:
    """A number, a letter or two or three, in a font of its own or the artwork's."""
    kind = shared.random()
    letter = chr(ord("A") + step % 26)
    text = letter if kind < 0.3 else (str(step % 99 + 1) if kind < 0.55 else letter + words.initials(rng)[: int(rng.integers(1, 3))])
    own = Hand(int(shared.integers(0, 1 << 30)) if shared.random() < 0.6 else pen.writing.font, 0, "plain", (0, 0, 0), (0, 0, 0), 1)
    return strip(text, own, pen.materials)


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
    scale = 2 * radius / max(height, width, 0.85 * math.hypot(height, width))
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
