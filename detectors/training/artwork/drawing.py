"""An artwork from its two numbers: outline, field, border, words and motif, then the surface it is made in."""

from __future__ import annotations

import numpy as np

from detectors.training.artwork.borders import border
from detectors.training.artwork.canvas import SIDE, Array
from detectors.training.artwork.fields import field
from detectors.training.artwork.layouts import Page, lay_out
from detectors.training.artwork.lettering import hand
from detectors.training.artwork.outlines import outline
from detectors.training.artwork.spec import spec
from detectors.training.artwork.store import Materials
from detectors.training.artwork.surfaces import surfaced

BARE = 0.3
"""How many wordmarks and letterheads are only their letters and motif, with nothing behind."""


def draw(family: int, member: int, materials: Materials) -> Array:
    """A family's member, always the same (SIDE x SIDE x 4 uint8: blue, green, red, alpha).

    Member 0 is the artwork; members 1 and up are look-alikes as another agency would have them: the same outline, border, hand and
    surface, always another motif, mostly other words. The artwork fills the canvas's longer side.
    """
    design = spec(family, member)
    colours = design.colours()
    shape = outline(design.stream("outline"))
    canvas = field(design.stream("field"), colours, materials)
    edge = design.stream("border")
    bare = shape.name == "sheet" and edge.random() < BARE
    if bare:
        canvas[:] = colours.letters
        canvas[:] = 127
    before = canvas.copy()
    inside = shape.mask if bare else border(canvas, shape.mask, shape.polygons, edge, colours)
    pen = design.stream("hand")
    writing = hand(pen, colours.letters, colours.edge if pen.random() < 0.5 else (20, 20, 20))
    lay_out(Page(canvas, inside, shape, colours, writing, materials, design, design.stream("layout"), design.stream("words")))
    alpha = shape.mask
    if bare:
        alpha = np.minimum(alpha, np.clip(np.abs(canvas - before).max(2) * 3, 0, 255).astype(np.uint8))
    made = surfaced(np.clip(canvas, 0, 255), alpha, design.stream("surface"))
    return np.dstack([made.astype(np.uint8), alpha])
