"""Things that are round, shield-shaped, lettered or bright and are no registered artwork: signs, labels, plates, clocks, faces, papers, boxes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.lettering import Colour, hand, write
from bench.artwork.words import agency, town

Array = npt.NDArray[Any]
Rng = np.random.Generator

SHOPS = (
    "BAKERY",
    "CAFE",
    "OPEN",
    "SALE 50",
    "BOOKS",
    "PIZZA",
    "HOTEL",
    "EXIT 12",
    "NO PARKING",
    "SCHOOL",
    "BANK",
    "LOTTO",
    "TAXI",
    "STOP",
    "MILK",
    "SOAP",
    "FRESH",
    "NEWS",
)


def colour(rng: Rng) -> Colour:
    """A colour as things have them, BGR: mostly muted, one in four bright."""
    pure = rng.uniform(0, 255, 3)
    kept = 1.0 if rng.random() < 0.25 else rng.uniform(0.1, 0.6)
    b, g, r = (pure.mean() + (pure - pure.mean()) * kept).astype(int)
    return (int(b), int(g), int(r))


def words(rng: Rng) -> str:
    """What a sign may say; one in ten names a town or an agency."""
    if rng.random() < 0.1:
        return town(rng) if rng.random() < 0.5 else agency(rng)
    return str(rng.choice(SHOPS))


def line_of(canvas: Array, rng: Rng, text: str, left: float, right: float, foot: float, height: float, ink: Colour) -> None:
    """Letters on a level line."""
    path = np.stack([np.linspace(left, right, 4), np.full(4, foot)], 1)
    write(canvas, text, hand(rng), path, height, ink)


def sign(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A traffic sign: triangle, octagon, disc, square or route shield, with a rim and a word, number or arrow."""
    n = int(rng.choice([3, 4, 8, 40]))
    turn = {3: -math.pi / 2, 4: rng.choice([0, math.pi / 4]), 8: math.pi / 8, 40: 0.0}[n]
    t = np.arange(n) * 2 * math.pi / n + turn
    corners = np.stack([x + size / 2 * np.cos(t), y + size / 2 * np.sin(t)], 1)
    rim, ground, ink = colour(rng), colour(rng), colour(rng)
    cv2.fillPoly(canvas, [corners.astype(np.int32)], rim, cv2.LINE_AA)
    cv2.fillPoly(canvas, [((corners - [x, y]) * 0.8 + [x, y]).astype(np.int32)], ground, cv2.LINE_AA)
    if rng.random() < 0.6:
        line_of(canvas, rng, words(rng) if rng.random() < 0.5 else str(rng.integers(1, 99)), x - size * 0.3, x + size * 0.3, y + size * 0.12, size * 0.3, ink)
    else:
        cv2.arrowedLine(canvas, (x, y + size // 4), (x + int(rng.integers(-size, size + 1)) // 4, y - size // 4), ink, max(1, size // 12), cv2.LINE_AA)


def label(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A product's round or oval label, rings and a word across."""
    axes = (max(3, size // 2), max(3, round(size * rng.uniform(0.3, 0.5))))
    for part in (1.0, 0.86, 0.7)[: int(rng.integers(1, 4))]:
        cv2.ellipse(canvas, (x, y), (max(2, round(axes[0] * part)), max(2, round(axes[1] * part))), 0, 0, 360, colour(rng), -1, cv2.LINE_AA)
    line_of(canvas, rng, words(rng), x - axes[0] * 0.8, x + axes[0] * 0.8, y + axes[1] * 0.2, axes[1] * 0.5, colour(rng))


def clock(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    cv2.circle(canvas, (x, y), size // 2, colour(rng), -1, cv2.LINE_AA)
    cv2.circle(canvas, (x, y), round(size * 0.43), (235, 240, 240), -1, cv2.LINE_AA)
    for tick in range(12):
        way = np.array([math.cos(tick * math.pi / 6), math.sin(tick * math.pi / 6)])
        a, b = np.array([x, y]) + way * size * 0.35, np.array([x, y]) + way * size * 0.41
        cv2.line(canvas, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), (30, 30, 30), max(1, size // 40), cv2.LINE_AA)
    for long in (0.3, 0.22):
        angle = rng.uniform(0, 6.28)
        cv2.line(
            canvas, (x, y), (int(x + size * long * math.cos(angle)), int(y + size * long * math.sin(angle))), (20, 20, 20), max(1, size // 30), cv2.LINE_AA
        )


def plate(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A car's licence plate."""
    high = max(6, size // 3)
    cv2.rectangle(canvas, (x - size // 2, y - high // 2), (x + size // 2, y + high // 2), colour(rng) if rng.random() < 0.4 else (230, 230, 225), -1)
    text = "".join(rng.choice(list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"), 6))
    line_of(canvas, rng, text, x - size * 0.46, x + size * 0.46, y + high * 0.3, high * 0.6, (90, 30, 20))


def face(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A drawn face, as in messages."""
    cv2.circle(canvas, (x, y), size // 2, (60, 200, 250) if rng.random() < 0.6 else colour(rng), -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.circle(canvas, (x + side * size // 6, y - size // 8), max(1, size // 14), (20, 40, 60), -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x, y), (size // 4, size // 5), 0, 20, 160, (20, 40, 60), max(1, size // 16), cv2.LINE_AA)


def paper(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A sheet with a heading and grey lines."""
    high = round(size * rng.uniform(0.8, 1.4))
    left, top = x - size // 2, y - high // 2
    cv2.rectangle(canvas, (left, top), (left + size, top + high), tuple(int(v) for v in rng.integers(205, 256, 3)), -1)
    line_of(canvas, rng, words(rng), left + size * 0.1, left + size * 0.9, top + high * 0.2, high * 0.1, colour(rng))
    for row in range(top + round(high * 0.28), top + round(high * 0.92), max(4, high // 14)):
        cv2.line(canvas, (left + size // 10, row), (left + round(size * rng.uniform(0.6, 0.9)), row), (120, 120, 120), max(1, size // 120))


def box(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A carton: a front with a name, a stripe and a spot."""
    wide, high = round(size * rng.uniform(0.5, 0.9)), size
    cv2.rectangle(canvas, (x - wide // 2, y - high // 2), (x + wide // 2, y + high // 2), colour(rng), -1)
    cv2.rectangle(canvas, (x - wide // 2, y + high // 5), (x + wide // 2, y + high // 3), colour(rng), -1)
    cv2.circle(canvas, (x, y), wide // 4, colour(rng), -1, cv2.LINE_AA)
    line_of(canvas, rng, words(rng), x - wide * 0.45, x + wide * 0.45, y - high * 0.28, high * 0.14, colour(rng))


def banner(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A shop's sign: a long board with a word."""
    high = max(8, round(size * rng.uniform(0.2, 0.35)))
    cv2.rectangle(canvas, (x - size // 2, y - high // 2), (x + size // 2, y + high // 2), colour(rng), -1)
    line_of(canvas, rng, words(rng), x - size * 0.45, x + size * 0.45, y + high * 0.3, high * 0.6, colour(rng))


def shieldlike(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A route's or a club's shield: two or three colours and a number."""
    corners = np.array([(-0.4, -0.5), (0, -0.42), (0.4, -0.5), (0.45, -0.1), (0.3, 0.3), (0, 0.55), (-0.3, 0.3), (-0.45, -0.1)]) * size + [x, y]
    cv2.fillPoly(canvas, [corners.astype(np.int32)], colour(rng), cv2.LINE_AA)
    cv2.fillPoly(canvas, [((corners - [x, y]) * 0.86 + [x, y]).astype(np.int32)], colour(rng), cv2.LINE_AA)
    line_of(canvas, rng, str(rng.integers(1, 999)), x - size * 0.3, x + size * 0.3, y + size * 0.18, size * 0.36, colour(rng))


def ball(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    """A disc of wedges, as balls, pies and wheels have."""
    n = int(rng.integers(2, 9))
    pair = (colour(rng), colour(rng))
    for wedge in range(n):
        cv2.ellipse(canvas, (x, y), (size // 2, size // 2), 0, 360 * wedge / n, 360 * (wedge + 1) / n, pair[wedge % 2], -1, cv2.LINE_AA)
    cv2.circle(canvas, (x, y), size // 6, colour(rng), -1, cv2.LINE_AA)


THINGS: tuple[Callable[[Array, Rng, int, int, int], None], ...] = (sign, label, clock, plate, face, paper, box, banner, shieldlike, ball)


def strewn(canvas: Array, rng: Rng, count: int, low: float = 24, high: float = 260) -> None:
    """Some things anywhere in a picture, their sizes log-uniform."""
    for _ in range(count):
        thing = THINGS[int(rng.integers(0, len(THINGS)))]
        size = round(math.exp(rng.uniform(math.log(low), math.log(high))))
        thing(canvas, rng, int(rng.integers(0, canvas.shape[1])), int(rng.integers(0, canvas.shape[0])), size)
