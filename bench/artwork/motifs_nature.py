"""Animals, plants and landscapes for emblems, drawn by formula: wings of feathers, trees that branch by rule, ears of wheat, mountains, waves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.artwork.polygons import Part, disc, mirrored, placed, rect, stroke

Array = npt.NDArray[Any]
Rng = np.random.Generator


def _eagle(rng: Rng) -> list[Part]:
    """A spread bird: each wing is a fan of feathers."""
    n, lift, spread = int(rng.integers(5, 9)), rng.uniform(-0.5, 0.3), rng.uniform(0.9, 1.5)
    feathers = []
    for i in range(n):
        angle = lift + spread * i / n + 1.1
        feather = np.array([(-0.07, 0), (0.0, -0.8 + 0.05 * i), (0.1, -0.1)])
        feathers.append((i % 2, placed(feather, 0.15, -0.1, 1.1, angle)))
    body: list[Part] = [
        (0, disc(0, 0.05, 0.2, 1.8)),
        (0, np.array([(-0.14, 0.3), (0.14, 0.3), (0.3, 0.95), (0, 0.8), (-0.3, 0.95)])),
        (1, disc(0.03, -0.48, 0.15)),
    ]
    beak = (0, np.array([(0.14, -0.54), (0.36, -0.44), (0.14, -0.4)]))
    return [*mirrored(feathers), *body, beak, (2, disc(0.07, -0.5, 0.03))]


def _lion(rng: Rng) -> list[Part]:
    """A head from the front in a ring of hair."""
    n = int(rng.integers(11, 19))
    mane = [(0, placed(np.array([(-0.22, -0.4), (0, -rng.uniform(0.85, 1)), (0.22, -0.4)]), 0, 0, 1, 2 * math.pi * i / n)) for i in range(n)]
    face: list[Part] = [(1, disc(0, 0, 0.56, 1.15)), *mirrored([(1, disc(0.4, -0.5, 0.15)), (2, disc(0.22, -0.15, 0.08, 0.7))])]
    snout: list[Part] = [
        (0, disc(0, 0.3, 0.26, 0.8)),
        (2, np.array([(-0.13, 0.12), (0.13, 0.12), (0, 0.28)])),
        (2, stroke([(0, 0.26), (0, 0.42), (0.12, 0.48)], 0.04)),
    ]
    return mane + face + snout


def _tree(rng: Rng) -> list[Part]:
    """A tree by an L-system: each branch bears two or three shorter ones."""
    angle, shrink, parts = rng.uniform(0.35, 0.6), rng.uniform(0.66, 0.78), list[Part]()
    _branch(parts, np.array([0.0, 0.95]), -math.pi / 2, 0.62, 0.16, angle, shrink, 5)
    return parts


def _branch(parts: list[Part], foot: Array, direction: float, length: float, width: float, angle: float, shrink: float, left: int) -> None:
    tip = foot + length * np.array([math.cos(direction), math.sin(direction)])
    parts.append((0, stroke([tuple(foot), tuple(tip)], width)))
    if left == 0:
        parts.append((1, disc(tip[0], tip[1], 0.09)))
        return
    for turn in (-angle, angle):
        _branch(parts, tip, direction + turn, length * shrink, width * 0.68, angle, shrink, left - 1)


def _pines(rng: Rng) -> list[Part]:
    parts: list[Part] = []
    for x in np.linspace(-0.65, 0.65, int(rng.integers(2, 5))):
        high = rng.uniform(0.7, 1)
        parts.append((1, rect(x, 0.8, 0.05, 0.15)))
        parts += [
            (0, np.array([(x - w, y + 0.45), (x, y - 0.1), (x + w, y + 0.45)])) for w, y in ((0.2, -high + 0.1), (0.28, -high + 0.5), (0.36, -high + 0.9))
        ]
    return parts


def _wheat(rng: Rng) -> list[Part]:
    ears: list[Part] = []
    for lean in np.linspace(-0.5, 0.5, int(rng.choice([1, 3, 5]))):
        ear = [(1, rect(0, 0.45, 0.025, 0.5))]
        for y in np.linspace(-0.8, 0.0, 6):
            ear += mirrored([(0, placed(disc(0, 0, 0.15, 0.45), 0.11, y, 1, -0.8))])
        ears += [(t, placed(p - [0, 0.9], 0, 0.9, 1, lean)) for t, p in ear]
    return [*ears, (1, rect(0, 0.55, 0.25, 0.06))]


def _mountains(rng: Rng) -> list[Part]:
    parts: list[Part] = [(1, disc(rng.uniform(-0.6, 0.6), -0.5, rng.uniform(0.2, 0.4)))]
    for x, w, top in (
        (rng.uniform(-0.6, -0.3), 0.6, rng.uniform(-0.5, 0)),
        (rng.uniform(0.2, 0.6), 0.65, rng.uniform(-0.6, 0)),
        (0, 0.5, rng.uniform(-0.8, -0.3)),
    ):
        parts.append((0, np.array([(x - w, 0.6), (x, top), (x + w, 0.6)])))
        parts.append((2, np.array([(x - w * 0.25, top + 0.28), (x, top), (x + w * 0.25, top + 0.28), (x + 0.05, top + 0.2), (x - 0.05, top + 0.32)])))
    return [*parts, (1, stroke([(x, 0.75 + 0.07 * math.sin(9 * x)) for x in np.linspace(-1, 1, 40)], 0.1)), (1, rect(0, 0.93, 0.7, 0.04))]


def _fish(rng: Rng) -> list[Part]:
    bend = rng.uniform(-0.2, 0.2)
    x = np.linspace(-0.9, 0.6, 24)
    half = 0.38 * np.sqrt(np.maximum(0, 1 - ((x + 0.15) / 0.76) ** 2))
    middle = bend * np.sin(3 * x)
    body = np.concatenate([np.stack([x, middle - half], 1), np.stack([x, middle + half], 1)[::-1]])
    scales = [(1, stroke([(cx, -0.15), (cx + 0.1, 0.0), (cx, 0.15)], 0.05)) for cx in (-0.25, 0.0, 0.25)]
    return [
        (0, body),
        (0, np.array([(0.5, bend * 0.9), (1, -0.4), (0.85, 0), (1, 0.4)])),
        (0, np.array([(-0.2, -0.3), (0.1, -0.65), (0.3, -0.25)])),
        *scales,
        (2, disc(-0.62, -0.08, 0.06)),
    ]


def _stag(rng: Rng) -> list[Part]:
    antler: list[Part] = [(1, stroke([(0.12, -0.3), (0.5, -0.6), (0.45, -1)], 0.08))]
    antler += [(1, stroke([(0.4, -0.5), (0.75, -0.6), (0.8, -0.6 - rng.uniform(0.1, 0.3))], 0.07)), (1, stroke([(0.48, -0.75), (0.7, -0.95)], 0.07))]
    head: list[Part] = [(0, np.array([(-0.25, -0.35), (0.25, -0.35), (0.2, 0.3), (0.12, 0.75), (-0.12, 0.75), (-0.2, 0.3)])), (2, disc(0, 0.68, 0.08))]
    return mirrored(antler) + mirrored([(0, np.array([(0.22, -0.3), (0.6, -0.25), (0.24, -0.08)])), (2, disc(0.13, 0.0, 0.05))]) + head


def _sun(rng: Rng) -> list[Part]:
    n = int(rng.choice([8, 12, 16, 20]))
    rays = [(i % 2, placed(np.array([(-0.12, -0.5), (0.06 * (i % 2), -1.0 + 0.15 * (i % 2)), (0.12, -0.5)]), 0, 0, 1, 2 * math.pi * i / n)) for i in range(n)]
    return [
        *rays,
        (0, disc(0, 0, 0.48)),
        *mirrored([(2, disc(0.17, -0.1, 0.06))]),
        (2, stroke([(0.2 * math.cos(t), 0.1 + 0.15 * math.sin(t)) for t in np.linspace(0.2, 2.9, 12)], 0.05)),
    ]


def _moon(rng: Rng) -> list[Part]:
    parts: list[Part] = [(0, disc(-0.1, 0, 0.8)), (2, disc(0.2, -0.12, 0.68))]
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(0.1, 0.7), rng.uniform(-0.6, 0.6)
        t = np.arange(10) * math.pi / 5 - math.pi / 2
        radius = np.where(np.arange(10) % 2 == 0, 0.18, 0.075)
        parts.append((1, np.stack([x + radius * np.cos(t), y + radius * np.sin(t)], 1)))
    return parts


def _waves(rng: Rng) -> list[Part]:
    n, f = int(rng.integers(3, 6)), rng.uniform(5, 10)
    lines = [(i % 2, stroke([(x, y + 0.12 * math.sin(f * x + i)) for x in np.linspace(-1, 1, 60)], 0.16)) for i, y in enumerate(np.linspace(-0.1, 0.85, n))]
    hull: list[Part] = [
        (0, np.array([(-0.55, -0.4), (0.55, -0.4), (0.35, -0.12), (-0.35, -0.12)])),
        (1, np.array([(0, -1), (0.5, -0.48), (0, -0.48)])),
        (0, rect(-0.03, -0.7, 0.03, 0.3)),
    ]
    return hull + lines


def _paw(rng: Rng) -> list[Part]:
    toes = [(0, placed(disc(0, 0, 0.2, 1.35), x, y, 1, a)) for x, y, a in ((-0.65, -0.15, -0.5), (-0.25, -0.6, -0.15), (0.25, -0.6, 0.15), (0.65, -0.15, 0.5))]
    pad = disc(0, 0.4, 0.5, 0.75)
    return [*toes, (int(rng.integers(0, 2)), pad)]


NATURE: dict[str, Callable[[Rng], list[Part]]] = {
    "eagle": _eagle,
    "lion": _lion,
    "tree": _tree,
    "pines": _pines,
    "wheat": _wheat,
    "mountains": _mountains,
    "fish": _fish,
    "stag": _stag,
    "sun": _sun,
    "moon": _moon,
    "waves": _waves,
    "paw": _paw,
}
