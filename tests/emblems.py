"""Invented emblems: patches, seals, rockers and banners of departments that do not exist, drawn from a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[Any]
Colour = tuple[int, int, int]

SIDE = 256
CENTRE = SIDE / 2
PLACES = (
    "RIVER CITY",
    "MADISON",
    "OAK HILL",
    "HARBOR",
    "NORTHFIELD",
    "CEDAR BAY",
    "LAKEWOOD",
    "STONE RIDGE",
    "FAIRVIEW",
    "MILLTOWN",
    "EAST FORK",
    "PINE GROVE",
)
OFFICES = ("POLICE", "SHERIFF", "PATROL", "MARSHAL", "K-9 UNIT", "HARBOR PATROL", "DEPT OF POLICE", "STATE TROOPER", "TRAFFIC", "RANGER")
OUTLINES = ("shield", "circle", "oval", "star", "hexagon", "rocker", "banner", "diamond", "gear", "crest")
FIELDS = ("plain", "split", "quarters", "bend", "chevron", "stripes", "ring", "chief")
MOTIFS = ("star", "rays", "bird", "wheel", "tower", "letter", "mountain", "scales", "cross", "wave")
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)


@dataclass(frozen=True, slots=True)
class Emblem:
    """One emblem's design. The look-alike of an emblem has its outline, colours and field, and another motif and other words."""

    outline: str
    field: str
    motif: str
    words: tuple[str, str]
    palette: tuple[Colour, Colour, Colour]
    border: int
    font: int
    seed: int


def emblem(seed: int) -> Emblem:
    """The emblem of that number: always the same."""
    rng = np.random.default_rng([7, seed])
    return Emblem(
        outline=str(rng.choice(OUTLINES)),
        field=str(rng.choice(FIELDS)),
        motif=str(rng.choice(MOTIFS)),
        words=(str(rng.choice(PLACES)), str(rng.choice(OFFICES))),
        palette=_palette(rng),
        border=int(rng.integers(3, 12)),
        font=int(rng.choice(FONTS)),
        seed=seed,
    )


def look_alike(original: Emblem, seed: int) -> Emblem:
    """Another department's emblem in the same outline, colours and field."""
    rng = np.random.default_rng([8, original.seed, seed])
    return Emblem(
        outline=original.outline,
        field=original.field,
        motif=_another(MOTIFS, original.motif, rng),
        words=(_another(PLACES, original.words[0], rng), _another(OFFICES, original.words[1], rng)),
        palette=original.palette,
        border=original.border,
        font=original.font,
        seed=original.seed * 1000 + seed,
    )


def _another(choices: tuple[str, ...], taken: str, rng: np.random.Generator) -> str:
    return str(rng.choice([choice for choice in choices if choice != taken]))


def draw(design: Emblem) -> Image:
    """The emblem as SIDE x SIDE blue-green-red-alpha, cut to its outline's bounding box."""
    rng = np.random.default_rng([9, design.seed])
    outline = _outline(design.outline, rng)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA)
    canvas = _field(design, rng)
    if design.outline not in {"rocker", "banner"}:
        _motif(canvas, design, rng)
    _lettering(canvas, design)
    cv2.polylines(canvas, [outline], True, design.palette[1], design.border * 2, cv2.LINE_AA)
    if rng.random() < 0.5:
        canvas = _stitched(canvas, rng)
    x, y, w, h = cv2.boundingRect(outline)
    return np.ascontiguousarray(np.dstack([canvas, mask])[max(0, y) : y + h, max(0, x) : x + w])


def _palette(rng: np.random.Generator) -> tuple[Colour, Colour, Colour]:
    """Ground, trim and ink: ink differs enough in brightness from the ground to be read."""
    ground = _colour(rng)
    ink = _colour(rng)
    while abs(sum(ground) - sum(ink)) < 200:
        ground, ink = _colour(rng), _colour(rng)
    return ground, _colour(rng), ink


def _colour(rng: np.random.Generator) -> Colour:
    hue, saturation, value = int(rng.integers(0, 180)), int(rng.choice([20, 120, 200, 250])), int(rng.choice([30, 90, 160, 220, 250]))
    blue, green, red = cv2.cvtColor(np.array([[[hue, saturation, value]]], np.uint8), cv2.COLOR_HSV2BGR)[0, 0]
    return int(blue), int(green), int(red)


def _polar(radius: npt.NDArray[Any], angle: npt.NDArray[Any], stretch: tuple[float, float] = (1.0, 1.0)) -> npt.NDArray[Any]:
    points = np.stack([CENTRE + radius * np.cos(angle) * stretch[0], CENTRE + radius * np.sin(angle) * stretch[1]], axis=1)
    return np.round(points).astype(np.int32)


def _outline(name: str, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Corner points of an outline inside the square."""
    angle = np.linspace(0, 2 * math.pi, 180, endpoint=False)
    if name in {"circle", "oval"}:
        return _polar(np.full(180, 122.0), angle, (1.0, 1.0 if name == "circle" else float(rng.uniform(0.65, 0.85))))
    if name == "gear":
        return _polar(118 + 6 * np.sign(np.cos(angle * int(rng.integers(10, 18)))), angle)
    if name == "star":
        corners = int(rng.integers(5, 8)) * 2
        return _polar(np.where(np.arange(corners) % 2 == 0, 124.0, float(rng.uniform(60, 85))), np.arange(corners) * 2 * math.pi / corners - math.pi / 2)
    if name in {"hexagon", "diamond"}:
        corners = 6 if name == "hexagon" else 4
        return _polar(np.full(corners, 124.0), np.arange(corners) * 2 * math.pi / corners - math.pi / 2, (float(rng.uniform(0.75, 1)), 1.0))
    return _heraldic(name, rng)


def _heraldic(name: str, rng: np.random.Generator) -> npt.NDArray[Any]:
    across = np.linspace(-1, 1, 60)
    if name == "rocker":
        rise = float(rng.uniform(20, 60))
        top = np.stack([CENTRE + 122 * across, 100 + rise * across**2], axis=1)
        return np.round(np.vstack([top, (top + np.array([0, 62]))[::-1]])).astype(np.int32)
    if name == "banner":
        half = int(rng.integers(32, 60))
        return np.array([[6, 128 - half], [250, 128 - half], [250, 128 + half], [6, 128 + half]], np.int32)
    dip = float(rng.uniform(0, 14)) if name == "shield" else -float(rng.uniform(6, 14))
    top = np.stack([CENTRE + 108 * across, 12 + dip * (1 - across**2)], axis=1)
    down = np.linspace(0, 1, 40)
    taper = 108 * (1 - down ** float(rng.uniform(2, 4)))
    right = np.stack([CENTRE + taper, 12 + 236 * down], axis=1)
    left = np.stack([CENTRE - taper, 12 + 236 * down], axis=1)[::-1]
    return np.round(np.vstack([top, right, left])).astype(np.int32)


def _field(design: Emblem, rng: np.random.Generator) -> Image:
    """The ground and its division."""
    ground, trim, _ = design.palette
    canvas = np.full((SIDE, SIDE, 3), ground, np.uint8)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    band = int(rng.integers(14, 34))
    shapes = {
        "split": x > CENTRE,
        "quarters": (x > CENTRE) ^ (y > CENTRE),
        "bend": np.abs(x - y) < band,
        "chevron": np.abs(y - 90 - np.abs(x - CENTRE)) < band,
        "stripes": (x // band) % 2 == 0,
        "ring": np.abs(np.hypot(x - CENTRE, y - CENTRE) - 84) < band / 2,
        "chief": y < 84,
    }
    if design.field in shapes:
        canvas[shapes[design.field]] = trim
    return canvas


def _motif(canvas: Image, design: Emblem, rng: np.random.Generator) -> None:
    """The figure in the middle."""
    size, ink = float(rng.uniform(38, 56)), design.palette[2]
    for shape in _figure(design.motif, size, rng):
        cv2.fillPoly(canvas, [shape], ink, cv2.LINE_AA)
    if design.motif == "letter":
        letter = chr(65 + int(rng.integers(0, 26)))
        cv2.putText(canvas, letter, (int(CENTRE - 34), int(CENTRE + 36)), design.font, 3.4, ink, 9, cv2.LINE_AA)
    elif design.motif in {"wheel", "tower", "scales"}:
        cv2.circle(canvas, (int(CENTRE), int(CENTRE)), int(size / 3), design.palette[1], -1, cv2.LINE_AA)


def _figure(name: str, size: float, rng: np.random.Generator) -> list[npt.NDArray[Any]]:
    turn = -math.pi / 2
    if name == "star":
        corners = int(rng.integers(4, 9)) * 2
        return [_polar(np.where(np.arange(corners) % 2 == 0, size, size * 0.45), np.arange(corners) * 2 * math.pi / corners + turn)]
    if name == "rays":
        count = int(rng.integers(7, 13))
        return [_polar(np.array([10.0, size * 1.3, size * 1.3]), np.array([0, -0.12, 0.12]) + k * 2 * math.pi / count) for k in range(count)]
    if name in {"wheel", "scales"}:
        spokes = int(rng.integers(5, 9))
        angle = np.linspace(0, 2 * math.pi, 120, endpoint=False)
        return [_polar(size * (0.75 + 0.25 * np.sign(np.cos(angle * spokes))), angle)]
    if name == "cross":
        a, b = size, size * float(rng.uniform(0.2, 0.4))
        cross = [(-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b), (b, a), (-b, a), (-b, b), (-a, b), (-a, -b), (-b, -b)]
        return [np.round(np.array(cross) + CENTRE).astype(np.int32)]
    return _silhouette(size, rng)


def _silhouette(size: float, rng: np.random.Generator) -> list[npt.NDArray[Any]]:
    """A mirror-symmetric blob: a bird, tower, mountain or wave, with goodwill."""
    angle = np.linspace(-math.pi / 2, math.pi / 2, 60)
    radius = np.full(60, 1.0)
    for wave in range(1, 8):
        radius += float(rng.normal(0, 0.35 / wave**0.5)) * np.cos(wave * angle + float(rng.uniform(0, 6)))
    radius = size * np.clip(radius, 0.25, 1.4)
    right = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return [np.round(np.vstack([right, (right * [-1, 1])[::-1]]) + CENTRE).astype(np.int32)]


def _lettering(canvas: Image, design: Emblem) -> None:
    """Place above, office below, on arcs; on a rocker or banner in the middle."""
    ink = design.palette[2]
    if design.outline in {"rocker", "banner"}:
        width = cv2.getTextSize(design.words[1], design.font, 1.0, 3)[0][0]
        scale = min(1.5, 200 / width)
        cv2.putText(canvas, design.words[1], (int(CENTRE - width * scale / 2), 150), design.font, scale, ink, 4, cv2.LINE_AA)
        return
    _arc(canvas, design.words[0], design.font, ink, top=True)
    _arc(canvas, design.words[1], design.font, ink, top=False)


def _arc(canvas: Image, text: str, font: int, ink: Colour, *, top: bool) -> None:
    """Letters one by one along a circle of 88 pixels."""
    step = min(0.24, 2.4 / len(text))
    for index, letter in enumerate(text):
        angle = (index - (len(text) - 1) / 2) * step
        tile = np.zeros((48, 48), np.uint8)
        cv2.putText(tile, letter, (12, 36), font, 0.9, 255, 3, cv2.LINE_AA)
        x, y = CENTRE + 88 * math.sin(angle), CENTRE + (-88 if top else 88) * math.cos(angle)
        turn = cv2.getRotationMatrix2D((24.0, 24.0), -math.degrees(angle) if top else math.degrees(angle), 1.0)
        turn[:, 2] += np.array([x - 24, y - 24])
        cover = cv2.warpAffine(tile, turn, (SIDE, SIDE)).astype(np.float32)[:, :, None] / 255
        canvas[:] = np.round(canvas * (1 - cover) + np.array(ink, np.float32) * cover)


def _stitched(canvas: Image, rng: np.random.Generator) -> Image:
    """Thread: fine stripes whose direction follows the colour."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    angle = canvas.astype(np.float32).sum(axis=2) * float(rng.uniform(0.002, 0.01))
    thread = 1 + float(rng.uniform(0.03, 0.12)) * np.sin((x * np.cos(angle) + y * np.sin(angle)) * 1.6)
    stitched: Image = np.clip(canvas * thread[:, :, None], 0, 255).astype(np.uint8)
    return stitched
