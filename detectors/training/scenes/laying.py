"""One emblem laid into a canvas, and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes import fabric, light
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.occluders import occluder
from detectors.training.scenes.placement import Placement
from detectors.training.scenes.surface import OUTSIDE, Surface
from domain.finding import Box

Image = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Laid:
    """The truth about one emblem, in canvas pixels (pixel centres have whole coordinates).

    `box` bounds the pixels it covers more than half (of the most it covers any) and nothing hides, None when there are none. `quad` is its
    array's four corners from the top left clockwise, 4 x 2. `affine` is the 2 x 3 least-squares map from emblem pixels over its opaque area,
    hidden or not. `visible` is the share of that area that is seen.
    """

    box: Box | None
    quad: npt.NDArray[np.float64]
    affine: npt.NDArray[np.float64]
    visible: float


class Layer:
    """An emblem in a canvas whose visible part may still shrink as other things are laid over it."""

    def __init__(self, corner: tuple[int, int], cover: Image, whole: float, quad: npt.NDArray[np.float64], affine: npt.NDArray[np.float64]) -> None:
        """`cover` is float32 over the window at `corner` (left, top); `whole` its sum with nothing hidden, canvas edges included."""
        self.corner, self.cover, self.whole, self.quad, self.affine = corner, cover, whole, quad, affine
        self._counts = 0.5 * min(1.0, float(cover.max(initial=0)))  # fine lettering made small covers no pixel more than half

    def hide(self, corner: tuple[int, int], mask: Image) -> None:
        """Something with cover `mask` (float32) was laid over the canvas at `corner`."""
        (x0, y0), (height, width) = self.corner, self.cover.shape
        left, top = max(x0, corner[0]), max(y0, corner[1])
        right, bottom = min(x0 + width, corner[0] + mask.shape[1]), min(y0 + height, corner[1] + mask.shape[0])
        if left < right and top < bottom:
            over = mask[top - corner[1] : bottom - corner[1], left - corner[0] : right - corner[0]]
            self.cover[top - y0 : bottom - y0, left - x0 : right - x0] *= 1 - over

    def laid(self) -> Laid:
        """The truth as it now stands."""
        x, y, width, height = cv2.boundingRect((self.cover > self._counts).astype(np.uint8))
        box = Box(self.corner[0] + x, self.corner[1] + y, width, height) if width and height else None
        return Laid(box, self.quad, self.affine, min(1.0, float(self.cover.sum()) / max(self.whole, 1e-6)))


def lay(canvas: Image, emblem: Image, lies: Placement, rng: np.random.Generator, grounds: Grounds | None = None) -> Laid:
    """Lays `emblem` (uint8, blue green red alpha) into `canvas` (uint8, three channels, changed in place). Only its neighbourhood is drawn."""
    return layer(canvas, emblem, Surface(emblem, lies), rng, grounds).laid()


def layer(canvas: Image, emblem: Image, surface: Surface, rng: np.random.Generator, grounds: Grounds | None = None, under: tuple[Layer, ...] = ()) -> Layer:
    """As `lay`, for a surface already made; the layers `under` it lose what it covers."""
    lies = surface.lies
    bounds = surface.bounds()
    breadth = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    left, top, right, bottom = _window(bounds, breadth * float(rng.uniform(0.15, 0.6)) if lies.fabric else 2 + 0.04 * breadth, canvas.shape)
    h, w = emblem.shape[:2]
    quad = surface.to_canvas(np.array([[-0.5, -0.5], [w - 0.5, -0.5], [w - 0.5, h - 0.5], [-0.5, h - 0.5]]))
    affine = surface.affine(emblem[..., 3])
    if right - left < 3 or bottom - top < 3:
        return Layer((left, top), np.zeros((0, 0), np.float32), 1.0, quad, affine)
    height, width = bottom - top, right - left
    window = canvas[top:bottom, left:right]
    behind = window.copy()
    columns, rows, folds = surface.maps(left, top, width, height)
    art, cover = _warped(emblem, columns, rows, surface.scale)
    factor = np.clip(folds * light.shade(rng, height, width), 0.08, 2.0) if lies.lit else np.clip(folds, 0.08, 2.0)
    ground, reach = behind, None
    if lies.fabric:
        inner = (bounds[0] - left, bounds[1] - top, bounds[2] - left, bounds[3] - top)
        reach = fabric.region(rng, height, width, inner, lies.turn)
        ground = cv2.blendLinear(light.apply(fabric.texture(rng, height, width, grounds), factor), behind, reach, 1 - reach)
    if rng.random() < 0.5:
        ground = _shadowed(ground, cover, rng)
    shine = light.highlight(rng, height, width) if lies.lit and rng.random() < 0.2 else None
    seen = cv2.blendLinear(light.apply(art, factor, shine), ground, cover, 1 - cover)
    for other in under:
        other.hide((left, top), np.maximum(cover, reach) if reach is not None else cover)
    whole = _whole(surface, emblem, cover, (left, top, right, bottom), bounds)
    front = None
    if lies.hidden:
        front = occluder(rng, cover, lies.hidden, behind, grounds)
        if rng.random() < 0.5:
            seen = _shadowed(seen, front.cover, rng)
        seen = cv2.blendLinear(front.paint, seen, front.cover, 1 - front.cover)
        for other in under:
            other.hide((left, top), front.cover)
    window[:] = seen
    laid = Layer((left, top), cover, whole, quad, affine)
    if front is not None:
        laid.hide((left, top), front.cover)
    return laid


def _window(bounds: tuple[float, float, float, float], margin: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    height, width = shape[:2]
    left, top = max(0, int(bounds[0] - margin)), max(0, int(bounds[1] - margin))
    return left, top, max(left, min(width, int(bounds[2] + margin) + 1)), max(top, min(height, int(bounds[3] + margin) + 1))


def _warped(emblem: Image, columns: Image, rows: Image, scale: float) -> tuple[Image, Image]:
    """The emblem's colours (uint8) and cover (float32 0..1) over the window. It is reduced first, so that nothing aliases."""
    seen = cv2.cvtColor(emblem, cv2.COLOR_RGBA2mRGBA)  # premultiplied: no fringe of the colour under transparent pixels
    if scale < 0.7:
        seen = cv2.resize(seen, None, fx=min(1.0, scale * 1.25), fy=min(1.0, scale * 1.25), interpolation=cv2.INTER_AREA)
        across, down = seen.shape[1] / emblem.shape[1], seen.shape[0] / emblem.shape[0]
        columns, rows = (columns + 0.5) * across - 0.5, (rows + 0.5) * down - 0.5
    laid = cv2.remap(seen, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    cover = laid[..., 3].astype(np.float32) * np.float32(1 / 255)
    return np.ascontiguousarray(cv2.cvtColor(laid, cv2.COLOR_mRGBA2RGBA)[..., :3]), cover


def _whole(surface: Surface, emblem: Image, cover: Image, window: tuple[int, int, int, int], bounds: tuple[float, float, float, float]) -> float:
    """The emblem's whole area in canvas pixels: what the window shows of it, or, where the canvas' edge cuts it, an estimate on a coarse grid."""
    if bounds[0] >= window[0] and bounds[1] >= window[1] and bounds[2] <= window[2] and bounds[3] <= window[3]:
        return float(cover.sum())
    x, y = np.meshgrid(np.linspace(bounds[0], bounds[2], 48), np.linspace(bounds[1], bounds[3], 48))
    columns, rows, _ = surface.to_emblem(x, y)
    alpha = cv2.remap(emblem[..., 3], columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return float((alpha[columns > OUTSIDE]).sum()) / 255 / 48**2 * (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])


def _shadowed(pixels: Image, cover: Image, rng: np.random.Generator) -> Image:
    """`pixels` with the soft shadow of something that stands off them a little."""
    soft = max(1, round(0.02 * max(cover.shape) * float(rng.uniform(0.3, 2)))) * 2 + 1
    dx, dy = (float(v) for v in rng.uniform(-0.5, 0.5, 2) * soft)
    cast = cv2.warpAffine(cv2.blur(cover, (soft, soft)), np.array([[1, 0, dx], [0, 1, dy]]), (cover.shape[1], cover.shape[0]))
    return light.apply(pixels, 1 - float(rng.uniform(0.1, 0.6)) * cast)
