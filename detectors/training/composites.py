"""Emblems laid on photographs as a camera might see them: turned, tilted, on cloth, half covered, shaded, blurred, compressed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import Box

Image = npt.NDArray[Any]
WIDTH, HEIGHT = 1280, 960
SMALLEST, LARGEST = 24, 300


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an emblem lies in a composite: its visible bounding box in pixels."""

    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class Composite:
    """A JPEG and the registered emblems in it. `shows` is empty for a negative."""

    content: bytes
    shows: tuple[Placed, ...]


def texture(rng: np.random.Generator) -> Image:
    """A ground without any photograph: blurred noise at several scales with a few flat shapes."""
    ground = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for scale in (4, 16, 64, 240):
        coarse = rng.normal(0, 1, (HEIGHT // scale + 2, WIDTH // scale + 2, 3)).astype(np.float32)
        ground += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * float(rng.uniform(2, 22))
    canvas = np.clip(ground + rng.uniform(40, 210, 3), 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 9))):
        centre = (int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT)))
        axes = (int(rng.integers(10, 160)), int(rng.integers(10, 160)))
        colour = tuple(int(c) for c in rng.integers(0, 255, 3))
        cv2.ellipse(canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, int(rng.choice([-1, 4, 12])), cv2.LINE_AA)
    return canvas


def view(photograph: Image, rng: np.random.Generator) -> Image:
    """A random part of a photograph, at least a third of it, mirrored half the time, at 1280 x 960."""
    height, width = photograph.shape[:2]
    part = float(rng.uniform(0.35, 1.0))
    w = int(min(width, height * 4 / 3) * part)
    h = int(w * 3 / 4)
    x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
    seen = cv2.resize(photograph[y : y + h, x : x + w], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA if w > WIDTH else cv2.INTER_CUBIC)
    return np.ascontiguousarray(seen[:, ::-1]) if rng.random() < 0.5 else seen


def place(ground: Image, emblem: Image, label: str, rng: np.random.Generator) -> Placed | None:
    """Lays a blue-green-red-alpha emblem on `ground`, in place. None when less than half of it fell inside the picture."""
    side = math.exp(float(rng.uniform(math.log(SMALLEST), math.log(LARGEST))))
    art, cover = _seen(emblem, side, rng)
    height, width = cover.shape
    x = int(rng.integers(-width // 8, WIDTH - width + width // 8))
    y = int(rng.integers(-height // 8, HEIGHT - height + height // 8))
    left, top, right, bottom = max(0, x), max(0, y), min(WIDTH, x + width), min(HEIGHT, y + height)
    part = (slice(top - y, bottom - y), slice(left - x, right - x))
    visible = cover[part]
    if visible.sum() < 0.5 * cover.sum():
        return None
    _blend(ground[top:bottom, left:right], art[part], visible)
    ys, xs = np.nonzero(visible > 0.5)
    if not len(xs):
        return None
    return Placed(label, Box(left + int(xs.min()), top + int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1))


def finish(ground: Image, rng: np.random.Generator) -> bytes:
    """What a camera and a platform do to the whole: blur, noise, colour cast, JPEG at quality 40 to 92."""
    seen: Image = ground.astype(np.float32)
    if rng.random() < 0.4:
        seen = cv2.GaussianBlur(seen, (0, 0), float(rng.uniform(0.4, 1.4)))
    if rng.random() < 0.15:
        seen = cv2.filter2D(seen, -1, _streak(int(rng.integers(3, 8)), float(rng.uniform(0, 180))))
    seen = seen * rng.uniform(0.85, 1.15, 3).astype(np.float32) * float(rng.uniform(0.7, 1.2)) + float(rng.uniform(-15, 15))
    seen += rng.normal(0, float(rng.uniform(0, 5)), seen.shape).astype(np.float32)
    _, encoded = cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 93))])
    return encoded.tobytes()


def _seen(emblem: Image, side: float, rng: np.random.Generator) -> tuple[Image, npt.NDArray[Any]]:
    """The emblem turned, tilted, waved and partly covered, its shorter side about `side` pixels: colours, and how much of each pixel it covers."""
    h, w = emblem.shape[:2]
    shrink = side / min(h, w)
    turn = float(rng.uniform(-180, 180)) if rng.random() < 0.35 else float(rng.uniform(-25, 25))
    out = math.ceil(math.hypot(h, w) * shrink) + 4
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    centred = (corners - [w / 2, h / 2]) * shrink * [1, float(rng.uniform(0.75, 1))]
    angle = math.radians(turn)
    turned = centred @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    tilted = turned + rng.uniform(-0.1, 0.1, (4, 2)) * side * float(rng.random() < 0.5) + out / 2
    matrix = cv2.getPerspectiveTransform(corners, tilted.astype(np.float32))
    sharp = emblem if shrink > 0.6 else cv2.GaussianBlur(emblem, (0, 0), 0.45 / shrink)
    laid = cv2.warpPerspective(sharp, matrix, (out, out), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        laid = _waved(laid, side, rng)
    cover = laid[..., 3].astype(np.float32) / 255
    if rng.random() < 0.35:
        cover *= _uncovered(cover, rng)
    shade = 1 + float(rng.uniform(0, 0.3)) * np.linspace(-1, 1, out, dtype=np.float32)[None, :, None]
    return np.clip(laid[..., :3] * shade, 0, 255).astype(np.uint8), cover


def _waved(laid: Image, side: float, rng: np.random.Generator) -> Image:
    """Cloth: a sine across, with light and shadow."""
    out = laid.shape[0]
    y, x = np.mgrid[0:out, 0:out].astype(np.float32)
    direction, length = float(rng.uniform(0, math.pi)), side * float(rng.uniform(0.5, 1.5))
    phase = (x * math.cos(direction) + y * math.sin(direction)) * (2 * math.pi / length)
    push = (np.sin(phase) * side * float(rng.uniform(0, 0.03))).astype(np.float32)
    waved: Image = cv2.remap(laid, x + push, y + push, cv2.INTER_LINEAR)
    light = 1 + float(rng.uniform(0, 0.2)) * np.cos(phase)
    return np.dstack([np.clip(waved[..., :3] * light[..., None], 0, 255).astype(np.uint8), waved[..., 3]])


def _uncovered(cover: npt.NDArray[Any], rng: np.random.Generator) -> npt.NDArray[Any]:
    """Something in front: 1 where the emblem is still seen, a straight edge hiding 5 to 35 % of its breadth."""
    ys, xs = np.nonzero(cover > 0.5)
    direction = float(rng.uniform(0, 2 * math.pi))
    along = xs * math.cos(direction) + ys * math.sin(direction)
    edge = float(np.quantile(along, rng.uniform(0.05, 0.35))) if len(xs) else 0.0
    y, x = np.mgrid[0 : cover.shape[0], 0 : cover.shape[1]]
    seen: Image = (x * math.cos(direction) + y * math.sin(direction) > edge).astype(np.float32)
    return seen


def _blend(ground: Image, art: Image, cover: npt.NDArray[Any]) -> None:
    ground[:] = np.round(ground * (1 - cover[..., None]) + art * cover[..., None])


def _streak(length: int, angle: float) -> npt.NDArray[Any]:
    """A motion-blur kernel."""
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), angle, 1.0)
    turned = cv2.warpAffine(kernel, turn, (length, length))
    streak: Image = turned / max(float(turned.sum()), 1e-6)
    return streak
