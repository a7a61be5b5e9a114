"""Geometry of what is drawn over and beside a picture, in SVG's own numbers (attributes alone: the pages allow no inline style)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.finding import Box

BAR_WIDTH = 320


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A score against its threshold on a bar of BAR_WIDTH units: places of the two, and how their labels are anchored so that none leaves the bar."""

    score_x: float
    threshold_x: float
    score_anchor: str
    threshold_anchor: str
    score: str
    threshold: str


def score_bar(score: float, threshold: float) -> ScoreBar:
    """Where things go on the bar for a score and a threshold of 0 to 1."""
    return ScoreBar(round(score * BAR_WIDTH, 1), round(threshold * BAR_WIDTH, 1), _anchor(score), _anchor(threshold), f"{score:.2f}", f"{threshold:.2f}")


def _anchor(place: float) -> str:
    if place < 0.2:
        return "start"
    return "end" if place > 0.8 else "middle"


@dataclass(frozen=True, slots=True)
class Outline:
    """A frame around a box, in pixels of the picture: a bright line of width `line` on a dark one of width `under`."""

    x: float
    y: float
    w: float
    h: float
    line: float
    under: float


def outline(box: Box, width: int, height: int) -> Outline:
    """A frame that is seen on a picture of this size however it is scaled (a line of 0.4 % of its longer side), and that covers nothing of the box."""
    line = round(max(width, height) * 0.004, 1)
    return Outline(round(box.x - line, 1), round(box.y - line, 1), round(box.w + 2 * line, 1), round(box.h + 2 * line, 1), line, 2 * line)


def around(box: Box, width: int, height: int, margin: float = 0.1) -> Box:
    """`box` with a margin of that share of its longer side, kept within the picture."""
    pad = round(max(box.w, box.h) * margin)
    left, top = max(0, box.x - pad), max(0, box.y - pad)
    right, bottom = min(width, box.x + box.w + pad), min(height, box.y + box.h + pad)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def scaled(box: Box, of: tuple[int, int], to: tuple[int, int]) -> Box:
    """`box` of a picture of size `of`, on a copy of size `to` (width, height): grown to whole pixels and kept within the copy."""
    left = min(to[0] - 1, box.x * to[0] // of[0])
    top = min(to[1] - 1, box.y * to[1] // of[1])
    right = min(to[0], -(-(box.x + box.w) * to[0] // of[0]))
    bottom = min(to[1], -(-(box.y + box.h) * to[1] // of[1]))
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def framed(box: Box, within: tuple[int, int], shape: tuple[int, int]) -> Box:
    """A part of a picture of size `within` in the proportions of `shape` (width, height) that shows `box` whole, with room around it where there is any."""
    wide = around(box, *within)
    scale = max(wide.w / shape[0], wide.h / shape[1])
    width, height = min(within[0], max(wide.w, round(shape[0] * scale))), min(within[1], max(wide.h, round(shape[1] * scale)))
    left = min(max(0, wide.x + (wide.w - width) // 2), within[0] - width)
    top = min(max(0, wide.y + (wide.h - height) // 2), within[1] - height)
    return Box(left, top, width, height)
