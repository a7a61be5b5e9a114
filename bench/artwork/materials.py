"""What an emblem is made of: print, stitches that follow the outline, enamel, worn paint."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
MATERIALS = ("print", "stitched", "enamel", "worn", "vinyl")


def made_of(art: Array, material: str, rng: np.random.Generator) -> Array:
    """The emblem (H x W x 4, 8 bit) in another material; its outline stays as it is."""
    colour = art[..., :3].astype(np.float32)
    worked = {"stitched": _stitched, "enamel": _enamel, "worn": _worn, "vinyl": _vinyl}
    if material in worked:
        colour = worked[material](colour, art[..., 3], rng)
    return np.dstack([colour.clip(0, 255).astype(np.uint8), art[..., 3]])


def _stitched(colour: Array, cover: Array, rng: np.random.Generator) -> Array:
    """Threads run along the outline or slantwise, each colour's a little higher or lower; the edge is whipped."""
    depth = cv2.distanceTransform((cover > 127).astype(np.uint8), cv2.DIST_L2, 5)
    y, x = np.mgrid[0 : depth.shape[0], 0 : depth.shape[1]].astype(np.float32)
    grey = cv2.GaussianBlur(colour.mean(axis=2), (0, 0), 1.2)
    slant = x * 0.8 + y * rng.uniform(-0.9, 0.9) + np.floor(grey / 40) * 17
    thread = np.sin(slant * rng.uniform(1.5, 2.2)) + 0.6 * np.sin(depth * 1.9)
    edge = depth < 9
    thread[edge] = 1.6 * np.sin((x[edge] - y[edge]) * 1.1)
    relief = cv2.Sobel(grey, cv2.CV_32F, 1, 1, ksize=3) * 0.12
    worked: Array = colour * (1 + 0.085 * thread)[..., None] + relief[..., None]
    return worked


def _enamel(colour: Array, _cover: Array, rng: np.random.Generator) -> Array:
    """Raised ridges that catch light, and a gleam across."""
    grey = cv2.GaussianBlur(colour.mean(axis=2), (0, 0), 1.5)
    angle = rng.uniform(0, 6.28)
    slope = cv2.Sobel(grey, cv2.CV_32F, 1, 0) * np.cos(angle) + cv2.Sobel(grey, cv2.CV_32F, 0, 1) * np.sin(angle)
    y, x = np.mgrid[-1 : 1 : complex(0, grey.shape[0]), -1 : 1 : complex(0, grey.shape[1])].astype(np.float32)
    gleam = np.exp(-(((x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.5, 0.5)) / 0.3) ** 2))
    worked: Array = colour * 0.95 + (np.clip(slope, -90, 90) * 0.5 + 45 * gleam)[..., None]
    return worked


def _worn(colour: Array, cover: Array, rng: np.random.Generator) -> Array:
    """Faded, with bare spots."""
    small = rng.normal(0, 1, (24, 24)).astype(np.float32)
    noise = cv2.resize(small, cover.shape[::-1], interpolation=cv2.INTER_CUBIC) + rng.normal(0, 0.5, cover.shape).astype(np.float32)
    bare = np.clip((noise - 1.5) * 3, 0, 1)[..., None] * 0.8
    faded = colour * 0.82 + 255 * 0.12
    worked: Array = faded * (1 - bare) + rng.uniform(90, 200) * bare
    return worked


def _vinyl(colour: Array, cover: Array, rng: np.random.Generator) -> Array:
    """Glossy, so that a lighter stripe of sky shows in it."""
    y, x = np.mgrid[-1 : 1 : complex(0, cover.shape[0]), -1 : 1 : complex(0, cover.shape[1])].astype(np.float32)
    stripe = np.clip(np.sin((x + rng.uniform(-1, 1) * y) * rng.uniform(1, 3) + rng.uniform(0, 6)), 0, 1)
    worked: Array = colour + (rng.uniform(10, 50) * stripe)[..., None]
    return worked
