"""Words as masks: straight lines that fit a box, and words bent along an ellipse."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from detectors.training.artwork.canvas import SIDE, Array, Colour, grown, moved, paint
from detectors.training.artwork.store import Materials

SIZE = 48


@dataclass(frozen=True, slots=True)
class Hand:
    """How an artwork's words are written: the font, the space between letters (in letter heights), the finish and its colours."""

    font: int
    spacing: float
    finish: str
    colour: Colour
    under: Colour
    stretch: float


@dataclass(frozen=True, slots=True)
class Arc:
    """An ellipse that words stand on: its middle, half axes and the band's height, in pixels; the words' middle and most span in radians."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    height: float
    middle: float
    span: float
    inward: bool = False


def hand(rng: np.random.Generator, colour: Colour, under: Colour) -> Hand:
    """A way of writing."""
    finish = str(rng.choice(["plain", "outlined", "shadowed", "bold", "hollow"], p=[0.58, 0.16, 0.1, 0.12, 0.04]))
    return Hand(int(rng.integers(0, 1 << 30)), float(rng.choice([0, 0, 0.05, 0.12, 0.3])), finish, colour, under, float(rng.uniform(0.7, 1.5)))


def strip(text: str, writing: Hand, materials: Materials) -> Array:
    """The text's ink as a mask (h x w uint8), cropped to it."""
    font = materials.font(writing.font, SIZE)
    gap = writing.spacing * SIZE
    width = int(sum(font.getlength(letter) + gap for letter in text)) + 2 * SIZE
    image = Image.new("L", (min(width, 2400), 3 * SIZE))
    pen = ImageDraw.Draw(image)
    if gap:
        along = float(SIZE / 2)
        for letter in text:
            pen.text((along, SIZE / 2), letter, font=font, fill=255)
            along += font.getlength(letter) + gap
    else:
        pen.text((SIZE / 2, SIZE / 2), text, font=font, fill=255)
    ink = np.asarray(image)
    box = image.getbbox()
    ink = np.full((SIZE, SIZE), 255, np.uint8) if box is None else ink[box[1] : box[3], box[0] : box[2]]
    return grown(ink, 2) if writing.finish == "bold" else np.ascontiguousarray(ink)


def straight(text: str, writing: Hand, materials: Materials, box: tuple[float, float, float, float], turn: float = 0) -> Array:
    """The mask (SIDE x SIDE) of the text as large as fits a box (left, top, width, height in pixels), turned about its middle by degrees."""
    ink = strip(text, writing, materials)
    left, top, width, height = box
    mask = np.zeros((SIDE, SIDE), np.uint8)
    if width < 4 or height < 3:
        return mask
    scale = height / ink.shape[0]
    stretch = float(np.clip(width / (ink.shape[1] * scale), 0.55, writing.stretch))
    if ink.shape[1] * scale * stretch > width:
        scale = width / (ink.shape[1] * stretch)
    size = (max(2, int(ink.shape[1] * scale * stretch)), max(2, int(ink.shape[0] * scale)))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    x0, y0 = int(left + (width - size[0]) / 2), int(top + (height - size[1]) / 2)
    x1, y1 = max(x0, 0), max(y0, 0)
    part = small[y1 - y0 : SIDE - y0, x1 - x0 : SIDE - x0]
    mask[y1 : y1 + part.shape[0], x1 : x1 + part.shape[1]] = part
    if turn:
        matrix = cv2.getRotationMatrix2D((left + width / 2, top + height / 2), turn, 1)
        mask = np.asarray(cv2.warpAffine(mask, matrix, (SIDE, SIDE)), np.uint8)
    return mask


def bent(text: str, writing: Hand, materials: Materials, arc: Arc) -> Array:
    """The mask (SIDE x SIDE) of the text along an arc; inward words stand with their feet outwards, as on a seal's lower half."""
    ink = strip(text, writing, materials)
    mean = (arc.radii[0] + arc.radii[1]) / 2 - arc.height / 2
    natural = ink.shape[1] / ink.shape[0] * arc.height / max(mean, 1)
    stretch = float(np.clip(arc.span / natural, 0.55, writing.stretch))
    span = natural * stretch
    height = arc.height
    if span > arc.span:
        height, span = arc.height * max(arc.span / span, 0.5), arc.span
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    across, down = (x - arc.centre[0]) / arc.radii[0], (y - arc.centre[1]) / arc.radii[1]
    angle = np.arctan2(down, across) - arc.middle
    angle = (angle + math.pi) % (2 * math.pi) - math.pi
    radial = (1 - np.hypot(across, down)) * (arc.radii[0] + arc.radii[1]) / 2 - (arc.height - height) / 2
    if arc.inward:
        angle, radial = -angle, height - radial
    reduced = cv2.resize(ink, (max(4, int(span * mean * 2)), max(4, int(height * 2))), interpolation=cv2.INTER_AREA)
    columns = ((angle / span + 0.5) * reduced.shape[1]).astype(np.float32)
    rows = (radial / height * reduced.shape[0]).astype(np.float32)
    return np.asarray(cv2.remap(reduced, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,)), np.uint8)


def write(canvas: Array, mask: Array, writing: Hand) -> Array:
    """Put a mask of words on the canvas in the hand's finish; returns the mask of all that it covered."""
    covered = mask
    if writing.finish == "outlined":
        covered = grown(mask, 1)
        paint(canvas, covered, writing.under)
    elif writing.finish == "shadowed":
        paint(canvas, moved(mask, 2, 2), writing.under)
    paint(canvas, mask, writing.colour)
    if writing.finish == "hollow":
        paint(canvas, cv2.erode(mask, np.ones((2, 2), np.uint8)), writing.under, 0.8)
    return covered
