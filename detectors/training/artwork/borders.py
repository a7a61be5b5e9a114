"""The rims of artwork: merrowed, double, rope, dotted, bevelled, or none."""

from __future__ import annotations

import math

import cv2
import numpy as np

from detectors.training.artwork.canvas import SIDE, Array, distance_inside, inset, noise, paint
from detectors.training.artwork.palettes import Palette

NAMES = ("none", "plain", "merrowed", "double", "dotted", "rope", "bevelled", "parts")


def border(canvas: Array, mask: Array, polygons: list[Array], rng: np.random.Generator, colours: Palette) -> Array:
    """Draw the rim on the canvas; returns the mask of what is left free inside it."""
    name = str(rng.choice(NAMES, p=[0.1, 0.26, 0.22, 0.16, 0.06, 0.06, 0.08, 0.06]))
    distance = distance_inside(mask)
    room = float(distance.max())
    width = min(float(rng.uniform(2, 8)), room * 0.22)
    if name == "none":
        return inset(distance, min(3, room * 0.1))
    rim = np.clip(mask.astype(np.int16) - inset(distance, width), 0, 255)
    paint(canvas, rim, colours.edge)
    if name == "merrowed":
        _merrow(canvas, rim, distance, width, rng)
    elif name == "double":
        gap = min(rng.uniform(1.5, 4), room * 0.1)
        line = np.clip(inset(distance, width + gap).astype(np.int16) - inset(distance, width + gap + rng.uniform(1.2, 2.5)), 0, 255)
        paint(canvas, line, colours.letters if rng.random() < 0.5 else colours.accent)
        width += gap + 2
    elif name in {"dotted", "rope"}:
        _beads(canvas, polygons, width, rng, colours, name == "rope")
    elif name == "bevelled":
        slope = cv2.Sobel(cv2.GaussianBlur(np.minimum(distance, width), (0, 0), 1), cv2.CV_32F, 0, 1) + 0.5 * cv2.Sobel(
            np.minimum(distance, width), cv2.CV_32F, 1, 0
        )
        canvas += (rim / 255 * slope * rng.uniform(6, 14))[..., None]
    elif name == "parts" and len(polygons) > 1:
        for polygon in polygons:
            line = np.zeros((SIDE, SIDE), np.uint8)
            cv2.polylines(line, [np.round(polygon * 16).astype(np.int32)], True, (255,), max(1, int(width * 0.7)), cv2.LINE_AA, 4)
            paint(canvas, line, colours.edge)
    return inset(distance, width + min(2.5, room * 0.06))


def _merrow(canvas: Array, rim: Array, distance: Array, width: float, rng: np.random.Generator) -> None:
    """Overlocked thread: round across the rim, with stitches that run over it."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) - SIDE / 2
    across = np.clip(distance / width, 0, 1)
    stitches = np.sin(np.arctan2(y, x) * rng.uniform(70, 150) + across * rng.uniform(-2, 2))
    tone = 0.22 * np.sin(across * math.pi) - 0.1 + 0.12 * stitches + 0.06 * (noise(rng, 60) - 0.5)
    canvas *= 1 + (rim / 255 * tone)[..., None]


def _beads(canvas: Array, polygons: list[Array], width: float, rng: np.random.Generator, colours: Palette, slanted: bool) -> None:
    colour = colours.accent if rng.random() < 0.5 else colours.letters
    step = width * rng.uniform(1.2, 2.2)
    for polygon in polygons[:1]:
        closed = np.vstack([polygon, polygon[:1]])
        lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
        for along in np.arange(0, lengths[-1], max(step, 2.5)):
            spot = np.array([np.interp(along, lengths, closed[:, axis]) for axis in (0, 1)])
            ahead = np.array([np.interp((along + 2) % lengths[-1], lengths, closed[:, axis]) for axis in (0, 1)])
            heading = (ahead - spot) / max(float(np.hypot(*(ahead - spot))), 1e-6)
            inward = spot + np.array([-heading[1], heading[0]]) * width / 2
            tint = tuple(float(part) for part in colour)
            if slanted:
                end = inward + (heading + np.array([-heading[1], heading[0]])) * width * 0.5
                start = inward - (heading + np.array([-heading[1], heading[0]])) * width * 0.5
                cv2.line(canvas, [int(part) for part in start], [int(part) for part in end], tint, 1)
            else:
                cv2.circle(canvas, [int(part) for part in inward], max(1, int(width * 0.3)), tint, -1)
