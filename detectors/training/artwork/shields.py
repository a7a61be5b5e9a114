"""Shields of any form, and the badges and crests that are made of one."""

from __future__ import annotations

import math

import numpy as np

from detectors.training.artwork.canvas import Array


def shield(rng: np.random.Generator) -> list[Array]:
    """A shield with a random top edge, flanks and foot: heater, Norman, Swiss, Spanish, eared, waisted and everything between."""
    tall = rng.uniform(0.95, 1.5)
    right = _flank(rng) * (1, tall)
    top = _top(rng, float(right[0, 0]), tall)
    left = right[::-1] * (-1, 1)
    return [np.concatenate([top, right, left])]


def _flank(rng: np.random.Generator) -> Array:
    """The right side from top corner (y -1) to foot (y 1)."""
    form = rng.random()
    down = np.linspace(0, 1, 40)
    if form < 0.4:
        straight, power = rng.uniform(0, 0.6), rng.uniform(1.3, 3.5)
        widths = np.where(down < straight, 1.0, 1 - np.clip((down - straight) / (1 - straight), 0, 1) ** power)
    elif form < 0.75:
        controls = [rng.uniform(0.7, 1), rng.uniform(0.75, 1.05), rng.uniform(0.75, 1.05), rng.uniform(0.5, 0.85), rng.choice([0.0, rng.uniform(0, 0.4)])]
        widths = np.interp(down, np.linspace(0, 1, 5), controls)
        widths = np.convolve(np.pad(widths, 4, mode="edge"), np.ones(9) / 9, "valid")
        widths[-1] = controls[-1] * 0.3
    else:
        waist, ogee = rng.uniform(0.02, 0.16), rng.uniform(0.6, 0.85)
        widths = 1 - waist * np.sin(math.pi * np.clip(down / ogee, 0, 1)) ** 2
        foot = np.clip((down - ogee) / (1 - ogee), 0, 1)
        widths = np.where(down > ogee, 0.5 * (1 + np.cos(math.pi * foot)) * rng.uniform(0.93, 1), widths)
    return np.stack([np.clip(widths, 0, 1.1), 2 * down - 1], 1)


def _top(rng: np.random.Generator, width: float, tall: float) -> Array:
    """The top edge from the left corner to the right one."""
    across = np.linspace(-1, 1, 41)
    size = rng.uniform(0.06, 0.24)
    edge = np.abs(across)
    rises = (
        np.zeros(41),
        size * (1 - across**2),
        -size * (1 - across**2),
        size * (1 - edge),
        size * np.abs(np.sin(math.pi * across)),
        size * (0.6 + 0.4 * np.cos(2 * math.pi * across)) - 0.2 * size,
        -size * np.exp(-(((edge - 0.75) / 0.18) ** 2)),
        size * np.clip((0.55 - edge) * 8, 0, 1),
        -size * np.clip((edge - 0.7) * 3.4, 0, 1),
        size * np.abs(np.cos(1.5 * math.pi * across)),
        -size * np.exp(-((across / 0.25) ** 2)),
    )
    return np.stack([across * width, -tall - rises[int(rng.integers(0, len(rises)))]], 1)


def badge(rng: np.random.Generator) -> list[Array]:
    """A badge: a shield, round or ragged body, as often as not with wings, a crown of points or a panel on top, and panels on it."""
    kind = rng.random()
    if kind < 0.55:
        body = shield(rng)[0]
    else:
        angles = np.linspace(0, 2 * math.pi, 180, endpoint=False)
        rays = int(rng.integers(12, 40))
        ragged = rng.uniform(0, 0.1) * np.abs((rays * angles / math.pi) % 2 - 1)
        body = np.stack([(0.95 - ragged) * np.cos(angles), rng.uniform(1, 1.3) * (0.95 - ragged) * np.sin(angles)], 1)
    polygons = [body]
    top = float(body[:, 1].min())
    if rng.random() < 0.6:
        polygons += [_top_piece(rng) + np.array([0, top + rng.uniform(0.0, 0.15)])]
    for _ in range(int(rng.integers(0, 3))):
        polygons.append(_panel(rng, float(rng.uniform(top * 0.75, -top * 0.75))))
    return polygons


def _top_piece(rng: np.random.Generator) -> Array:
    """What stands on a badge or crest, its middle at the origin: a bird, a crown, a dome, a flame, a star, a tower or a knob."""
    kind = rng.random()
    if kind < 0.45:
        return _spread(rng)
    wide, high = rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.5)
    steps = np.linspace(-1, 1, 33)
    if kind < 0.6:
        points = int(rng.integers(3, 8))
        upper = -high * (0.45 + 0.55 * np.abs(np.cos(steps * math.pi * points / 2)))
    elif kind < 0.72:
        upper = -high * np.sqrt(1 - 0.96 * steps**2)
    elif kind < 0.82:
        upper = -1.3 * high * (1 - np.abs(steps)) ** rng.uniform(0.6, 2.2)
    elif kind < 0.92:
        upper = -high * (0.6 + 0.4 * (np.floor((steps + 1) * 3.49) % 2 == 0))
    else:
        angles = np.linspace(0, 2 * math.pi, 20, endpoint=False)
        radii = high * np.where(np.arange(20) % 4 < 2, 1.0, rng.uniform(0.5, 1))
        return np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)
    top = np.stack([wide * steps, upper], 1)
    return np.concatenate([top, [(wide * 0.9, 0.25), (-wide * 0.9, 0.25)]])


def _spread(rng: np.random.Generator) -> Array:
    """A bird from the front: head, wings raised or spread with feathers along their lower edge, and tail."""
    span, lift, deep = rng.uniform(0.85, 1.35), rng.uniform(-0.1, 0.55), rng.uniform(0.45, 0.75)
    feathers, bulge = int(rng.integers(4, 10)), rng.uniform(0.05, 0.2)
    along = np.linspace(0.12, 1, 12)
    leading = np.stack([span * along, -0.26 - lift * along**1.4 - bulge * np.sin(math.pi * along)], 1)
    tips: list[tuple[float, float]] = []
    for feather in range(feathers):
        out = 1 - (feather + 0.6) / (feathers + 0.6)
        low = -0.26 - lift * out**1.4 + deep * (0.35 + 0.65 * (1 - out))
        tips += [(span * out + 0.06, low), (span * out, low - 0.07)]
    turned = float(rng.choice([0.0, 0.08]))
    head = [(0.0, -0.52), (0.07 + turned, -0.47), (0.1 + turned, -0.4), (0.08, -0.3)]
    right = np.array([*head, *leading.tolist(), *tips, (0.12, 0.3), (0.0, 0.45)])
    return np.concatenate([right, right[::-1] * (-1, 1)])


def _panel(rng: np.random.Generator, height: float) -> Array:
    wide, thick, bow = rng.uniform(0.8, 1.08), rng.uniform(0.09, 0.16), rng.uniform(-0.12, 0.12)
    steps = np.linspace(-1, 1, 24)
    upper = np.stack([wide * steps, height - thick + bow * (1 - steps**2)], 1)
    return np.concatenate([upper, upper[::-1] + np.array([0, 2 * thick])])


def crest(rng: np.random.Generator) -> list[Array]:
    """A shield over a ribbon, with or without a piece on top."""
    body = shield(rng)[0]
    foot = float(body[:, 1].max())
    steps = np.linspace(-1, 1, 40)
    wide, thick, wave = rng.uniform(0.9, 1.35), rng.uniform(0.13, 0.22), rng.uniform(-0.25, 0.25)
    upper = np.stack([wide * steps, foot - rng.uniform(0.05, 0.3) + wave * np.cos(steps * math.pi * rng.choice([0.5, 1.0]))], 1)
    ribbon = np.concatenate([upper, [upper[-1] + (0.16, 0.02 + thick / 2)], upper[::-1] + np.array([0, 2 * thick]), [upper[0] + (-0.16, 0.02 + thick / 2)]])
    polygons = [body, ribbon]
    if rng.random() < 0.5:
        polygons.append(_top_piece(rng) + np.array([0, float(body[:, 1].min()) + 0.1]))
    return polygons
