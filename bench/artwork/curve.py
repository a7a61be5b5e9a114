"""Recall against false alarms a picture, as an SVG drawn by hand: a few lines need no plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 460, 60, 24, 400
RIGHT = 520  # where the axis ends; names stand to the right of it
LEAST, MOST = 0.001, 1.0
COLOURS = ("#1b5e9b", "#7fb3dd", "#a63a1e", "#e39a80", "#555555", "#999999", "#3b7d3b", "#b08a1e")


def svg(lines: Mapping[str, Sequence[tuple[float, float]]], title: str) -> str:
    """Lines by name, each of points (false alarms a picture, recall) in order."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_grid(),
    ]
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        dash = "" if number < 4 else ' stroke-dasharray="5 3"'
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2"{dash} points="{_path(points)}"/>')
        y = TOP + 16 + 20 * number
        parts.append(f'<line x1="{RIGHT + 12}" y1="{y - 4}" x2="{RIGHT + 34}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(f'<text x="{RIGHT + 40}" y="{y}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _grid() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="#ddd"/><text x="{LEFT - 30}" y="{y + 4:.1f}">{tenth / 10:.1f}</text>')
    for rate in (0.001, 0.01, 0.05, 0.1, 1.0):
        x = _x(rate)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{BOTTOM}" stroke="#ddd"/><text x="{x - 12:.1f}" y="{BOTTOM + 18}">{rate}</text>')
    parts.append(f'<text x="{LEFT + 130}" y="{BOTTOM + 40}">false alarms a picture</text>')
    parts.append(f'<text x="16" y="{(TOP + BOTTOM) / 2 + 20}" transform="rotate(-90 16 {(TOP + BOTTOM) / 2 + 20})">recall</text>')
    return parts


def _x(rate: float) -> float:
    return LEFT + (RIGHT - LEFT) * math.log(min(max(rate, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)


def _y(part: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * part


def _path(points: Sequence[tuple[float, float]]) -> str:
    """The last point at each rate, as steps."""
    best: dict[float, float] = {}
    for rate, part in points:
        best[round(_x(rate), 1)] = _y(part)
    corners, before = [], None
    for x, y in sorted(best.items()):
        if before is not None:
            corners.append(f"{x},{before:.1f}")
        corners.append(f"{x},{y:.1f}")
        before = y
    if before is not None:
        corners.append(f"{RIGHT},{before:.1f}")
    return " ".join(corners)
