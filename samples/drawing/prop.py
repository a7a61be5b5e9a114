"""A drawn thing with named parts, so that a picture's manifest can say where each of them is."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from domain.finding import FindingKind
from samples.drawing.compositor import Quad, Scene, Shows, warped


@dataclass(frozen=True, slots=True)
class Prop:
    """`image` (RGBA) and what it shows; a part's cover (mode "L", the image's size) is where, None for the whole of it."""

    image: Image.Image
    parts: tuple[tuple[Shows, Image.Image | None], ...] = ()

    def without(self, kind: FindingKind) -> Prop:
        """The same, where that part is too small to read."""
        return Prop(self.image, tuple(part for part in self.parts if part[0][0] is not kind))

    def put(self, scene: Scene, quad: Quad, *, light: float = 0.6, blur: float = 0.0, shadow: float = 0.35) -> None:
        """Set it into `scene`, its corners at `quad`."""
        scene.place(self.image, quad, light=light, blur=blur, shadow=shadow)
        for shows, cover in self.parts:
            flat = Image.merge("RGBA", (*Image.new("RGB", self.image.size).split(), cover or self.image.getchannel("A")))
            scene.mark(shows, warped(flat, quad, scene.image.size).getchannel("A"))


def whole(image: Image.Image, shows: Shows) -> Prop:
    """A prop that shows one thing with all of itself."""
    return Prop(image, ((shows, None),))


def patch_of(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    """A part's cover: the rectangle `box` (left, top, right, bottom) of an image of `size`."""
    cover = Image.new("L", size, 0)
    cover.paste(255, box)
    return cover
