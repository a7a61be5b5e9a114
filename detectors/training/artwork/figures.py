"""Forms drawn from rules: stars, rays, wreaths, ropes, wheels, towers, scales, crossed things, mountains, animals' prints."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from detectors.training.artwork.canvas import SIDE, Array, placed, polygons_mask

Centre = tuple[float, float]


def disc(centre: Centre, radius: float) -> Array:
    """A filled circle."""
    angles = np.linspace(0, 2 * math.pi, 60, endpoint=False)
    return polygons_mask([placed(np.stack([np.cos(angles), np.sin(angles)], 1), radius, centre)])


def star(centre: Centre, radius: float, tips: int = 5, inner: float = 0.4, turn: float = 0) -> Array:
    """A star of so many tips."""
    return polygons_mask([placed(_star_points(tips, inner, turn), radius, centre)])


def _star_points(tips: int, inner: float, turn: float = 0) -> Array:
    angles = turn - math.pi / 2 + np.arange(2 * tips) * math.pi / tips
    radii = np.where(np.arange(2 * tips) % 2 == 0, 1.0, inner)
    return np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)


def rays(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """A sunburst: straight beams of one or two lengths."""
    count = int(rng.integers(8, 40))
    return star(centre, radius, count, rng.uniform(0.35, 0.8))


def ring(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """A thin ring, a rope or a ring of dots."""
    kind = rng.random()
    if kind < 0.4:
        mask: Array = cv2.subtract(disc(centre, radius), disc(centre, radius * rng.uniform(0.86, 0.95)))
        return mask
    count = int(rng.integers(16, 48))
    size = radius * (0.06 if kind < 0.7 else 0.09)
    angles = np.arange(count) * 2 * math.pi / count
    dots = [
        placed(_lens(0.5 if kind > 0.7 else 1.0, angle + 0.7), size, (centre[0] + radius * 0.92 * math.cos(angle), centre[1] + radius * 0.92 * math.sin(angle)))
        for angle in angles
    ]
    return polygons_mask(dots)


def _lens(width: float, angle: float) -> Array:
    steps = np.linspace(0, 2 * math.pi, 14, endpoint=False)
    points = np.stack([np.cos(steps), width * np.sin(steps)], 1)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def wreath(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """Two branches of leaves that meet below."""
    count, lean, width = int(rng.integers(6, 14)), rng.uniform(0.3, 0.9), rng.uniform(0.28, 0.5)
    leaves: list[Array] = []
    for index in range(count):
        angle = math.pi / 2 + 0.2 + index * (math.pi - 0.6) / count
        for side in (-1, 1):
            place = (centre[0] + side * radius * 0.85 * math.cos(angle), centre[1] + radius * 0.85 * math.sin(angle))
            heading = angle + math.pi / 2 if side == 1 else math.pi / 2 - angle
            leaves.extend(placed(_lens(width, heading + tilt), radius * 0.17, place) for tilt in (-lean, lean))
    return polygons_mask(leaves)


def stars_around(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """A circle or half circle of small stars."""
    count, whole = int(rng.integers(5, 20)), rng.random() < 0.6
    angles = -math.pi / 2 + (np.arange(count) * 2 * math.pi / count if whole else np.linspace(-1.3, 1.3, count))
    tips = int(rng.choice([4, 5, 6]))
    return polygons_mask(
        [
            placed(_star_points(tips, 0.42), radius * 0.11, (centre[0] + radius * 0.88 * math.cos(angle), centre[1] + radius * 0.88 * math.sin(angle)))
            for angle in angles
        ]
    )


def figure(number: int, rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """The drawn form of that number (modulo how many there are), as a mask."""
    return FIGURES[number % len(FIGURES)](rng, centre, radius)


def _plain_star(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    mask = star(centre, radius, int(rng.integers(4, 10)), rng.uniform(0.3, 0.65), float(rng.choice([0, 0, rng.uniform(-0.3, 0.3)])))
    if rng.random() < 0.45:
        mask = cv2.subtract(mask, disc(centre, radius * rng.uniform(0.15, 0.35)))
    return np.asarray(mask)


def _wheel(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    spokes = int(rng.integers(4, 12))
    mask = cv2.subtract(disc(centre, radius * 0.8), disc(centre, radius * rng.uniform(0.58, 0.7)))
    bars = []
    for index in range(spokes):
        angle = index * math.pi * 2 / spokes
        bars.append(_bar(centre, radius * rng.uniform(0.78, 1.0), 0.04 * radius + 1, angle))
    return np.asarray(cv2.max(cv2.max(mask, polygons_mask(bars)), disc(centre, radius * 0.2)))


def _bar(centre: Centre, length: float, half: float, angle: float) -> Array:
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    start = np.asarray(centre)
    return np.array([start - across * half, start + along * length - across * half, start + along * length + across * half, start + across * half])


def _tower(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    columns = int(rng.integers(3, 8))
    parts = [
        [(-0.9, 0.75), (0.9, 0.75), (0.9, 0.9), (-0.9, 0.9)],
        [(-0.8, -0.1), (0.8, -0.1), (0.8, 0.02), (-0.8, 0.02)],
        [(-0.85, -0.15), (0.85, -0.15), (0, -0.55)],
    ]
    parts += [[(at - 0.05, 0), (at + 0.05, 0), (at + 0.05, 0.76), (at - 0.05, 0.76)] for at in np.linspace(-0.7, 0.7, columns)]
    if rng.random() < 0.5:
        parts += [[(-0.3, -0.4), (-0.24, -0.75), (0, -0.95), (0.24, -0.75), (0.3, -0.4)]]
    return polygons_mask([placed(np.array(part, float), radius, centre) for part in parts])


def _scales(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    tilt, drop = rng.uniform(-0.15, 0.15), rng.uniform(0.4, 0.7)
    parts = [
        [(-0.05, -0.85), (0.05, -0.85), (0.07, 0.85), (-0.07, 0.85)],
        [(-0.4, 0.85), (0.4, 0.85), (0.5, 0.97), (-0.5, 0.97)],
        [(-0.8, -0.65 + tilt), (0.8, -0.65 - tilt), (0.8, -0.57 - tilt), (-0.8, -0.57 + tilt)],
    ]
    for side, high in ((-0.75, tilt), (0.75, -tilt)):
        parts.append(
            [
                (side, -0.62 + high),
                (side - 0.3, drop - 0.62 + high),
                (side - 0.25, drop - 0.62 + high),
                (side, -0.5 + high),
                (side + 0.25, drop - 0.62 + high),
                (side + 0.3, drop - 0.62 + high),
            ]
        )
        parts.append(
            [(side - 0.34, drop - 0.64 + high), (side + 0.34, drop - 0.64 + high), (side + 0.15, drop - 0.42 + high), (side - 0.15, drop - 0.42 + high)]
        )
    return polygons_mask([placed(np.array(part, float), radius, centre) for part in parts])


def _crossed(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """Two swords, keys, axes, arrows or batons, crossed."""
    head = int(rng.integers(0, 4))
    half = rng.uniform(0.05, 0.1)
    piece = [(-half, 0.95), (-half, -0.6), (0, -0.95), (half, -0.6), (half, 0.95)]
    extras = (
        [(-0.25, 0.5), (0.25, 0.5), (0.25, 0.58), (-0.25, 0.58)],
        [(0, -0.9), (0.35, -0.75), (0.4, -0.3), (0, -0.5)],
        [(-0.22, -0.55), (0, -1), (0.22, -0.55)],
        [(-0.15, 0.7), (0.15, 0.7), (0.15, 1), (-0.15, 1)],
    )
    polygons: list[Array] = []
    for turn in (-1, 1):
        cos, sin = math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)
        matrix = np.array([[cos, sin], [-sin, cos]])
        polygons.extend(placed((np.array(part, float) * (turn, 1)) @ matrix, radius, centre) for part in (piece, extras[head]))
    return polygons_mask(polygons)


def _mountains(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    knots = int(rng.integers(4, 9))
    xs = np.linspace(-0.95, 0.95, knots)
    ys = np.where(np.arange(knots) % 2 == 0, rng.uniform(0.1, 0.6, knots), rng.uniform(-0.8, -0.1, knots))
    mask = polygons_mask([placed(np.concatenate([np.stack([xs, ys], 1), [(0.95, 0.7), (-0.95, 0.7)]]), radius, centre)])
    for row in range(int(rng.integers(0, 3))):
        wave = np.stack([xs, np.full(knots, 0.55 - 0.18 * row) + 0.05 * (np.arange(knots) % 2)], 1)
        lines = [np.round(placed(wave, radius, centre)).astype(np.int32)]
        cv2.polylines(mask, lines, False, (0,), 2, cv2.LINE_AA)
    return mask


def _compass(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    mask = cv2.max(star(centre, radius, 4, rng.uniform(0.14, 0.25)), star(centre, radius * rng.uniform(0.5, 0.8), 4, 0.25, math.pi / 4))
    return np.asarray(cv2.max(mask, cv2.subtract(disc(centre, radius * 0.6), disc(centre, radius * 0.52))))


def _tree(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    if rng.random() < 0.5:
        tiers = int(rng.integers(2, 6))
        parts = [
            [
                (-0.2 - 0.45 * (tier + 1) / tiers, -0.95 + 1.5 * (tier + 1.25) / tiers),
                (0, -1 + 1.5 * tier / tiers),
                (0.2 + 0.45 * (tier + 1) / tiers, -0.95 + 1.5 * (tier + 1.25) / tiers),
            ]
            for tier in range(tiers)
        ]
        return polygons_mask([placed(np.array(part), radius, centre) for part in [*parts, [(-0.08, 0.5), (0.08, 0.5), (0.08, 0.98), (-0.08, 0.98)]]])
    blobs = [disc((centre[0] + radius * rng.uniform(-0.5, 0.5), centre[1] + radius * rng.uniform(-0.65, 0)), radius * rng.uniform(0.2, 0.38)) for _ in range(7)]
    mask = polygons_mask([placed(np.array([(-0.07, -0.2), (0.07, -0.2), (0.2, 0.95), (-0.2, 0.95)]), radius, centre)])
    for blob in blobs:
        mask = np.asarray(cv2.max(mask, blob))
    return mask


def _bolt(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    lean = rng.uniform(-0.2, 0.2)
    points = np.array([(0.15 + lean, -1), (-0.55, 0.12), (-0.08, 0.12), (-0.25, 1), (0.55, -0.22), (0.08, -0.22), (0.5 + lean, -1)])
    return polygons_mask([placed(points, radius, centre)])


def _paw(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    spread = rng.uniform(0.85, 1.15)
    toes = [(-0.62, -0.15, 0.22), (-0.25, -0.6, 0.24), (0.25, -0.6, 0.24), (0.62, -0.15, 0.22)]
    polygons = [placed(_lens(1.3, 0), radius * size, (centre[0] + spread * radius * x, centre[1] + radius * y)) for x, y, size in toes]
    return polygons_mask([*polygons, placed(np.array([(0, 0), (0.5, 0.45), (0.42, 0.85), (0, 0.72), (-0.42, 0.85), (-0.5, 0.45)]), radius, centre)])


def _knot(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """A closed curve of Lissajous, as a line."""
    steps = np.linspace(0, 2 * math.pi, 240)
    one, other = int(rng.integers(1, 6)), int(rng.integers(2, 7))
    points = placed(0.85 * np.stack([np.sin(one * steps + rng.uniform(0, 3)), np.sin(other * steps)], 1), radius, centre)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.polylines(mask, [np.round(points * 16).astype(np.int32)], True, (255,), int(rng.integers(2, 6)), cv2.LINE_AA, 4)
    return mask


def _creature(rng: np.random.Generator, centre: Centre, radius: float) -> Array:
    """A blot that is the same on both sides: like a mask, a beast's head or a bird from the front."""
    count = int(rng.integers(8, 18))
    heights = np.linspace(-0.95, 0.95, count)
    widths = np.clip(np.abs(np.cumsum(rng.normal(0, 0.32, count))) + 0.08, 0.05, 0.95)
    right = np.stack([widths, heights], 1)
    mask = polygons_mask([placed(np.concatenate([right, right[::-1] * (-1, 1)]), radius, centre)])
    for _ in range(int(rng.integers(1, 4))):
        x, y, size = rng.uniform(0.05, 0.4), rng.uniform(-0.6, 0.6), rng.uniform(0.05, 0.16)
        for side in (-1, 1):
            mask = cv2.subtract(mask, disc((centre[0] + side * radius * x, centre[1] + radius * y), radius * size))
    return np.asarray(mask)


FIGURES: tuple[Callable[[np.random.Generator, Centre, float], Array], ...] = (
    _plain_star,
    _wheel,
    _tower,
    _scales,
    _crossed,
    _mountains,
    _compass,
    _tree,
    _bolt,
    _paw,
    _knot,
    _creature,
    _creature,
)
