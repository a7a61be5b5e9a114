"""What fixes an invented department's emblem, and how another agency's look-alike differs from it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from bench.artwork.fields import FIELDS
from bench.artwork.lettering import Colour, Hand, hand
from bench.artwork.motifs import MOTIFS
from bench.artwork.outlines import OUTLINES
from bench.artwork.words import agency, town

LAYOUTS = ("bands", "stack", "medal", "crowded")
ROUND = ("along", "along", "bands", "stack", "medal", "crowded")
LAYOUTS_OF = {"plate": ("beside",), "tab": ("tab",), "wings": ("crowded", "medal"), "roundel": ROUND, "union": ROUND}
MONOCHROME = 0.12


@dataclass(frozen=True, slots=True)
class Design:
    """All that fixes an emblem. `palette`: ground, border, motif, second, letters (BGR)."""

    outline: str
    outline_seed: int
    palette: tuple[Colour, ...]
    layout: str
    field: str
    motif: str
    motif_seed: int
    hand: Hand
    town: str
    agency: str
    border: float
    lines: int
    bands: bool


def design(rng: np.random.Generator) -> Design:
    """A design of its own."""
    kind = str(rng.choice(list(OUTLINES), p=[0.2, 0.06, 0.06, 0.12, 0.06, 0.12, 0.16, 0.1, 0.06, 0.06]))
    layout = str(rng.choice(LAYOUTS_OF.get(kind, LAYOUTS)))
    return Design(
        outline=kind,
        outline_seed=int(rng.integers(1 << 31)),
        palette=palette(rng),
        layout=layout,
        field=str(rng.choice(list(FIELDS))),
        motif=str(rng.choice(list(MOTIFS))),
        motif_seed=int(rng.integers(1 << 31)),
        hand=hand(rng),
        town=town(rng),
        agency=agency(rng),
        border=float(rng.uniform(0.015, 0.05)),
        lines=int(rng.integers(0, 3)),
        bands=bool(rng.random() < 0.4),
    )


def alike(own: Design, rng: np.random.Generator) -> Design:
    """Another agency's: always another motif and another town; of outline, colours and layout one may differ, too."""
    other = design(rng)
    while other.town == own.town:  # names are few: without this, 4 of the 720 were the registered emblem's own
        other = design(rng)
    motif = str(rng.choice([name for name in MOTIFS if name != own.motif]))
    changed = replace(own, motif=motif, motif_seed=other.motif_seed, town=other.town)
    differs = rng.random()
    if differs < 0.2:
        changed = replace(changed, palette=other.palette)
    elif differs < 0.35:
        changed = replace(changed, layout=str(rng.choice(LAYOUTS_OF.get(own.outline, LAYOUTS))))
    elif differs < 0.45:
        changed = replace(changed, outline_seed=other.outline_seed)
    if rng.random() < 0.5:
        changed = replace(changed, agency=other.agency)
    if rng.random() < 0.3:
        changed = replace(changed, field=other.field)
    return replace(changed, hand=other.hand) if rng.random() < 0.3 else changed


def palette(rng: np.random.Generator) -> tuple[Colour, ...]:
    """Five colours (BGR) that can be told from the ground: its lightness decides on which side the others lie; one palette in eight is grey."""
    grey = rng.random() < MONOCHROME
    hue, dark = rng.uniform(0, 360), rng.random() < 0.65
    lightness = rng.uniform(8, 38) if dark else rng.uniform(62, 97)
    chosen = [_lch(lightness, 0 if grey else rng.uniform(0, 60), hue)]
    for apart in (30.0, 45.0, 25.0, 50.0):
        value = min(98.0, lightness + apart + rng.uniform(0, 40)) if dark else max(4.0, lightness - apart - rng.uniform(0, 30))
        chosen.append(_lch(value, 0 if grey else rng.uniform(0, 75), rng.choice([hue, rng.uniform(0, 360), 85.0, 30.0])))
    return tuple(chosen)


def _lch(lightness: float, chroma: float, hue: float) -> Colour:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    b, g, r = cv2.cvtColor(np.array([[[lightness, a, b]]], np.float32), cv2.COLOR_LAB2BGR)[0, 0]
    return (int(np.clip(b, 0, 1) * 255), int(np.clip(g, 0, 1) * 255), int(np.clip(r, 0, 1) * 255))
