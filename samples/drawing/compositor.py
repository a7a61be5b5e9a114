"""Setting drawn things into a photograph: perspective, the scene's own light, shadow, blur; and where each thing can be seen afterwards.

Everything is Pillow and whole-number arithmetic, so that the same pictures come out on every machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from domain.finding import Box, FindingKind

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Shows = tuple[FindingKind, str]
VISIBLE = 110  # of 255: less cover than this is an edge, not the thing


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing set into a scene: what it is, and which pixels show it (mode "L")."""

    kind: FindingKind
    label: str
    cover: Image.Image


@dataclass(slots=True)
class Scene:
    """A picture in the making, and what it shows so far."""

    image: Image.Image
    seen: list[Seen] = field(default_factory=list)

    def place(self, drawn: Image.Image, quad: Quad, shows: Shows | None = None, *, light: float = 0.6, blur: float = 0.0, shadow: float = 0.0) -> None:
        """Lay `drawn` (RGBA) so that its corners (top left, top right, bottom right, bottom left) come to `quad`; the rest is as for `lay`."""
        self.lay(warped(drawn, quad, self.image.size), shows, light=light, blur=blur, shadow=shadow)

    def lay(self, layer: Image.Image, shows: Shows | None = None, *, light: float = 0.6, blur: float = 0.0, shadow: float = 0.0) -> None:
        """Lay an RGBA layer of the picture's own size over it, hiding what lies below.

        `light` from 0 to 1 is how much of the scene's light and shade falls on it, `blur` is in pixels, `shadow` from 0 to 1 the darkness that it throws.
        """
        if blur:
            layer = layer.convert("RGBa").filter(ImageFilter.GaussianBlur(blur)).convert("RGBA")
        alpha = layer.getchannel("A")
        self.seen = [Seen(s.kind, s.label, ImageChops.multiply(s.cover, ImageChops.invert(alpha))) for s in self.seen]
        lit = _lit(layer.convert("RGB"), self.image, light)
        if shadow:
            self._shade(alpha, shadow)
        self.image.paste(lit, (0, 0), alpha)
        if shows:
            self.seen.append(Seen(*shows, alpha))

    def mark(self, shows: Shows, cover: Image.Image) -> None:
        """Say that the picture shows something where `cover` (mode "L", the picture's size) is bright, without drawing anything."""
        self.seen.append(Seen(*shows, cover))

    def expected(self) -> list[tuple[FindingKind, str, Box]]:
        """Everything that can still be seen, with the box that is tight around it."""
        boxes = ((thing, thing.cover.point([255 if v >= VISIBLE else 0 for v in range(256)]).getbbox()) for thing in self.seen)
        return [(thing.kind, thing.label, Box(box[0], box[1], box[2] - box[0], box[3] - box[1])) for thing, box in boxes if box]

    def _shade(self, alpha: Image.Image, darkness: float) -> None:
        reach = max(2, self.image.width // 170)
        soft = ImageChops.offset(alpha, reach, reach).filter(ImageFilter.GaussianBlur(reach)).point([round(v * darkness) for v in range(256)])
        self.image.paste((8, 8, 10), (0, 0), soft)


def warped(drawn: Image.Image, quad: Quad, size: tuple[int, int]) -> Image.Image:
    """`drawn` as a transparent layer of `size`, its corners at `quad`."""
    width = max(1, round(max(_length(quad[0], quad[1]), _length(quad[3], quad[2]))))
    height = max(1, round(max(_length(quad[0], quad[3]), _length(quad[1], quad[2]))))
    # A border of nothing keeps the outer edge smooth; the nearest whole size keeps fine lines from flickering.
    inner = drawn.resize((width, height), Image.Resampling.LANCZOS)
    framed = Image.new("RGBA", (width + 4, height + 4), (0, 0, 0, 0))
    framed.paste(inner, (2, 2))
    corners = ((2.0, 2.0), (width + 2.0, 2.0), (width + 2.0, height + 2.0), (2.0, height + 2.0))
    return framed.transform(size, Image.Transform.PERSPECTIVE, _coefficients(quad, corners), Image.Resampling.BICUBIC)


def _coefficients(source: Quad, target: Quad) -> list[float]:
    """The eight numbers that take a point of the picture back to the drawing, rounded so that every machine's arithmetic agrees."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows, dtype=np.float64), np.array(values, dtype=np.float64))
    return [float(f"{number:.10g}") for number in solved]


def _length(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _lit(drawn: Image.Image, scene: Image.Image, amount: float) -> Image.Image:
    """`drawn` under the scene's light: brighter where the photograph's broad light is, darker in its shade."""
    if not amount:
        return drawn
    small = scene.convert("L").resize((24, 18), Image.Resampling.BOX)
    table = [max(0, min(255, round(255 - amount * (200 - v) * 0.5))) if v < 200 else 255 for v in range(256)]
    light = small.point(table).resize(scene.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(drawn, Image.merge("RGB", (light, light, light)))


def grained(image: Image.Image, name: str, strength: int = 3) -> Image.Image:
    """`image` with a camera's grain, always the same for the same `name`."""
    shape = (image.height, image.width)
    stream = np.frombuffer(hashlib.shake_256(name.encode()).digest(2 * image.width * image.height), np.uint8).astype(np.int16)
    noise = ((stream[0::2].reshape(shape) - stream[1::2].reshape(shape)) * strength) // 100
    pixels = np.asarray(image.convert("RGB"), np.int16) + noise[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def square(centre: Point, width: float, height: float, turn: float = 0.0, *, lean: float = 0.0, tilt: float = 0.0) -> Quad:
    """A quadrilateral of about `width` by `height` around `centre`, turned by `turn` degrees.

    Its right side is shorter by the share `lean`, its top by the share `tilt`, as if they were farther away.
    """
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x = sx * width / 2 * (1 - tilt * (sy < 0))
        y = sy * height / 2 * (1 - lean * (sx > 0))
        corners.append(_turned(x, y, turn, centre))
    return (corners[0], corners[1], corners[2], corners[3])


def _turned(x: float, y: float, degrees: float, centre: Point) -> Point:
    angle = np.deg2rad(degrees)
    c, s = round(float(np.cos(angle)), 9), round(float(np.sin(angle)), 9)
    return (centre[0] + x * c - y * s, centre[1] + x * s + y * c)
