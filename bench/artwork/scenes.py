"""Where emblems are looked for: scenes drawn by rule, and views of the public-domain photographs in samples/photographs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.clutter import banner, box, colour, line_of, paper, plate, strewn, words
from bench.artwork.opening import opened

Array = npt.NDArray[Any]
Rng = np.random.Generator

WIDTH, HEIGHT = 1280, 960
PHOTOGRAPHS = Path(__file__).parents[2] / "samples" / "photographs"
LEFT_OUT = {"astronaut.jpg", "photographer.jpg"}  # people; one of them wears emblems


def scene(rng: Rng) -> Array:
    """A picture of HEIGHT x WIDTH x 3 without any emblem of this generator; half of them are photographs, some with drawn things on them."""
    if rng.random() < 0.5:
        canvas = view(rng, WIDTH, HEIGHT)
        if rng.random() < 0.85:
            strewn(canvas, rng, int(rng.integers(1, 7)))
        return canvas
    kinds = tuple(SCENES.values())
    return kinds[int(rng.integers(0, len(kinds)))](rng)


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.name for path in PHOTOGRAPHS.glob("*.jpg") if path.name not in LEFT_OUT))


@lru_cache(maxsize=32)
def _photograph(name: str) -> Array:
    return opened((PHOTOGRAPHS / name).read_bytes())


def view(rng: Rng, width: int, height: int) -> Array:
    """A part of a photograph: cut, turned a little, mirrored, in other light."""
    names = _names()
    photograph = _photograph(names[int(rng.integers(0, len(names)))])
    rows, columns = photograph.shape[:2]
    part = rng.uniform(0.3, 0.95) * min(columns / width, rows / height)
    angle, flip = rng.normal(0, 0.06), float(rng.choice([-1, 1]))
    turn = np.array([[math.cos(angle) * flip, -math.sin(angle)], [math.sin(angle) * flip, math.cos(angle)]]) * part
    reach = np.abs(turn) @ [width / 2, height / 2]
    room = np.maximum(np.array([columns / 2, rows / 2]) - reach, 0)
    middle = np.array([columns / 2, rows / 2]) + rng.uniform(-1, 1, 2) * room
    matrix = np.column_stack([turn, middle - turn @ [width / 2, height / 2]])
    cut = cv2.warpAffine(photograph, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT)
    return graded(cut, rng)


def graded(pixels: Array, rng: Rng) -> Array:
    """Another light: exponent and tint, each channel by a table."""
    levels = np.linspace(0, 1, 256)
    exponent = math.exp(rng.normal(0, 0.25))
    table = np.stack([levels**exponent * 255 * gain for gain in rng.uniform(0.85, 1.12, 3)], 1).clip(0, 255).astype(np.uint8)
    return cv2.LUT(pixels, table.reshape(1, 256, 3))


def _slope(rng: Rng, low: int, high: int) -> Array:
    """A ground whose colour changes smoothly."""
    corners = (rng.uniform(low, high, (2, 2, 1)) + rng.normal(0, 14, (2, 2, 3))).clip(0, 255).astype(np.float32)
    return cv2.resize(corners, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _street(rng: Rng) -> Array:
    """House fronts with windows and shop signs above a road with cars."""
    canvas, x = _slope(rng, 120, 245), 0
    kerb = int(rng.integers(600, 760))
    while x < WIDTH:
        wide, top = int(rng.integers(140, 380)), int(rng.integers(20, 300))
        cv2.rectangle(canvas, (x, top), (x + wide, kerb), colour(rng), -1)
        pane, room = colour(rng), int(rng.integers(30, 70))
        for wy in range(top + 20, kerb - 220, room + 25):
            for wx in range(x + 15, x + wide - room, room + 20):
                cv2.rectangle(canvas, (wx, wy), (wx + room - 10, wy + room), pane, -1)
        cv2.rectangle(canvas, (x + 15, kerb - 150), (x + wide - 15, kerb), colour(rng), -1)
        banner(canvas, rng, x + wide // 2, kerb - 180, wide - 20)
        x += wide
    cv2.rectangle(canvas, (0, kerb), (WIDTH, HEIGHT), (95, 92, 90), -1)
    for _ in range(int(rng.integers(1, 4))):
        _car(canvas, rng, int(rng.integers(100, 1180)), int(rng.integers(kerb + 60, 900)), int(rng.integers(180, 420)))
    strewn(canvas, rng, int(rng.integers(2, 6)), 24, 120)
    return canvas


def _car(canvas: Array, rng: Rng, x: int, y: int, size: int) -> None:
    paint, high = colour(rng), size // 4
    cv2.rectangle(canvas, (x - size // 2, y - high), (x + size // 2, y), paint, -1)
    roof = np.array([(-0.3, -1), (-0.18, -1.8), (0.2, -1.8), (0.35, -1)]) * [size, high] + [x, y]
    cv2.fillPoly(canvas, [roof.astype(np.int32)], paint, cv2.LINE_AA)
    cv2.fillPoly(canvas, [((roof - [x, y - 1.35 * high]) * 0.82 + [x, y - 1.35 * high]).astype(np.int32)], (200, 190, 170), cv2.LINE_AA)
    for wheel in (-0.3, 0.3):
        cv2.circle(canvas, (round(x + wheel * size), y), max(6, size // 11), (25, 25, 25), -1, cv2.LINE_AA)
        cv2.circle(canvas, (round(x + wheel * size), y), max(3, size // 20), (170, 170, 170), -1, cv2.LINE_AA)
    plate(canvas, rng, x + size // 3, y - high // 3, max(24, size // 6))


def _desk(rng: Rng) -> Array:
    """Papers, a screen, cups and cartons on wood."""
    canvas = _slope(rng, 60, 190)
    grain = cv2.resize(rng.normal(0, 14, (HEIGHT // 3, 6)).astype(np.float32), (WIDTH, HEIGHT))
    canvas = (canvas + grain[..., None]).clip(0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(3, 8))):
        paper(canvas, rng, int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT)), int(rng.integers(120, 380)))
    left, top = int(rng.integers(0, 700)), int(rng.integers(0, 400))
    cv2.rectangle(canvas, (left - 14, top - 14), (left + 494, top + 314), (30, 30, 30), -1)
    canvas[top : top + 300, left : left + 480] = view(rng, 480, 300)
    strewn(canvas, rng, int(rng.integers(4, 12)))
    return canvas


def _crowd(rng: Rng) -> Array:
    """Rows of people as bodies and heads, the nearer the larger."""
    canvas = _slope(rng, 90, 230)
    for row in range(5):
        size = 60 + 55 * row
        for _ in range(int(rng.integers(3, 12 - row))):
            x, y = int(rng.integers(0, WIDTH)), 260 + 150 * row + int(rng.integers(-30, 30))
            coat = colour(rng) if rng.random() < 0.5 else (50, 35, 25)
            cv2.ellipse(canvas, (x, y + size), (round(size * 0.55), size), 0, 0, 360, coat, -1, cv2.LINE_AA)
            cv2.circle(canvas, (x, y - size // 4), size // 3, (110, 150, 200) if rng.random() < 0.5 else (60, 85, 130), -1, cv2.LINE_AA)
            cv2.ellipse(canvas, (x, y - size // 3), (size // 3, size // 4), 0, 180, 360, colour(rng), -1, cv2.LINE_AA)
    strewn(canvas, rng, int(rng.integers(1, 6)), 24, 110)
    return canvas


def _cloth(rng: Rng) -> Array:
    """Fabric close up: plaid, stripes or plain, in soft folds."""
    y, x = np.mgrid[0:HEIGHT:2, 0:WIDTH:2].astype(np.float32)
    angle, pace = rng.uniform(0, 3.14), rng.uniform(0.02, 0.12)
    u, v = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    ground, other = np.array(colour(rng), np.float32), np.array(colour(rng), np.float32)
    kind = rng.random()
    amount = 0.5 * (np.sin(u * pace) > 0.3) + (0.5 * (np.sin(v * pace) > 0.3) if kind < 0.4 else 0) if kind < 0.7 else np.zeros_like(u)
    fold = 1 + 0.3 * np.sin(u * 0.008 + 1.5 * np.sin(v * 0.004) + rng.uniform(0, 6))
    small = (ground + (other - ground) * amount[..., None]) * fold[..., None]
    canvas: Array = cv2.resize(small.clip(0, 255).astype(np.uint8), (WIDTH, HEIGHT))
    strewn(canvas, rng, int(rng.integers(0, 4)))
    return canvas


def _screen(rng: Rng) -> Array:
    """A post in an application: a picture, round portraits, lines of text, buttons."""
    dark = rng.random() < 0.4
    ground, ink = ((28, 24, 21), (225, 225, 225)) if dark else ((250, 249, 247), (35, 35, 35))
    canvas = np.full((HEIGHT, WIDTH, 3), ground, np.uint8)
    y = int(rng.integers(-100, 40))
    while y < HEIGHT:
        cv2.circle(canvas, (90, y + 50), 32, colour(rng), -1, cv2.LINE_AA)
        line_of(canvas, rng, words(rng), 140, 420, y + 48, 20, ink)
        for k in range(int(rng.integers(1, 4))):
            text = " ".join(words(rng) for _ in range(3))
            line_of(canvas, rng, text, 140, int(rng.integers(500, 1000)), y + 90 + 30 * k, 16, ink)
        y += 190
        if rng.random() < 0.6 and y < HEIGHT - 60:
            wide, high = int(rng.integers(400, 1000)), min(int(rng.integers(200, 520)), HEIGHT - y)
            canvas[y : y + high, 140 : 140 + wide] = view(rng, wide, high)
            y += high + 20
        for k in range(4):
            cv2.circle(canvas, (160 + 110 * k, min(y + 16, HEIGHT)), 10, (140, 140, 140), 2, cv2.LINE_AA)
        y += 50
    return canvas


def _meme(rng: Rng) -> Array:
    """A photograph with white capitals above and below."""
    canvas = view(rng, WIDTH, HEIGHT)
    for foot in (130, 920):
        text = " ".join(words(rng) for _ in range(2))
        state = rng.bit_generator.state
        line_of(canvas, rng, text, 44, 1244, foot + 4, 90, (0, 0, 0))
        rng.bit_generator.state = state
        line_of(canvas, rng, text, 40, 1240, foot, 90, (250, 250, 250))
    strewn(canvas, rng, int(rng.integers(0, 4)))
    return canvas


def _shelf(rng: Rng) -> Array:
    """Goods in rows."""
    canvas = _slope(rng, 60, 200)
    for foot in range(230, HEIGHT + 200, int(rng.integers(190, 300))):
        x = int(rng.integers(-40, 40))
        while x < WIDTH:
            size = int(rng.integers(90, 190))
            for _ in range(int(rng.integers(1, 4))):
                box(canvas, rng, x + size // 3, foot - size // 2, size)
                x += round(size * 0.75)
        cv2.rectangle(canvas, (0, foot), (WIDTH, foot + 14), (60, 70, 80), -1)
    return canvas


def _lot(rng: Rng) -> Array:
    """Parked cars behind one another."""
    canvas = _slope(rng, 80, 150)
    cv2.rectangle(canvas, (0, 0), (WIDTH, 260), colour(rng), -1)
    for row in range(4):
        size = 160 + 90 * row
        for x in range(int(rng.integers(-80, 60)), WIDTH + 100, round(size * 1.15)):
            if rng.random() < 0.75:
                _car(canvas, rng, x, 330 + 170 * row, size)
    strewn(canvas, rng, int(rng.integers(2, 7)), 24, 140)
    return canvas


SCENES: dict[str, Callable[[Rng], Array]] = {
    "street": _street,
    "desk": _desk,
    "crowd": _crowd,
    "cloth": _cloth,
    "screen": _screen,
    "meme": _meme,
    "shelf": _shelf,
    "lot": _lot,
}
