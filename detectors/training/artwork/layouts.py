"""Where an artwork's words and motif go, for each kind of outline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from itertools import pairwise

import numpy as np

from detectors.training.artwork import words
from detectors.training.artwork.canvas import SIDE, Array, Colour, distance_inside, inset, paint, polygons_mask
from detectors.training.artwork.lettering import Arc, Hand, bent, straight, write
from detectors.training.artwork.motifs import Pen, motif
from detectors.training.artwork.outlines import Outline
from detectors.training.artwork.palettes import Palette, contrast
from detectors.training.artwork.spec import Spec
from detectors.training.artwork.store import Materials

LEAST_RADIUS = 4
LEAST_SEEN = 9
READABLE = 40
TELLING_RADIUS = 26
"""A smaller motif alone would not tell two agencies' artwork apart."""


@dataclass(frozen=True, slots=True)
class Page:
    """An artwork being laid out: the canvas (float32, drawn on in place), the free inside, what to draw with, and what it says and shows by now."""

    canvas: Array
    inside: Array
    outline: Outline
    colours: Palette
    writing: Hand
    materials: Materials
    spec: Spec
    place: np.random.Generator
    wording: np.random.Generator
    said: list[str] = dataclass_field(default_factory=list)
    shown: list[float] = dataclass_field(default_factory=list)

    def line(self, text: str, top: float, height: float, plate: bool = False, waist: float = 1) -> None:
        """Write a straight line as wide as the inside is there: all the line's height, or only that share of it about its middle."""
        extent = row_extent(self.inside, top + height * (1 - waist) / 2, top + height * (1 + waist) / 2)
        if extent is None:
            return
        left, width = extent[0] + 2, extent[1] - extent[0] - 4
        if plate:
            box = np.array([(left, top - 2), (left + width, top - 2), (left + width, top + height + 2), (left, top + height + 2)], float)
            paint(self.canvas, polygons_mask([box]), self.ground())
        self.boxed(text, (left + 1, top, width - 2, height))

    def boxed(self, text: str, box: tuple[float, float, float, float]) -> None:
        """Write a straight line into a box (left, top, width, height)."""
        self.said.append(text)
        write(self.canvas, straight(text, self.writing, self.materials, box), self.writing)

    def ground(self) -> Colour:
        """A colour of the palette, or black or white, that the letters can be read on."""
        second, accent = self.colours.second, self.colours.accent
        choices: tuple[Colour, ...] = (second, accent, self.colours.field, (20, 20, 20), (235, 235, 235))
        return next((colour for colour in choices if contrast(colour, self.colours.letters) > READABLE), second)

    def arc(self, text: str, arc: Arc) -> None:
        """Write along an arc."""
        self.said.append(text)
        write(self.canvas, bent(text, self.writing, self.materials, arc), self.writing)

    def figure(self, centre: tuple[float, float], radius: float) -> None:
        """Draw the motif there; in the letters' colour if nobody could see it otherwise."""
        if radius < LEAST_RADIUS:
            return
        before = self.canvas.copy()
        one = self.colours.letters
        for colours in (self.colours, replace(self.colours, second=one, edge=one, accent=one)):
            self.canvas[:] = before
            motif(self.canvas, centre, radius, Pen(colours, self.materials, self.writing, self.spec))
            seen = float(np.abs(self.canvas - before).max(2).sum() / (3.2 * radius**2))
            if seen > LEAST_SEEN:
                self.shown.append(radius)
                return

    def figure_between(self, top: float, bottom: float, most: float = 0.55) -> None:
        """Draw the motif where it has most room between two heights."""
        distance = distance_inside(self.inside)
        band = distance.copy()
        rows = np.arange(SIDE, dtype=np.float32)
        band = np.minimum(band, np.maximum(np.minimum(rows - top, bottom - rows), 0)[:, None])
        row, column = np.unravel_index(int(np.argmax(_middled(band))), band.shape)
        self.figure((float(column), float(row)), min(float(band[row, column]) * 1.08, SIDE * most))


def _middled(picture: Array) -> Array:
    """The picture with ties of its plateau broken towards its middle."""
    rows, columns = np.nonzero(picture > 0)
    if not len(rows):
        return picture
    y, x = np.arange(SIDE)[:, None], np.arange(SIDE)[None]
    return np.asarray(picture - 0.004 * np.hypot(x - columns.mean(), y - rows.mean()))


def row_extent(inside: Array, top: float, bottom: float) -> tuple[float, float] | None:
    """The widest run of columns that are inside at every row from top to bottom, or None."""
    first, last = int(max(0, top)), int(min(SIDE, math.ceil(bottom)))
    if last <= first:
        return None
    free = (inside[first:last] > 127).all(0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
    if not len(edges):
        return None
    starts, ends = edges[::2], edges[1::2]
    widest = int(np.argmax(ends - starts))
    return (float(starts[widest]), float(ends[widest])) if ends[widest] - starts[widest] > 12 else None


def _bounds(inside: Array) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero((inside > 127).any(1)), np.flatnonzero((inside > 127).any(0))
    if not len(rows):
        return (0.0, 0.0, float(SIDE), float(SIDE))
    return (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))


def lay_out(page: Page) -> None:
    """Draw the words and the motif."""
    sparse = page.place.random()
    if page.outline.layout not in {"wide", "rocker"} and sparse < 0.16:
        _sparse(page, sparse / 0.16)
    else:
        LAYOUTS[page.outline.layout](page)


def _sparse(page: Page, which: float) -> None:
    _, top, _, bottom = _bounds(page.inside)
    height = bottom - top
    if which < 0.45:
        page.figure_between(top, bottom)
    elif which < 0.65:
        page.figure_between(top, bottom, page.place.uniform(0.1, 0.25))
    else:
        size = page.place.uniform(0.14, 0.34)
        at = top + height * page.place.uniform(0.3, 0.5) - size * height / 2
        text = words.initials(page.wording) if page.place.random() < 0.4 else words.office(page.wording)
        page.line(text, at, height * size)
        if which > 0.85:
            page.figure_between(at + height * size + 4, bottom, 0.2)


def _round(page: Page) -> None:
    """Words around a ring, the motif inside it."""
    left, top, right, bottom = _bounds(page.inside)
    radii = ((right - left) / 2, (bottom - top) / 2)
    if page.place.random() < 0.2 or min(radii) < 20:
        _shield(page)
        return
    if page.outline.name == "regular":
        distance = float(distance_inside(page.inside).max())
        radii = (distance, distance)
    centre = ((left + right - 1) / 2, (top + bottom - 1) / 2)
    _seal(page, centre, radii)


def _seal(page: Page, centre: tuple[float, float], radii: tuple[float, float]) -> None:
    rng = page.place
    band = min(radii) * rng.uniform(0.2, 0.36)
    letters = band * rng.uniform(0.55, 0.8)
    gap = (band - letters) / 2
    _ring(page, centre, radii, band)
    outer = (radii[0] - gap, radii[1] - gap)
    kind = rng.random()
    upper, lower = words.region(page.wording), words.office(page.wording)
    if rng.random() < 0.4:
        upper, lower = lower, upper
    if kind < 0.65:
        page.arc(upper, Arc(centre, outer, letters, -math.pi / 2, rng.uniform(2.2, 3.5)))
        page.arc(lower, Arc(centre, outer, letters, math.pi / 2, rng.uniform(1.6, 2.5), inward=True))
    elif kind < 0.85:
        text = f"{upper} * {lower} *" if rng.random() < 0.5 else f"{upper} {lower}"
        page.arc(text, Arc(centre, outer, letters, -math.pi / 2, rng.uniform(4.5, 6.0)))
    else:
        page.arc(upper, Arc(centre, outer, letters, -math.pi / 2, rng.uniform(2.0, 4.2)))
    inner = min(radii) - band
    extra = rng.random()
    if extra < 0.2:
        size = inner * rng.uniform(0.22, 0.4)
        page.figure((centre[0], centre[1] - size * 0.6), inner * 0.62)
        box = (centre[0] - inner * 0.75, centre[1] + inner * 0.55 - size / 2, inner * 1.5, size)
        page.boxed(words.small_print(page.wording), box)
    else:
        page.figure(centre, inner * rng.uniform(0.75, 0.98))


def _ring(page: Page, centre: tuple[float, float], radii: tuple[float, float], band: float) -> None:
    """Colour the ring, or the disc within it, or draw only a line between them, or nothing."""
    rng = page.place
    kind = rng.random()
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    reach = (1 - np.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1])) * (radii[0] + radii[1]) / 2
    inner, line = inset(reach, band), inset(reach, band - rng.uniform(1.2, 4))
    if kind < 0.3:
        paint(page.canvas, line, page.colours.edge)
        paint(page.canvas, inner, page.ground())
    elif kind < 0.6:
        ring = inset(reach, 0).astype(np.int16) - inner
        paint(page.canvas, np.clip(ring, 0, 255), page.colours.field)
        paint(page.canvas, np.clip(line.astype(np.int16) - inner, 0, 255), page.colours.edge)
    elif kind < 0.9:
        paint(page.canvas, np.clip(line.astype(np.int16) - inner, 0, 255), page.colours.letters)


def _shield(page: Page) -> None:
    """Words above and below, straight or bent, the motif between."""
    rng = page.place
    _, top, _, bottom = _bounds(page.inside)
    height = bottom - top
    size = height * rng.uniform(0.09, 0.19)
    above, below = rng.random() < 0.85, rng.random() < 0.7
    plates = rng.random() < 0.22
    start, end = top, bottom
    if above:
        start = _above(page, top, size, plates)
    if below:
        lines = 1 if rng.random() < 0.7 else 2
        depth = height * rng.uniform(0.12, 0.32)
        for index in range(lines):
            at = bottom - depth - size * 0.85 * (lines - 1 - index) * 1.25 - size * 0.85
            text = words.office(page.wording) if index == 0 and rng.random() < 0.65 else words.small_print(page.wording)
            page.line(text, at, size * 0.85, plates)
            end = min(end, at - 2)
    page.figure_between(start + 2, end - 1)


def _above(page: Page, top: float, size: float, plates: bool) -> float:
    """Write the upper words; returns where they end."""
    rng = page.place
    text = words.office(page.wording) if rng.random() < 0.45 else words.region(page.wording)
    if rng.random() < 0.35:
        middle = (SIDE - 1) / 2
        radius = SIDE * rng.uniform(0.45, 0.9)
        extent = row_extent(page.inside, top + size * 0.8, top + size * 1.6)
        width = (extent[1] - extent[0]) * 0.9 if extent else SIDE * 0.5
        page.arc(text, Arc((middle, top + size * 0.5 + radius), (radius, radius), size, -math.pi / 2, min(width / radius, 2.6)))
        return top + size * 1.7
    at = top + size * rng.uniform(0.25, 0.9)
    for _ in range(8):
        extent = row_extent(page.inside, at, at + size)
        if extent is not None and extent[1] - extent[0] > SIDE * 0.4:
            break
        at += size * 0.3
    page.line(text, at, size, plates)
    if rng.random() < 0.35:
        at += size * 1.25
        page.line(words.office(page.wording), at, size * rng.uniform(0.7, 1.0), plates)
    return at + size


def _star(page: Page) -> None:
    """A seal in the middle, or lines of words, or the motif alone."""
    rng = page.place
    distance = distance_inside(page.inside)
    row, column = np.unravel_index(int(np.argmax(_middled(distance))), distance.shape)
    radius = float(distance[row, column])
    centre = (float(column), float(row))
    kind = rng.random()
    if kind < 0.6 and radius > 26:
        _seal(page, centre, (radius * 0.98, radius * 0.98))
    elif kind < 0.85:
        _stack(page, centre[1] - radius * 0.8, centre[1] + radius * 0.8)
    else:
        page.figure(centre, radius)


def _stack(page: Page, top: float, bottom: float) -> None:
    rng = page.place
    count = int(rng.integers(2, 5))
    pitch = (bottom - top) / count
    spot = int(rng.integers(0, count)) if count > 2 else -1
    for index in range(count):
        if index == spot:
            page.figure_between(top + index * pitch, top + (index + 1) * pitch)
            continue
        text = (words.place, words.office, words.small_print, words.unit)[(index + int(rng.integers(0, 2))) % 4](page.wording)
        page.line(text, top + index * pitch + pitch * 0.12, pitch * 0.72)


def _badge(page: Page) -> None:
    """Panels with words on a body with a seal."""
    rng = page.place
    _, top, _, bottom = _bounds(page.inside)
    height = bottom - top
    size = height * rng.uniform(0.075, 0.12)
    spots = sorted(rng.choice([0.3, 0.42, 0.72, 0.82], size=int(rng.integers(1, 4)), replace=False).tolist())
    for index, spot in enumerate(spots):
        text = (words.office, words.place, words.unit)[index % 3](page.wording)
        page.line(text, top + height * spot - size / 2, size, plate=rng.random() < 0.75)
    edges = [top, *[top + height * spot for spot in spots], bottom]
    gaps = [(low + size, high - size) for low, high in pairwise(edges)]
    low, high = max(gaps, key=lambda gap: gap[1] - gap[0])
    page.figure_between(low, high)


def _square(page: Page) -> None:
    _, top, _, bottom = _bounds(page.inside)
    kind = page.place.random()
    if kind < 0.35:
        _shield(page)
    elif kind < 0.65:
        _stack(page, top + 3, bottom - 3)
    else:
        _star(page)


def _crest(page: Page) -> None:
    """A shield with a motif and a ribbon with words below it."""
    rng = page.place
    _, top, _, bottom = _bounds(page.inside)
    height = bottom - top
    size = height * rng.uniform(0.08, 0.12)
    page.line(words.region(page.wording), bottom - height * rng.uniform(0.1, 0.16) - size / 2, size, plate=rng.random() < 0.4, waist=0.3)
    start = top
    if rng.random() < 0.5:
        page.line(words.office(page.wording), top + height * 0.22, size)
        start = top + height * 0.22 + size
    page.figure_between(start + 2, bottom - height * 0.25)


def _rocker(page: Page) -> None:
    """Words along the band."""
    points = np.concatenate(page.outline.polygons)
    outer, inner = points[:60], points[60:]
    middle = outer[len(outer) // 2]
    half = float(np.abs(outer[:, 0] - middle[0]).max())
    drop = float(outer[0, 1] - middle[1])
    radius = (half**2 + drop**2) / (2 * max(drop, 1))
    thick = float(inner[len(inner) // 2, 1] - middle[1])
    height = thick * page.place.uniform(0.42, 0.62)
    span = 2 * math.asin(min(1.0, half / radius)) if drop < radius else 2 * math.pi - 2 * math.asin(min(1.0, half / radius))
    text = (words.office, words.place, words.unit, words.region)[int(page.place.integers(0, 4))](page.wording)
    centre = (float(middle[0]), float(middle[1] + radius))
    reach = radius - (thick - height) / 2
    page.arc(text, Arc(centre, (reach, reach), height, -math.pi / 2, max(span * 0.86, 0.3)))


def _wide(page: Page) -> None:
    """A wordmark, letterhead or stripe: a motif beside one to three lines of words, or words alone."""
    rng = page.place
    left, top, right, bottom = _bounds(page.inside)
    height, width = bottom - top, right - left
    kind = rng.random()
    start, end = left + 2, right - 2
    if kind < 0.65:
        radius = min(height / 2 * 0.92, width * 0.22)
        on_right = rng.random() < 0.2
        page.figure((end - radius if on_right else start + radius, (top + bottom) / 2), radius)
        start, end = (start, end - 2 * radius - 4) if on_right else (start + 2 * radius + 4, end)
    lines = 1 if height < 40 else int(rng.integers(1, 4))
    shares = np.array([1.0, rng.uniform(0.4, 1), rng.uniform(0.3, 0.6)][:lines])
    shares /= shares.sum()
    at = top + height * 0.08
    makers: list[Callable[[np.random.Generator], str]] = [words.office, words.region, words.small_print]
    if rng.random() < 0.5:
        makers[0], makers[1] = makers[1], makers[0]
    for index, share in enumerate(shares):
        room = height * 0.84 * share
        page.boxed(makers[index](page.wording), (start, at + room * 0.1, end - start, room * 0.8))
        at += room
    if rng.random() < 0.25:
        paint(page.canvas, polygons_mask([np.array([(start, at), (end, at), (end, at + 2), (start, at + 2)])]), page.colours.accent)


LAYOUTS: dict[str, Callable[[Page], None]] = {
    "round": _round,
    "shield": _shield,
    "star": _star,
    "badge": _badge,
    "square": _square,
    "crest": _crest,
    "rocker": _rocker,
    "wide": _wide,
}
