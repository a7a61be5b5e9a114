"""What an emblem shows: things built from polygons by formulas, no icon set. Unit square, y down; each polygon has a tone (0 main, 1 second, 2 ground)."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.artwork.motifs_nature import NATURE
from bench.artwork.polygons import Part, disc, mirrored, placed, rect, ring, stroke

Array = npt.NDArray[Any]
Rng = np.random.Generator


def _scales(rng: Rng) -> list[Part]:
    tilt = rng.uniform(-0.15, 0.15)
    parts = [
        (0, rect(0, 0.05, 0.06, 0.8)),
        (0, rect(0, 0.88, 0.4, 0.08)),
        (0, disc(0, -0.85, 0.1)),
        (0, stroke([(-0.8, -0.6 - tilt), (0.8, -0.6 + tilt)], 0.09)),
    ]
    for side in (-1, 1):
        x, y = 0.75 * side, -0.6 + side * tilt
        bowl = placed(disc(0, 0, 0.38)[:25], x, y + 0.65, 1)
        parts += [(1, bowl), (0, stroke([(x, y), (x - 0.35, y + 0.65)], 0.04)), (0, stroke([(x, y), (x + 0.35, y + 0.65)], 0.04))]
    return parts


def _keys(rng: Rng) -> list[Part]:
    teeth = int(rng.integers(2, 4))
    key = [(0, ring(0, -0.62, 0.3, 0.15)), (0, rect(0, 0.2, 0.08, 0.65))]
    key += [(0, rect(0.16, 0.8 - 0.22 * i, 0.14, 0.06)) for i in range(teeth)]
    angle = rng.uniform(0.4, 0.8)
    if rng.random() < 0.3:
        return [(t, placed(p, 0, 0, 1, math.pi / 2)) for t, p in key]
    return [(t, placed(p, 0, 0, 1, angle)) for t, p in key] + [(1, placed(p * [-1, 1], 0, 0, 1, -angle)) for _, p in key]


def _anchor(rng: Rng) -> list[Part]:
    t = np.linspace(0.15, math.pi - 0.15, 24)
    arc = [(0.75 * math.cos(a), 0.15 + 0.7 * math.sin(a)) for a in t]
    parts = [(0, ring(0, -0.78, 0.18, 0.09)), (0, rect(0, 0.1, 0.07, 0.75)), (0, rect(0, -0.42, 0.4, 0.07)), (0, stroke(arc, 0.14))]
    parts += mirrored([(0, np.array([(0.55, 0.25), (0.95, -0.05), (0.92, 0.5)]))])
    if rng.random() < 0.5:
        rope = [(0.35 * math.sin(6 * y), y) for y in np.linspace(-0.8, 0.9, 40)]
        parts.append((1, stroke(rope, 0.08)))
    return parts


def _torch(rng: Rng) -> list[Part]:
    flame = [(0, -1), (0.2, -0.75), (0.12, -0.6), (0.42, -0.45), (0.3, -0.1), (-0.3, -0.1), (-0.42, -0.5), (-0.15, -0.55), (-0.2, -0.75)]
    sway = rng.uniform(-0.15, 0.15)
    return [
        (1, np.array([(x + sway * (-0.1 - y), y) for x, y in flame])),
        (0, np.array([(-0.4, -0.08), (0.4, -0.08), (0.28, 0.12), (-0.28, 0.12)])),
        (0, np.array([(-0.2, 0.15), (0.2, 0.15), (0.08, 1), (-0.08, 1)])),
    ]


def _courthouse(rng: Rng) -> list[Part]:
    columns = int(rng.integers(4, 7))
    parts = [
        (0, np.array([(-0.95, -0.35), (0, -0.95), (0.95, -0.35)])),
        (2, disc(0, -0.58, 0.13)),
        (0, rect(0, -0.25, 0.9, 0.07)),
        (0, rect(0, 0.75, 0.95, 0.08)),
        (0, rect(0, 0.93, 1, 0.07)),
    ]
    return parts + [(1, rect(x, 0.25, 0.75 / columns / 1.6, 0.42)) for x in np.linspace(-0.75, 0.75, columns)]


def _bridge(rng: Rng) -> list[Part]:
    if rng.random() < 0.5:
        return _arches(rng)
    towers, deck = rng.uniform(0.4, 0.6), 0.35
    parts = [(0, rect(0, deck, 1, 0.07)), *mirrored([(0, rect(towers, -0.05, 0.07, 0.85))])]
    cable = [(x, -0.85 + 1.1 * (1 - (x / towers) ** 2)) for x in np.linspace(-towers, towers, 20)]
    parts.append((1, stroke(cable, 0.06)))
    parts += mirrored([(1, stroke([(towers, -0.85), (1, deck)], 0.06))])
    parts += [(1, stroke([(x, -0.85 + 1.1 * (1 - (x / towers) ** 2)), (x, deck)], 0.03)) for x in np.linspace(-towers, towers, 9)[1:-1]]
    return [*parts, (1, stroke([(x, 0.75 + 0.06 * math.sin(14 * x)) for x in np.linspace(-1, 1, 40)], 0.07))]


def _arches(rng: Rng) -> list[Part]:
    count = int(rng.integers(2, 5))
    parts: list[Part] = [(0, np.array([(-1, -0.2), (0, -0.5), (1, -0.2), (1, 0.6), (-1, 0.6)]))]
    width = 2 / count
    for i in range(count):
        x = -1 + width * (i + 0.5)
        parts += [(2, disc(x, 0.3, width * 0.36)), (2, rect(x, 0.5, width * 0.36, 0.2))]
    return [*parts, (1, rect(0, 0.72, 1, 0.06)), (1, rect(0, 0.9, 0.8, 0.05))]


def _skyline(rng: Rng) -> list[Part]:
    edges = np.sort(rng.uniform(-1, 1, int(rng.integers(5, 10))))
    edges = np.concatenate([[-1], edges, [1]])
    parts: list[Part] = []
    for left, right in pairwise(edges):
        top = rng.uniform(-0.9, 0.3)
        parts.append(
            (int(rng.integers(0, 2)), np.array([(left, top), ((left + right) / 2, top - rng.choice([0, 0.2])), (right, top), (right, 0.8), (left, 0.8)]))
        )
        parts += [(2, rect((left + right) / 2, y, (right - left) / 4, 0.04)) for y in np.arange(top + 0.15, 0.7, 0.2)]
    return parts


def _compass(rng: Rng) -> list[Part]:
    n, parts = int(rng.choice([4, 8])), [(1, ring(0, 0, 0.72, 0.62))]
    for i in range(n):
        angle, long = 2 * math.pi * i / n, 1.0 if i % 2 == 0 or n == 4 else 0.6
        for side, tone in ((-1, 0), (1, 1 if n == 4 else 0)):
            parts.append((tone, placed(np.array([(0, 0), (side * 0.2, -0.2), (0, -long)]), 0, 0, 1, angle)))
    return [*parts, (2, disc(0, 0, 0.1))]


def _castle(rng: Rng) -> list[Part]:
    parts: list[Part] = []
    for x, w, top in ((-0.7, 0.25, -0.5), (0.7, 0.25, -0.5), (0, 0.32, rng.uniform(-0.9, -0.3))):
        parts += [(0, rect(x, (top + 0.8) / 2, w, (0.8 - top) / 2))]
        parts += [(0, rect(x + k * w * 0.8, top - 0.1, w * 0.22, 0.12)) for k in (-1, 0, 1)]
        parts += [(2, rect(x, top + 0.35, 0.06, 0.14))]
    return [(0, rect(0, 0.45, 0.8, 0.35)), *parts, (1, disc(0, 0.55, 0.2)), (1, rect(0, 0.7, 0.2, 0.15))]


def _wheel(rng: Rng) -> list[Part]:
    n = int(rng.choice([6, 8]))
    spokes = [(0, placed(rect(0, -0.5, 0.05, 0.5), 0, 0, 1, 2 * math.pi * i / n)) for i in range(n)]
    grips = [(0, placed(disc(0, -0.95, 0.09), 0, 0, 1, 2 * math.pi * i / n)) for i in range(n)]
    return [(1, ring(0, 0, 0.72, 0.55)), *spokes, *grips, (0, disc(0, 0, 0.2)), (2, disc(0, 0, 0.08))]


def _lighthouse(rng: Rng) -> list[Part]:
    parts: list[Part] = [
        (0, np.array([(-0.2, -0.5), (0.2, -0.5), (0.35, 0.8), (-0.35, 0.8)])),
        (1, rect(0, -0.6, 0.16, 0.12)),
        (0, np.array([(-0.25, -0.7), (0, -0.98), (0.25, -0.7)])),
    ]
    parts += [
        (1, np.array([(-0.22 - 0.1 * y, y - 0.1), (0.22 + 0.1 * y, y - 0.1), (0.24 + 0.1 * y, y + 0.08), (-0.24 - 0.1 * y, y + 0.08)]))
        for y in (-0.2, 0.2, 0.6)
    ]
    return parts + mirrored([(1, np.array([(0.22, -0.6), (1, -0.6 - rng.uniform(0.2, 0.4)), (1, -0.35)]))]) + [(0, rect(0, 0.87, 0.9, 0.07))]


def _knot(rng: Rng) -> list[Part]:
    a, b = [(2, 3), (3, 4), (1, 2), (3, 5)][int(rng.integers(0, 4))]
    t = np.linspace(0, 2 * math.pi, 160)
    line = np.stack([0.85 * np.sin(a * t + 0.5), 0.85 * np.cos(b * t)], 1)
    return [(0, stroke([tuple(p) for p in line], 0.13)), (1, stroke([tuple(p) for p in line], 0.05))]


def _axes(rng: Rng) -> list[Part]:
    axe = [
        (1, rect(0, 0.1, 0.05, 0.9)),
        (0, np.array([(0.03, -0.75), (0.42, -0.95), (0.5, -0.35), (0.03, -0.5)])),
        (0, np.array([(-0.03, -0.7), (-0.25, -0.62), (-0.03, -0.55)])),
    ]
    angle = rng.uniform(0.4, 0.8)
    return [(t, placed(p, 0, 0, 1, angle)) for t, p in axe] + [(t, placed(p * [-1, 1], 0, 0, 1, -angle)) for t, p in axe]


def _facets(rng: Rng) -> list[Part]:
    n, depth, turn = int(rng.choice([4, 5, 6, 7, 8])), rng.uniform(0.35, 0.6), 0.0
    parts: list[Part] = []
    for i in range(n):
        angle = turn + 2 * math.pi * i / n
        for side in (-1, 1):
            inner = angle + side * math.pi / n
            triangle = np.array([(0, 0), (math.sin(angle), -math.cos(angle)), (depth * math.sin(inner), -depth * math.cos(inner))])
            parts.append((0 if side < 0 else 1, triangle))
    return parts + ([(2, disc(0, 0, 0.28)), (0, disc(0, 0, 0.2))] if rng.random() < 0.5 else [])


def _train(rng: Rng) -> list[Part]:
    parts = [
        (0, rect(-0.15, -0.05, 0.6, 0.25)),
        (1, rect(0.6, -0.25, 0.28, 0.45)),
        (2, rect(0.6, -0.35, 0.15, 0.15)),
        (0, rect(-0.55, -0.5, 0.1, 0.25)),
        (0, rect(0.6, -0.75, 0.35, 0.06)),
        (0, np.array([(-0.75, 0.2), (-1, 0.6), (-0.6, 0.6)])),
    ]
    return parts + [(1, disc(x, 0.45, 0.2 if rng.random() < 0.7 else 0.26)) for x in (-0.45, 0.0, 0.5)] + [(0, rect(0, 0.72, 1, 0.04))]


def _bars(rng: Rng) -> list[Part]:
    """A tower of chevrons, as a rank."""
    n, rise = int(rng.integers(2, 5)), rng.uniform(0.25, 0.55)
    thick = 1.2 / n * 0.6
    return [
        (i % 2, np.array([(-0.8, y + rise), (0, y), (0.8, y + rise), (0.8, y + rise + thick), (0, y + thick), (-0.8, y + rise + thick)]))
        for i, y in enumerate(np.linspace(-0.9, 0.35, n))
    ]


MOTIFS: dict[str, Callable[[Rng], list[Part]]] = {
    "scales": _scales,
    "keys": _keys,
    "anchor": _anchor,
    "torch": _torch,
    "courthouse": _courthouse,
    "bridge": _bridge,
    "skyline": _skyline,
    "compass": _compass,
    "castle": _castle,
    "wheel": _wheel,
    "lighthouse": _lighthouse,
    "knot": _knot,
    "axes": _axes,
    "facets": _facets,
    "train": _train,
    "bars": _bars,
    **NATURE,
}
