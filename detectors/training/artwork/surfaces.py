"""What an artwork is made of: print, thread, metal, rubber, leather, worn paint, engraving; applied to the finished drawing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from detectors.training.artwork.canvas import SIDE, Array, distance_inside, grid, noise

NAMES = ("print", "thread", "metal", "rubber", "leather", "worn", "halftone", "engraved", "satin", "shaded")
CHANCES = (0.33, 0.23, 0.09, 0.08, 0.03, 0.06, 0.03, 0.04, 0.05, 0.06)


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished drawing (float32 canvas) and the mask of where the artwork is."""

    canvas: Array
    mask: Array


def surfaced(canvas: Array, mask: Array, rng: np.random.Generator) -> Array:
    """The drawing (float32 canvas) made of some material; the mask is where the artwork is."""
    name = str(rng.choice(NAMES, p=CHANCES))
    return canvas if name == "print" else np.clip(SURFACES[name](Piece(canvas, mask), rng), 0, 255)


def _thread(piece: Piece, rng: np.random.Generator) -> Array:
    """Embroidery: each colour's stitches run their own way, threads shade from edge to edge and areas stand out at their edges."""
    x, y = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32))
    coarse = (cv2.medianBlur(piece.canvas.astype(np.uint8), 3).astype(np.int32) >> 5) @ np.array([1, 8, 64])
    directions = rng.choice([0, math.pi / 2, math.pi / 4, -math.pi / 4, 0.3, 1.2], 512) + rng.normal(0, 0.08, 512)
    angle = directions[coarse].astype(np.float32)
    pitch, length = rng.uniform(2.2, 4.0), rng.uniform(9, 22)
    along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    row = np.floor(across / pitch)
    thread = np.abs(((across / pitch) % 1) - 0.5) * 2
    ends = np.abs((along / length + row * 0.37) % 1 - 0.5) > 0.45
    tone = (1 - thread**2) * 0.3 - 0.14 - 0.12 * ends
    strength = rng.uniform(0.5, 1.3)
    speckle = rng.normal(0, 0.04, (SIDE, SIDE)).astype(np.float32)
    return np.asarray(piece.canvas * (1 + strength * tone + speckle)[..., None] * _relief(piece.canvas, rng.uniform(0.1, 0.35), rng)[..., None] + 6 * strength)


def _relief(canvas: Array, depth: float, rng: np.random.Generator, blur: float = 1.2) -> Array:
    """How much light falls where, if brighter is higher (or lower), lit from above."""
    height = cv2.GaussianBlur(canvas.mean(2), (0, 0), blur) * (1 if rng.random() < 0.5 else -1)
    across, down = cv2.Sobel(height, cv2.CV_32F, 1, 0), cv2.Sobel(height, cv2.CV_32F, 0, 1)
    lit = rng.uniform(-1, 1) * across + rng.uniform(0.4, 1) * down
    return np.asarray(1 + depth * np.tanh(lit / 120), np.float32)


def _metal(piece: Piece, rng: np.random.Generator) -> Array:
    """Struck metal: relief, bright reflections, the colours as enamel or not at all."""
    gold = rng.random() < 0.55
    base = np.array((70, 175, 225) if gold else (205, 200, 196), np.float32) * rng.uniform(0.75, 1.05)
    x, y = grid()
    sheen = 0.78 + 0.3 * np.sin((x * rng.uniform(-2, 2) + y * rng.uniform(1, 4)) + rng.uniform(0, 6)) + 0.12 * (noise(rng, 6) - 0.5)
    enamel = rng.uniform(0.0, 0.75)
    shade = piece.canvas.mean(2, keepdims=True) / 255
    plate = base * (0.45 + 0.6 * shade) * sheen[..., None]
    domed = np.clip(distance_inside(piece.mask) / rng.uniform(4, 14), 0, 1)
    edge = cv2.Sobel(cv2.GaussianBlur(domed, (0, 0), 1.5), cv2.CV_32F, 0, 1)
    made = (enamel * piece.canvas + (1 - enamel) * plate) * _relief(piece.canvas, rng.uniform(0.5, 0.9), rng, rng.uniform(0.8, 1.8))[..., None]
    return np.asarray(made * (1 + np.clip(edge, -0.4, 0.4))[..., None])


def _rubber(piece: Piece, rng: np.random.Generator) -> Array:
    made = piece.canvas * _relief(piece.canvas, rng.uniform(0.4, 0.8), rng, rng.uniform(1.2, 2.4))[..., None]
    return np.asarray(made + 10 * (noise(rng, 90) - 0.5)[..., None] + rng.uniform(0, 18))


def _leather(piece: Piece, rng: np.random.Generator) -> Array:
    grain = cv2.GaussianBlur(noise(rng, 70) + 0.6 * noise(rng, 40), (0, 0), 0.8)
    tone = np.array((45, 70, 110) if rng.random() < 0.6 else (30, 30, 34), np.float32)
    made = (0.35 * piece.canvas + 0.65 * tone * (0.5 + piece.canvas.mean(2, keepdims=True) / 255)) * (0.75 + 0.35 * grain)[..., None]
    return np.asarray(made * _relief(piece.canvas, 0.7, rng, 1.5)[..., None])


def _worn(piece: Piece, rng: np.random.Generator) -> Array:
    """Faded and cracked, or scratched."""
    fade = rng.uniform(0.1, 0.5)
    faded = piece.canvas * (1 - fade) + fade * rng.uniform(120, 210)
    cracks = np.abs(noise(rng, 40) + 0.5 * noise(rng, 85) - 0.75) < rng.uniform(0.01, 0.06)
    patches = noise(rng, 12) > rng.uniform(0.7, 0.95)
    return np.asarray(np.where((cracks | patches)[..., None], faded * 0.4 + 0.6 * rng.uniform(40, 220), faded))


def _halftone(piece: Piece, rng: np.random.Generator) -> Array:
    x, y = grid()
    angle, pitch = rng.uniform(0, math.pi), rng.uniform(0.035, 0.06)
    along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    screen = (np.cos(2 * math.pi * along / pitch) * np.cos(2 * math.pi * across / pitch))[..., None]
    return np.asarray(piece.canvas + 0.35 * screen * np.minimum(piece.canvas, 255 - piece.canvas))


def _engraved(piece: Piece, rng: np.random.Generator) -> Array:
    """Lines in one ink whose thickness follows the drawing's darkness."""
    x, y = grid()
    angle, count = rng.uniform(0, math.pi), rng.uniform(70, 150)
    wave = 0.5 + 0.5 * np.sin((x * math.cos(angle) + y * math.sin(angle)) * count + 2 * np.hypot(x, y))
    grey = piece.canvas.mean(2)
    low, high = np.percentile(grey[piece.mask > 127], [3, 97]) if (piece.mask > 127).any() else (0, 255)
    light = np.clip((grey - low) / max(high - low, 1), 0, 1)
    amount = np.clip((light * 1.15 - 0.08 - wave) * 6 + 0.5, 0, 1)[..., None]
    ink, paper = np.array(rng.uniform(5, 110, 3)), np.array(rng.uniform(180, 250, 3))
    return np.asarray(amount * paper + (1 - amount) * ink, np.float32)


def _satin(piece: Piece, rng: np.random.Generator) -> Array:
    x, y = grid()
    sheen = np.sin((x * rng.uniform(-3, 3) + y * rng.uniform(-3, 3)) + 2 * noise(rng, 3))
    return np.asarray(piece.canvas * (1 + rng.uniform(0.08, 0.25) * sheen)[..., None] + 8)


def _shaded(piece: Piece, rng: np.random.Generator) -> Array:
    """A drawing program's gradients: darker towards the edge or glossy above."""
    _, y = grid()
    if rng.random() < 0.5:
        inside = np.clip(distance_inside(piece.mask) / rng.uniform(12, 40), 0, 1)
        return np.asarray(piece.canvas * (rng.uniform(0.4, 0.75) + (1 - 0.5) * inside)[..., None])
    gloss = np.clip((rng.uniform(-0.3, 0.2) - y) * 20, 0, 1) * np.clip(0.9 - y, 0, 2)
    return np.asarray(piece.canvas + rng.uniform(10, 45) * gloss[..., None])


SURFACES: dict[str, Callable[[Piece, np.random.Generator], Array]] = {
    "thread": _thread,
    "metal": _metal,
    "rubber": _rubber,
    "leather": _leather,
    "worn": _worn,
    "halftone": _halftone,
    "engraved": _engraved,
    "satin": _satin,
    "shaded": _shaded,
}
