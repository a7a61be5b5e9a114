"""How one emblem lies in a picture: size, turn, aspect, perspective, curvature, waves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from detectors.training.scenes.noise import log_uniform

SMALLEST, LARGEST = 18.0, 420.0
MOST_VANISH = 0.35


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of cloth. Length and amplitude are in emblem sizes; angles in radians."""

    direction: float
    length: float
    amplitude: float
    push: float
    phase: float
    sharp: float
    shading: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and how an emblem lies.

    `size` is the shorter side of its opaque area in canvas pixels, before foreshortening; `longest` bounds the longer one.
    `vanish` is the perspective divisor's slope over half the emblem's breadth. `bend` is the half angle the emblem spans of a
    cylinder, `side` the angle it is seen from, `axis` the emblem axis that is bent (0 across, 1 down). `hidden` is the share something
    in front covers, 0 for nothing.
    """

    centre: tuple[float, float]
    size: float
    longest: float = 600.0
    turn: float = 0.0
    aspect: float = 1.0
    vanish: tuple[float, float] = (0.0, 0.0)
    bend: float = 0.0
    side: float = 0.0
    axis: int = 0
    waves: tuple[Wave, ...] = ()
    fabric: bool = False
    hidden: float = 0.0
    lit: bool = False


def placement(
    rng: np.random.Generator, centre: tuple[float, float] = (0.0, 0.0), sizes: tuple[float, float] = (SMALLEST, LARGEST), longest: float = 600.0
) -> Placement:
    """A placement as life gives them, around `centre`; `sizes` bounds the shorter side."""
    towards, steep = float(rng.uniform(0, 2 * math.pi)), MOST_VANISH * float(rng.beta(1, 3)) * float(rng.random() < 0.7)
    bend = float(rng.uniform(0.2, 0.95)) if rng.random() < 0.45 else 0.0
    waves = tuple(_wave(rng) for _ in range(int(rng.integers(1, 4)))) if rng.random() < 0.5 else ()
    return Placement(
        centre=centre,
        size=log_uniform(rng, *sizes),
        longest=longest,
        turn=float(rng.uniform(-math.pi, math.pi)) if rng.random() < 0.35 else math.radians(float(rng.uniform(-25, 25))),
        aspect=float(rng.uniform(0.65, 1.1)) if rng.random() < 0.75 else 1.0,
        vanish=(steep * math.cos(towards), steep * math.sin(towards)),
        bend=bend,
        side=float(rng.uniform(-1, 1)) * (1.25 - bend) * 0.7 if bend else 0.0,
        axis=int(rng.random() < 0.2),
        waves=waves,
        fabric=bool(rng.random() < 0.5),
        hidden=float(rng.uniform(0.05, 0.45)) if rng.random() < 0.5 else 0.0,
        lit=True,
    )


def _wave(rng: np.random.Generator) -> Wave:
    length = log_uniform(rng, 0.35, 1.8)
    return Wave(
        direction=float(rng.uniform(0, math.pi)),
        length=length,
        amplitude=float(rng.uniform(0, 0.055)) * min(1.0, length),
        push=float(rng.uniform(0, math.pi)),
        phase=float(rng.uniform(0, 2 * math.pi)),
        sharp=float(rng.uniform(0, 0.6)) if rng.random() < 0.4 else 0.0,
        shading=float(rng.uniform(0, 0.22)),
    )
