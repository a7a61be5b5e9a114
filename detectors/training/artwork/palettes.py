"""Colours that agencies' artwork is made in."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace

import numpy as np

from detectors.training.artwork.canvas import Colour

NAVY, BLACK, WHITE, GOLD, SILVER = (70, 35, 20), (22, 20, 20), (238, 240, 240), (50, 170, 215), (190, 188, 185)
RED, BLUE, SKY, GREEN, FOREST = (40, 35, 190), (165, 75, 25), (225, 180, 120), (60, 125, 40), (45, 70, 30)
BROWN, TAN, OLIVE, GREY, PURPLE = (40, 65, 95), (145, 185, 205), (50, 80, 85), (110, 108, 105), (115, 35, 85)
MAROON, ORANGE, YELLOW, TEAL, CREAM, CHARCOAL = (35, 20, 100), (30, 120, 230), (40, 215, 245), (130, 125, 20), (200, 230, 240), (58, 54, 52)

LEAST_CONTRAST = 24
"""A department can read its own patch, subdued or not."""

SETS: tuple[tuple[Colour, ...], ...] = (
    (NAVY, GOLD, WHITE, RED),
    (NAVY, WHITE, SILVER, GOLD),
    (BLACK, SILVER, WHITE, BLUE),
    (BLACK, GOLD, WHITE, RED),
    (GREEN, TAN, GOLD, WHITE),
    (FOREST, GOLD, WHITE, BROWN),
    (RED, WHITE, BLUE, GOLD),
    (BROWN, GOLD, TAN, WHITE),
    (BROWN, TAN, GREEN, YELLOW),
    (PURPLE, GOLD, WHITE, SILVER),
    (MAROON, GOLD, WHITE, BLACK),
    (SKY, NAVY, WHITE, GOLD),
    (BLUE, YELLOW, WHITE, RED),
    (TEAL, WHITE, BLACK, SILVER),
    (WHITE, NAVY, GOLD, RED),
    (WHITE, BLACK, RED, GOLD),
    (CREAM, BROWN, GREEN, RED),
    (GOLD, NAVY, BLACK, WHITE),
    (GOLD, BLUE, WHITE, RED),
    (YELLOW, BLACK, WHITE, RED),
    (GREY, BLACK, WHITE, NAVY),
    (ORANGE, BLACK, WHITE, NAVY),
    (SILVER, BLUE, BLACK, GOLD),
    (RED, GOLD, WHITE, BLACK),
    (TAN, BROWN, BLACK, GREEN),
)
SUBDUED: tuple[tuple[Colour, ...], ...] = (
    (BLACK, CHARCOAL, GREY, BLACK),
    (CHARCOAL, BLACK, GREY, CHARCOAL),
    (OLIVE, BLACK, FOREST, OLIVE),
    (TAN, BROWN, OLIVE, TAN),
    (GREY, CHARCOAL, BLACK, SILVER),
    (NAVY, BLACK, CHARCOAL, GREY),
    (FOREST, BLACK, OLIVE, TAN),
    (BLACK, OLIVE, TAN, BLACK),
)


@dataclass(frozen=True, slots=True)
class Palette:
    """Five colours by what they are for."""

    field: Colour
    second: Colour
    edge: Colour
    letters: Colour
    accent: Colour


def palette(rng: np.random.Generator) -> Palette:
    """Colours of a real-life-like set, a subdued one, one ink on one ground, or free ones."""
    kind = rng.random()
    if kind < 0.55:
        chosen = _set(SETS, rng)
    elif kind < 0.67:
        chosen = _set(SUBDUED, rng)
    elif kind < 0.8:
        ground, ink = [_jittered(colour, rng) for colour in _pair(rng)]
        return Palette(ground, ground, ink, ink, ink)
    else:
        chosen = tuple(_free(rng) for _ in range(4))
    field, second, third, fourth = [_jittered(colour, rng) for colour in chosen]
    edge = second if rng.random() < 0.6 else third
    letters = max((second, third, fourth, WHITE, BLACK), key=lambda colour: contrast(colour, field) * rng.uniform(0.45, 1))
    if kind < 0.67 and kind >= 0.55 and rng.random() < 0.8:
        letters = second
    if contrast(letters, field) < LEAST_CONTRAST:
        letters = _jittered(GREY if brightness(field) < 70 else BLACK, rng)
    return Palette(field, second, edge, letters, fourth if rng.random() < 0.5 else third)


def contrast(one: Colour, other: Colour) -> float:
    """How far apart two colours' brightnesses are, 0..255."""
    return abs(brightness(one) - brightness(other))


def brightness(colour: Colour) -> float:
    """A colour's luma (ITU-R BT.601), 0..255."""
    return 0.114 * colour[0] + 0.587 * colour[1] + 0.299 * colour[2]


def with_another_colour(original: Palette, rng: np.random.Generator) -> Palette:
    """The palette with one of its colours replaced."""
    which = str(rng.choice(["second", "edge", "accent", "field"]))
    colour = _jittered(_set(SETS, rng)[int(rng.integers(0, 4))], rng)
    if which == "field" and contrast(colour, original.letters) < 60:
        which = "accent"
    return replace(original, **{which: colour})


def _set(sets: tuple[tuple[Colour, ...], ...], rng: np.random.Generator) -> tuple[Colour, ...]:
    return sets[int(rng.integers(0, len(sets)))]


def _pair(rng: np.random.Generator) -> tuple[Colour, Colour]:
    dark = (BLACK, NAVY, MAROON, FOREST, BROWN, BLUE, RED, PURPLE)[int(rng.integers(0, 8))]
    light = (WHITE, GOLD, SILVER, CREAM, TAN, SKY, YELLOW)[int(rng.integers(0, 7))]
    return (dark, light) if rng.random() < 0.55 else (light, dark)


def _free(rng: np.random.Generator) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.beta(2, 1.2), rng.beta(1.6, 1.2))
    return (int(255 * blue), int(255 * green), int(255 * red))


def _jittered(colour: Colour, rng: np.random.Generator) -> Colour:
    shifted = np.clip(np.asarray(colour) * rng.normal(1, 0.08) + rng.normal(0, 9, 3), 4, 250)
    return (int(shifted[0]), int(shifted[1]), int(shifted[2]))
