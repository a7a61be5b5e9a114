"""An artwork from its two numbers: outline, field, border, words and motif, then the surface it is made in."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from detectors.training.artwork.borders import border
from detectors.training.artwork.canvas import SIDE, Array, noise
from detectors.training.artwork.fields import field
from detectors.training.artwork.layouts import TELLING_RADIUS, Page, lay_out
from detectors.training.artwork.lettering import Hand, hand
from detectors.training.artwork.outlines import outline
from detectors.training.artwork.palettes import Palette, contrast
from detectors.training.artwork.spec import Spec, redesigned, spec
from detectors.training.artwork.store import Materials
from detectors.training.artwork.surfaces import surfaced

BARE = 0.3
"""How many wordmarks and letterheads are only their letters and motif, with nothing behind."""


LEAST_DIFFERENCE = 3
"""Grey levels (the mean of each pixel's most changed channel) under which two drawings would pass for one."""
BUSY = 30
"""Words on a field whose colours spread this much (standard deviation of brightness) often need an edge to be read."""


def draw(family: int, member: int, materials: Materials) -> Array:
    """A family's member, always the same (SIDE x SIDE x 4 uint8: blue, green, red, alpha).

    Member 0 is the artwork; members 1 and up are look-alikes as another agency would have them: the same outline, border, hand and
    surface, always another motif, mostly other words. The artwork fills the canvas's longer side.
    """
    design = spec(family, member)
    page, alpha = _laid_out(design, materials)
    for attempt in range(1, 5 if member else 0):
        if _differs(page, alpha, _own(family, materials)):
            break
        design = redesigned(design, attempt)
        page, alpha = _laid_out(design, materials)
    made = surfaced(_by_hand(np.clip(page.canvas, 0, 255), design), alpha, design.stream("surface"))
    return np.dstack([made.astype(np.uint8), alpha])


@lru_cache(maxsize=8)
def _own(family: int, materials: Materials) -> Page:
    """What a family's own artwork says and shows."""
    return _laid_out(spec(family, 0), materials)[0]


def _differs(page: Page, alpha: Array, own: Page) -> bool:
    """Whether a person would see that it is another's artwork: by its words or a motif that is large enough, and by the eye."""
    telling = page.said != own.said or (bool(page.shown) and max(page.shown) > TELLING_RADIUS)
    inside = alpha > 127
    return telling and float(np.abs(page.canvas - own.canvas).max(2)[inside].mean() if inside.any() else 0) > LEAST_DIFFERENCE


def _laid_out(design: Spec, materials: Materials) -> tuple[Page, Array]:
    """The drawing before it is made in a surface, and its alpha."""
    colours = design.colours()
    shape = outline(design.stream("outline"))
    canvas = field(design.stream("field"), colours, materials)
    edge = design.stream("border")
    bare = shape.name == "sheet" and edge.random() < BARE
    if bare:
        canvas[:] = 127 if contrast(colours.letters, (127, 127, 127)) > BUSY else 230
    before = canvas.copy()
    inside = shape.mask if bare else border(canvas, shape.mask, shape.polygons, edge, colours)
    writing = _hand(design, colours, canvas)
    page = Page(canvas, inside, shape, colours, writing, materials, design, design.stream("layout"), design.stream("words"))
    lay_out(page)
    if not bare:
        return page, shape.mask
    return page, np.minimum(shape.mask, np.clip(np.abs(canvas - before).max(2) * 3, 0, 255).astype(np.uint8))


def _hand(design: Spec, colours: Palette, canvas: Array) -> Hand:
    rng = design.stream("hand")
    under = max(((20, 20, 20), (240, 240, 240), colours.field, colours.edge), key=lambda colour: contrast(colour, colours.letters) * rng.uniform(0.5, 1))
    writing = hand(rng, colours.letters, under)
    return replace(writing, finish="outlined") if float(canvas.mean(2).std()) > BUSY and rng.random() < 0.6 else writing


def _by_hand(canvas: Array, design: Spec) -> Array:
    """One drawing in eight with lines that waver, as a person draws; the outline stays."""
    rng = design.stream("surface")
    if rng.random() > 1 / 8:
        return canvas
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    sway = rng.uniform(1.5, 6)
    cells = int(rng.integers(6, 24))
    return np.asarray(
        cv2.remap(canvas, x + sway * (noise(rng, cells) - 0.5), y + sway * (noise(rng, cells) - 0.5), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )
