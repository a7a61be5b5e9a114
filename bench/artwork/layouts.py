"""Where words and motif stand within an outline: measured from the outline itself, never from a circle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.design import Design
from bench.artwork.lettering import advance, write
from bench.artwork.motifs import MOTIFS

Array = npt.NDArray[Any]

SIDE = 384  # pixels, longer side of the canvas that an emblem is drawn on


def show(canvas: Array, own: Design, cx: float, cy: float, reach: float) -> None:
    """The motif about a centre, `reach` pixels to each side."""
    tones = (own.palette[2], own.palette[3], own.palette[0])
    for tone, points in MOTIFS[own.motif](np.random.default_rng(own.motif_seed)):
        corners = np.round((points * reach + [cx, cy]) * 16).astype(np.int32)
        cv2.fillPoly(canvas, [corners], tones[tone], cv2.LINE_AA, 4)


def letter(canvas: Array, own: Design, words: str, path: Array, height: float, tone: int = 4) -> float:
    """Words on a path in the design's hand; returns the height used."""
    return write(canvas, words, own.hand, path, height, own.palette[tone])


def rims(depth: Array, inset: float) -> tuple[Array, Array]:
    """The upper and the lower part of the smoothed line `inset` pixels within the outline, each from left to right: N x 2 pixels."""
    found, _ = cv2.findContours((depth > inset).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = max(found, key=len)[:, 0, :].astype(np.float64) if found else np.zeros((0, 2))
    if len(points) < 80:
        middle = np.array([[0.1 * depth.shape[1], depth.shape[0] / 2], [0.9 * depth.shape[1], depth.shape[0] / 2]])
        return middle - np.array([0, 0.05 * SIDE]), middle + np.array([0, 0.2 * SIDE])
    reach = len(points) // 24
    kernel = np.hanning(2 * reach + 1) / np.hanning(2 * reach + 1).sum()
    smooth = np.stack([np.convolve(np.take(points[:, axis], range(-reach, len(points) + reach), mode="wrap"), kernel, "valid") for axis in (0, 1)], 1)
    smooth = np.roll(smooth, -int(np.argmin(smooth[:, 0])), axis=0)
    far = int(np.argmax(smooth[:, 0]))
    halves = smooth[: far + 1], np.concatenate([smooth[far:], smooth[:1]])[::-1]
    upper, lower = sorted(halves, key=lambda half: float(half[:, 1].mean()))
    return upper, lower


def row(depth: Array, y: float, inset: float) -> Array | None:
    """The level line at height `y` (pixels) as far as it lies `inset` within the outline, left to right: 2 x 2; None where there is none."""
    inside = np.flatnonzero(depth[int(np.clip(y, 0, depth.shape[0] - 1))] > inset)
    return np.array([[inside[0], y], [inside[-1], y]], np.float64) if len(inside) > 8 else None


def level(canvas: Array, depth: Array, own: Design, words: str, foot: float, height: float, tone: int = 4) -> None:
    """Words on a level line, as large as fits; the narrower of their head and foot decides."""
    lines = [row(depth, y, 0.06 * SIDE) for y in (foot, foot - height)]
    present = [line for line in lines if line is not None]
    if len(present) < 2:
        return
    left, right = max(line[0, 0] for line in present), min(line[1, 0] for line in present)
    if right - left < 20:
        return
    size = min(height, (right - left) * 0.96 / max(sum(advance(own.hand, sign) for sign in words), 1e-6))
    path = np.stack([np.linspace(left, right, 8), np.full(8, foot - (height - size) / 2)], 1)
    letter(canvas, own, words, path, size, tone)


def _along(canvas: Array, depth: Array, own: Design) -> None:
    """Town along the upper rim, agency along the lower, motif between."""
    height = min(0.13 * SIDE, 0.45 * float(depth.max()))
    inset = own.border * SIDE * (2.2 + own.lines)
    if own.bands:
        canvas[(depth > own.border * SIDE) & (depth < inset + height * 1.3)] = own.palette[0]
    upper, lower = rims(depth, inset + height)[0], rims(depth, inset)[1]
    letter(canvas, own, own.town, upper, height)
    sixth = len(lower) // 6
    letter(canvas, own, own.agency, lower[sixth : len(lower) - sixth] if sixth else lower, height * 0.9)
    _inmost(canvas, depth, own, inset + height * 1.25)


def _inmost(canvas: Array, depth: Array, own: Design, inset: float) -> None:
    """The motif in what is left inside."""
    y, x = np.unravel_index(int(np.argmax(cv2.GaussianBlur(depth, (0, 0), 9))), depth.shape)
    show(canvas, own, float(x), float(y), max(0.12 * SIDE, (float(depth.max()) - inset) * 1.0))


def _bands(canvas: Array, depth: Array, own: Design) -> None:
    """A band of letters above, one below, the motif between."""
    high = depth.shape[0]
    for words, foot in ((own.town, 0.31), (own.agency, 0.8)):
        if own.bands:
            top, bottom = int((foot - 0.17) * high), int((foot + 0.03) * high)
            band = canvas[top:bottom]
            band[depth[top:bottom] > own.border * SIDE] = own.palette[1]
        level(canvas, depth, own, words, foot * high, 0.13 * high, 0 if own.bands else 4)
    show(canvas, own, depth.shape[1] / 2, 0.485 * high, 0.15 * high)


def _stack(canvas: Array, depth: Array, own: Design) -> None:
    """A large motif above two lines of letters."""
    high = depth.shape[0]
    show(canvas, own, depth.shape[1] / 2, 0.33 * high, 0.2 * min(depth.shape[:2]))
    level(canvas, depth, own, own.town, 0.68 * high, 0.12 * high)
    level(canvas, depth, own, own.agency, 0.84 * high, 0.12 * high, 2)


def _medal(canvas: Array, depth: Array, own: Design) -> None:
    """A disc with the motif over letters on a ribbon."""
    high, wide = depth.shape
    y, x = np.unravel_index(int(np.argmax(cv2.GaussianBlur(depth, (0, 0), 9))), depth.shape)
    radius = max(0.14 * SIDE, 0.62 * float(depth.max()))
    cv2.circle(canvas, (int(x), int(y)), round(radius), own.palette[1], -1, cv2.LINE_AA)
    cv2.circle(canvas, (int(x), int(y)), round(radius * 0.9), own.palette[0], -1, cv2.LINE_AA)
    show(canvas, own, float(x), float(y), radius * 0.72)
    foot = min(high * 0.86, float(y) + radius + 0.08 * high)
    inside = row(depth, foot, 0.05 * SIDE)
    left, right = (inside[0, 0], inside[1, 0]) if inside is not None else (0.25 * wide, 0.75 * wide)
    ribbon = np.linspace(left, right, 24)
    sag = 0.05 * high * np.cos(np.linspace(-1.5, 1.5, 24))
    line = np.stack([ribbon, foot - sag], 1)
    edge = np.concatenate([line + np.array([0, 0.03 * high]), (line - [0, 0.14 * high])[::-1]])
    cv2.fillPoly(canvas, [edge.astype(np.int32)], own.palette[4], cv2.LINE_AA)
    letter(canvas, own, own.town, line, 0.1 * high, 0)
    level(canvas, depth, own, own.agency, float(y) - radius - 0.02 * high, 0.09 * high)


def _beside(canvas: Array, depth: Array, own: Design) -> None:
    """On a plate: motif at one end, two lines of letters beside it, a sweep of colour below."""
    high, wide = depth.shape
    sweep = np.array([(0, high * 0.95), (wide * 0.45, high * 0.8), (wide, high * 0.62), (wide, high * 0.75), (wide * 0.5, high)])
    cv2.fillPoly(canvas, [sweep.astype(np.int32)], own.palette[3], cv2.LINE_AA)
    canvas[(depth < own.border * SIDE)] = own.palette[1]
    show(canvas, own, 0.17 * wide, 0.5 * high, 0.33 * high)
    line = np.linspace(0.32 * wide, 0.92 * wide, 8)
    letter(canvas, own, own.town, np.stack([line, np.full(8, 0.48 * high)], 1), 0.3 * high)
    letter(canvas, own, own.agency, np.stack([line, np.full(8, 0.82 * high)], 1), 0.25 * high, 2)


def _tab(canvas: Array, depth: Array, own: Design) -> None:
    """On a rocker: one line of letters along its middle."""
    ys, xs = np.nonzero(depth > 0.75 * cv2.dilate(depth, np.ones((41, 41), np.uint8)))
    order = np.argsort(xs)
    fit = np.polyfit(xs[order], ys[order], 4)
    line = np.linspace(xs.min() + 6, xs.max() - 6, 40)
    height = float(depth.max()) * 0.95
    path = np.stack([line, np.polyval(fit, line) + height / 2], 1)
    letter(canvas, own, f"{own.town} {own.agency}" if own.bands else own.town, path, height)


def _crowded(canvas: Array, depth: Array, own: Design) -> None:
    """The motif fills all; letters stand on it on a plate across the middle."""
    high, wide = depth.shape
    show(canvas, own, wide / 2, high * 0.45, 0.4 * min(high, wide))
    top, bottom = int(0.56 * high), int(0.76 * high)
    plate = canvas[top:bottom]
    plate[depth[top:bottom] > own.border * SIDE * 1.5] = own.palette[1]
    level(canvas, depth, own, own.town, 0.73 * high, 0.13 * high, 0)
    level(canvas, depth, own, own.agency, 0.92 * high, 0.1 * high)


LAYOUT: dict[str, Callable[[Array, Array, Design], None]] = {
    "along": _along,
    "bands": _bands,
    "stack": _stack,
    "medal": _medal,
    "beside": _beside,
    "tab": _tab,
    "crowded": _crowded,
}
