"""The outer shapes of artwork: shields, rounds, stars, badges, tabs, wordmarks and free forms, each drawn a new way every time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from detectors.training.artwork import shields
from detectors.training.artwork.canvas import CENTRE, SIDE, Array, placed, polygons_mask

MARGIN = 3


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape on the canvas: its mask, its polygons in pixels, and how its inside is best laid out (see layouts.py)."""

    name: str
    layout: str
    mask: Array
    polygons: list[Array]


def outline(rng: np.random.Generator) -> Outline:
    """A shape that fills the canvas's longer side."""
    names = list(KINDS)
    weights = np.array([KINDS[name][0] for name in names], float)
    name = str(rng.choice(names, p=weights / weights.sum()))
    _, layout, make = KINDS[name]
    polygons = _fitted(make(rng))
    return Outline(name, layout, polygons_mask(polygons), polygons)


def _fitted(polygons: list[Array]) -> list[Array]:
    points = np.concatenate(polygons)
    low, high = points.min(0), points.max(0)
    scale = (SIDE - 2 * MARGIN) / float((high - low).max())
    return [placed(polygon - (low + high) / 2, scale) for polygon in polygons]


def _oval(rng: np.random.Generator, tall: float | None = None) -> list[Array]:
    angles = np.linspace(0, 2 * math.pi, 120, endpoint=False)
    height = tall if tall is not None else float(rng.choice([rng.uniform(1.15, 1.5), rng.uniform(0.62, 0.88)]))
    return [np.stack([np.cos(angles), height * np.sin(angles)], 1)]


def _circle(_: np.random.Generator) -> list[Array]:
    return _oval(_, 1.0)


def _superellipse(rng: np.random.Generator) -> list[Array]:
    angles = np.linspace(0, 2 * math.pi, 160, endpoint=False)
    power, tall = 2 / rng.uniform(3, 12), rng.choice([1.0, rng.uniform(0.7, 1.35)])
    cos, sin = np.cos(angles), np.sin(angles)
    return [np.stack([np.sign(cos) * np.abs(cos) ** power, tall * np.sign(sin) * np.abs(sin) ** power], 1)]


def _regular(rng: np.random.Generator) -> list[Array]:
    sides = int(rng.choice([3, 5, 6, 8, 8, 12, 6]))
    turn = -math.pi / 2 + (math.pi / sides if rng.random() < 0.4 else 0)
    angles = turn + np.arange(sides) * 2 * math.pi / sides
    return [rounded(np.stack([np.cos(angles), np.sin(angles)], 1), rng)]


def rounded(points: Array, rng: np.random.Generator) -> Array:
    """The polygon with corners cut round (Chaikin's corner cutting), or as it is."""
    cut = float(rng.choice([0, 0, 0.08, 0.15, 0.25]))
    for _ in range(3 if cut else 0):
        following = np.roll(points, -1, 0)
        points = np.stack([points + cut * (following - points), following - cut * (following - points)], 1).reshape(-1, 2)
        cut = min(cut * 1.4, 0.25)
    return points


def _star(rng: np.random.Generator) -> list[Array]:
    tips = int(rng.choice([5, 5, 6, 6, 7, 7, 8, 10, 12]))
    inner = rng.uniform(0.45, 0.72) if tips > 5 else rng.uniform(0.38, 0.62)
    angles = -math.pi / 2 + np.arange(2 * tips) * math.pi / tips
    radii = np.where(np.arange(2 * tips) % 2 == 0, 1.0, inner)
    points = np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)
    polygons = [points if rng.random() < 0.7 else rounded(points, rng)]
    if rng.random() < 0.55:
        size = rng.uniform(0.06, 0.13)
        polygons += [_oval(rng, 1.0)[0] * size + points[2 * tip] for tip in range(tips)]
    if rng.random() < 0.35:
        polygons.append(_oval(rng, 1.0)[0] * rng.uniform(inner * 0.95, inner * 1.25))
    return polygons


def _scalloped(rng: np.random.Generator) -> list[Array]:
    angles = np.linspace(0, 2 * math.pi, 360, endpoint=False)
    lobes, depth = int(rng.integers(6, 32)), rng.uniform(0.02, 0.12)
    wave = np.abs(np.cos(lobes * angles / 2)) if rng.random() < 0.6 else 0.5 + 0.5 * np.cos(lobes * angles)
    radii = 1 - depth + depth * (wave if rng.random() < 0.7 else 1 - wave)
    return [np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)]


def _gear(rng: np.random.Generator) -> list[Array]:
    teeth, depth = int(rng.integers(8, 24)), rng.uniform(0.06, 0.16)
    angles = np.repeat(np.arange(teeth), 4) * 2 * math.pi / teeth + np.tile([0.08, 0.17, 0.33, 0.42], teeth) * 2 * math.pi / teeth * 2
    radii = np.tile([1 - depth, 1, 1, 1 - depth], teeth)
    return [np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)]


def _cross(rng: np.random.Generator) -> list[Array]:
    waist, dip, edge = rng.uniform(0.2, 0.42), rng.uniform(0, 0.18), rng.uniform(0.55, 0.95)
    arm = [(-waist * 0.6, -waist), (-edge, -1.0), (0.0, -1 + dip), (edge, -1.0), (waist * 0.6, -waist)]
    points = []
    for turn in range(4):
        cos, sin = math.cos(turn * math.pi / 2), math.sin(turn * math.pi / 2)
        points += [(x * cos - y * sin, x * sin + y * cos) for x, y in arm]
    polygons = [np.array(points)]
    if rng.random() < 0.6:
        polygons.append(_oval(rng, 1.0)[0] * rng.uniform(0.45, 0.72))
    return polygons


def _plain_polygon(rng: np.random.Generator) -> list[Array]:
    tall, slope, notch = rng.uniform(0.9, 1.5), rng.uniform(0.2, 0.6), rng.uniform(0, 0.3)
    forms = (
        [(-0.45, -1), (0.45, -1), (0.62, -0.55), (0.92, -0.7), (0.62, 1), (-0.62, 1), (-0.92, -0.7), (-0.62, -0.55)],
        [(0, -1), (0.75, 0.35), (0.4, 1), (0, 0.8 - notch), (-0.4, 1), (-0.75, 0.35)],
        [(0, -1), (0.9, 0), (0, 1), (-0.9, 0)],
        [(-0.9, -0.8), (0, -0.95 - notch), (0.9, -0.8), (0.9, 0.8), (0, 0.95), (-0.9, 0.8)],
        [(0, -1), (0.95, -slope), (0.75, 1), (-0.75, 1), (-0.95, -slope)],
        [(-1, -0.8), (1, -0.8), (0, 1)],
        [(-1, -1), (1, -1), (1, slope), (0.4, 1), (-0.4, 1), (-1, slope)],
        [(-0.7, -1), (0.7, -1), (1, -0.7), (1, 0.7), (0.7, 1), (-0.7, 1), (-1, 0.7), (-1, -0.7)],
        [(-1, -0.6), (-0.5, -1), (0.5, -1), (1, -0.6), (0.55, 1), (-0.55, 1)],
    )
    return [rounded(np.array(forms[int(rng.integers(0, len(forms)))], float) * (1, tall), rng)]


def _state(rng: np.random.Generator) -> list[Array]:
    """A free outline like a state's or a county's: straight surveyed borders and one or two sides that follow water."""
    corners = np.array([(-1, -0.7), (1, -0.7), (1, 0.7), (-1, 0.7)], float) * (1, rng.uniform(0.6, 1.4)) + rng.normal(0, 0.12, (4, 2))
    wild = set(rng.choice(4, size=int(rng.integers(1, 4)), replace=False).tolist())
    points: list[Array] = []
    for side in range(4):
        start, end = corners[side], corners[(side + 1) % 4]
        steps = np.linspace(0, 1, 26 if side in wild else 2, endpoint=False)[:, None]
        line = start + steps * (end - start)
        if side in wild:
            walk = np.cumsum(rng.normal(0, 0.05, len(line)))
            walk -= np.linspace(walk[0], walk[-1], len(walk))
            line += walk[:, None] * np.array([end[1] - start[1], start[0] - end[0]]) / 2
        elif rng.random() < 0.5:
            line = np.vstack([line, start + 0.7 * (end - start), start + 0.7 * (end - start) + rng.normal(0, 0.1, 2)])
        points.append(line)
    return [np.concatenate(points)]


def _rocker(rng: np.random.Generator) -> list[Array]:
    half, thick = rng.uniform(0.35, 1.25), rng.uniform(0.18, 0.42)
    angles = np.linspace(-math.pi / 2 - half, -math.pi / 2 + half, 60)
    outer = np.stack([np.cos(angles), np.sin(angles)], 1)
    inner = (outer * (1 - thick))[::-1]
    return [np.concatenate([outer, inner])]


def _bar(rng: np.random.Generator) -> list[Array]:
    height, slant, bow = rng.uniform(0.16, 0.5), rng.choice([0, 0, rng.uniform(0.05, 0.3)]), rng.choice([0, 0, rng.uniform(-0.12, 0.12)])
    steps = np.linspace(-1, 1, 30)
    top = np.stack([steps + slant * height, -height - bow * (1 - steps**2)], 1)
    bottom = np.stack([steps[::-1] - slant * height, height - bow * (1 - steps[::-1] ** 2)], 1)
    return [rounded(np.concatenate([top, bottom]) if bow else np.stack([top[0], top[-1], bottom[0], bottom[-1]]), rng)]


def _sheet(rng: np.random.Generator) -> list[Array]:
    height = rng.uniform(0.2, 0.7)
    return [np.array([(-1, -height), (1, -height), (1, height), (-1, height)])]


def _wings(rng: np.random.Generator) -> list[Array]:
    body = _oval(rng, rng.uniform(0.9, 1.3))[0] * rng.uniform(0.26, 0.4)
    feathers, droop = int(rng.integers(4, 8)), rng.uniform(-0.1, 0.35)
    wing = [(0.1, -0.25), (0.6, -0.3 + droop / 2), (1.0, -0.2 + droop)]
    for feather in range(feathers):
        along = 1 - (feather + 1) / (feathers + 1)
        wing += [(0.15 + 0.8 * along, 0.02 + 0.16 * (1 - along) + droop * along), (0.12 + 0.8 * along - 0.03, -0.05 + droop * along)]
    right = np.array([*wing, (0.1, 0.2)])
    return [body, right, right * (-1, 1)]


KINDS: dict[str, tuple[float, str, Callable[[np.random.Generator], list[Array]]]] = {
    "shield": (20, "shield", shields.shield),
    "circle": (12, "round", _circle),
    "oval": (5, "round", _oval),
    "rounded square": (4, "square", _superellipse),
    "regular": (4, "round", _regular),
    "star": (9, "star", _star),
    "scalloped": (4, "round", _scalloped),
    "gear": (1.5, "round", _gear),
    "cross": (2.5, "star", _cross),
    "polygon": (7, "shield", _plain_polygon),
    "state": (3.5, "square", _state),
    "badge": (9, "badge", shields.badge),
    "crest": (5, "crest", shields.crest),
    "rocker": (3.5, "rocker", _rocker),
    "bar": (4, "wide", _bar),
    "sheet": (6, "wide", _sheet),
    "wings": (1.5, "star", _wings),
}


def centroid(mask: Array) -> tuple[float, float]:
    """The middle of a mask, in pixels; the canvas's if the mask is empty."""
    moments = cv2.moments(mask, True)
    return (moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]) if moments["m00"] else (CENTRE, CENTRE)
