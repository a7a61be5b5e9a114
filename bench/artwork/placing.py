"""An emblem laid into a picture: on its sheet, on cloth or bare, lit, shaded, partly covered; and the box of what is left to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.covering import covering
from bench.artwork.materials import MATERIALS, made_of
from bench.artwork.surface import Sheet, back, seen, sheet

Array = npt.NDArray[Any]
Box = tuple[int, int, int, int]

LONGEST = 760  # pixels: a long rocker's length
ON_CLOTH = 0.55


@dataclass(frozen=True, slots=True)
class Placed:
    """`box` (x, y, width, height in pixels) holds what can be seen of the emblem, `window` all that was drawn; `covered` is the hidden share, 0 to 1."""

    label: str
    box: Box
    covered: float
    window: Box

    @property
    def side(self) -> int:
        """The shorter side of the visible box, pixels."""
        return min(self.box[2], self.box[3])


def place(picture: Array, label: str, art: Array, rng: np.random.Generator, side: float, taken: list[Box]) -> Placed | None:
    """Lays `art` (H x W x 4) into `picture` (changed in place) with its shorter side `side` pixels before anything covers it, clear of the windows `taken`.

    None where no room was found or next to nothing is left to see."""
    lies = sheet(rng)
    shape = _outline(art)
    flat = seen(lies, shape)
    extent = np.ptp(flat, axis=0)
    scale = float(min(side / extent.min(), LONGEST / extent.max()))
    cloth = _cloth(rng) if rng.random() < ON_CLOTH else None
    low, high = (flat * scale).min(axis=0), (flat * scale).max(axis=0)
    margin = (high - low) * rng.uniform(0.3, 1, 2) * (1.0 if cloth is not None else 0.1) + 4
    middle = _room(rng, picture.shape, low, high, margin, taken)
    if middle is None:
        return None
    worked = made_of(art, str(rng.choice(MATERIALS, p=[0.3, 0.35, 0.12, 0.13, 0.1])), rng)
    start = np.maximum(np.floor(low + middle - margin), 0).astype(int)
    end = np.minimum(np.ceil(high + middle + margin), [picture.shape[1], picture.shape[0]]).astype(int)
    window = picture[start[1] : end[1], start[0] : end[0]]
    drawn, cover = _rendered(window, worked, lies, scale, start - middle, cloth, rng)
    share = float(rng.uniform(0.05, 0.4)) if rng.random() < 0.5 else 0.0
    if share:
        colour, hidden = covering(rng, cover, share, window)
        drawn += (colour - drawn) * hidden[..., None]
        cover = cover * (1 - hidden)
    window[:] = drawn.clip(0, 255)
    return _placed(label, cover, start, end, share)


def _outline(art: Array) -> Array:
    """The emblem's convex outline on its sheet (N x 2, longer side 1)."""
    edges, _ = cv2.findContours((art[..., 3] > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = cv2.convexHull(np.concatenate(edges))[:, 0, :].astype(np.float64)
    height, width = art.shape[:2]
    on_sheet: Array = (points - [width / 2, height / 2]) / max(height, width)
    return on_sheet


def _room(rng: np.random.Generator, shape: tuple[int, ...], low: Array, high: Array, margin: Array, taken: list[Box]) -> Array | None:
    """A place for the sheet's middle, so that the emblem (`low` to `high` about it) lies inside the picture, and with its margin off what is there."""
    space = np.array([shape[1], shape[0]]) - (high - low) - 8
    if (space <= 0).any():
        return None
    for _ in range(12):
        corner = rng.uniform(0, 1, 2) * space + 4
        near, far = corner - margin, corner + (high - low) + margin
        if all(near[0] > x + w or far[0] < x or near[1] > y + h or far[1] < y for x, y, w, h in taken):
            spot: Array = corner - low
            return spot
    return None


def _cloth(rng: np.random.Generator) -> Array:
    """A garment's colour (BGR): uniforms are mostly dark."""
    uniform = ((40, 25, 15), (25, 25, 25), (60, 80, 95), (110, 150, 175), (55, 75, 60), (200, 200, 195), (120, 90, 60))
    return np.array(uniform[int(rng.integers(0, len(uniform)))], np.float32) if rng.random() < 0.7 else rng.uniform(10, 235, 3).astype(np.float32)


def _rendered(window: Array, art: Array, lies: Sheet, scale: float, origin: Array, cloth: Array | None, rng: np.random.Generator) -> tuple[Array, Array]:
    """The window with cloth and emblem in it (float), and how much of the emblem each pixel shows (0 to 1)."""
    height, width = window.shape[:2]
    uv, there, light = back(lies, width, height, scale, origin)
    shrink = min(1.0, 1.25 * scale / max(art.shape[:2]))
    size = (max(4, round(art.shape[1] * shrink)), max(4, round(art.shape[0] * shrink)))
    small = cv2.resize(_solid(art), size, interpolation=cv2.INTER_AREA)
    longer = max(size)
    maps = uv * np.float32(longer) + np.array([size[0] / 2 - 0.5, size[1] / 2 - 0.5], np.float32)
    laid = cv2.remap(small, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT).astype(np.float32)
    cover = laid[..., 3] / 255 * there
    ground: Array = window.astype(np.float32)
    if cloth is not None:
        ground = _clad(ground, uv, there, light, cloth, rng)
    strength = rng.uniform(0.4, 1)
    lit = laid[..., :3] * (1 + strength * (light[..., :1] - 1)) + 200 * light[..., 1:]
    if rng.random() < 0.25:
        lit = lit * _shadow(rng, width, height)
    edge = cv2.GaussianBlur(cover, (0, 0), max(1.0, scale * 0.012))
    ground = ground * (1 - 0.45 * np.clip(edge - cover, 0, 1))[..., None]
    return ground + (lit - ground) * cover[..., None], cover


def _solid(art: Array) -> Array:
    """The emblem with its transparent parts in the mean border colour, so that no dark seam appears when it is reduced."""
    solid = art.copy()
    clear = art[..., 3] < 128
    ring = cv2.dilate(clear.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool) & ~clear
    solid[clear, :3] = art[ring][:, :3].mean(axis=0) if ring.any() else 128
    return solid


def _clad(ground: Array, uv: Array, there: Array, light: Array, colour: Array, rng: np.random.Generator) -> Array:
    """A piece of garment on the same sheet, with seams and a weave, soft at its bowed border."""
    u, v = uv[..., 0], uv[..., 1]
    reach = rng.uniform(0.6, 1.5, 2)
    across, down = u * u / np.float32(reach[0] ** 2), v * v / np.float32(reach[1] ** 2)
    inside = 1 - across * across - down * down + np.float32(0.1) * np.sin(5 * u + 3 * v)
    there = there * np.clip(inside * 6, 0, 1)
    weave = 1 + np.float32(0.06) * np.sin(u * 300 + v * 190)
    weave[np.abs(u - np.float32(rng.uniform(-1, 1))) < 0.012] *= 0.7
    look = colour * (light[..., 0] * weave)[..., None] + 60 * light[..., 1:]
    clad: Array = ground + (look - ground) * there[..., None]
    return clad


def _shadow(rng: np.random.Generator, width: int, height: int) -> Array:
    """Something out of sight throws a shadow over a part of it."""
    y, x = np.mgrid[-0.5 : 0.5 : complex(0, height), -0.5 : 0.5 : complex(0, width)].astype(np.float32)
    angle = rng.uniform(0, 6.28)
    edge = np.clip((x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.15, 0.15)) * rng.uniform(6, 40) + 0.5, 0, 1)
    darkened: Array = (1 - rng.uniform(0.25, 0.55) * edge)[..., None]
    return darkened


def _placed(label: str, cover: Array, start: Array, end: Array, share: float) -> Placed | None:
    visible = cv2.findNonZero((cover > 0.4).astype(np.uint8))
    if visible is None:
        return None
    x, y, w, h = cv2.boundingRect(visible)
    if min(w, h) < 12:
        return None
    window = (int(start[0]), int(start[1]), int(end[0] - start[0]), int(end[1] - start[1]))
    return Placed(label, (int(x + start[0]), int(y + start[1]), int(w), int(h)), share, window)
