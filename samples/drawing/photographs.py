"""The public-domain photographs, as grounds to set things into."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from samples.drawing.compositor import warped

FOLDER = Path(__file__).parent.parent / "photographs"
Size = tuple[int, int]


def photograph(name: str) -> Image.Image:
    """The photograph of that stem, in RGB."""
    with Image.open(FOLDER / f"{name}.jpg") as image:
        return image.convert("RGB")


def backdrop(name: str, size: Size, crop: tuple[float, float, float, float] = (0, 0, 1, 1), soft: float = 0.0, light: float = 1.0) -> Image.Image:
    """A part of a photograph (`crop` in shares of its width and height) filling `size`, out of focus by `soft` pixels."""
    image = photograph(name)
    box = (round(crop[0] * image.width), round(crop[1] * image.height), round(crop[2] * image.width), round(crop[3] * image.height))
    fitted = ImageOps.fit(image.crop(box), size, Image.Resampling.LANCZOS)
    if soft:
        fitted = fitted.filter(ImageFilter.GaussianBlur(soft))
    return ImageEnhance.Brightness(fitted).enhance(light)


def tinted(image: Image.Image, dark: tuple[int, int, int], middle: tuple[int, int, int], bright: tuple[int, int, int]) -> Image.Image:
    """A grey photograph given the colours of what it shows."""
    return ImageOps.colorize(ImageOps.autocontrast(image.convert("L"), cutoff=1), dark, bright, middle)


def ground(texture: Image.Image, size: Size, tilt: float = 0.35, repeats: int = 2) -> Image.Image:
    """A photographed surface as the floor of a scene, seen from standing height: mirrored into a larger sheet and laid into perspective."""
    side = texture.width
    sheet = Image.new("RGB", (side * 2 * repeats, side * 2))
    for i in range(2 * repeats):
        for j in range(2):
            tile = ImageOps.mirror(texture) if i % 2 else texture
            sheet.paste(ImageOps.flip(tile) if j % 2 else tile, (i * side, j * side))
    width, height = size
    reach = width * tilt
    quad = ((-width * 0.15, -height * 0.02), (width * 1.15, -height * 0.02), (width * 1.15 + reach, height * 1.02), (-width * 0.15 - reach, height * 1.02))
    return warped(sheet.convert("RGBA"), quad, size).convert("RGB")


def asphalt(size: Size) -> Image.Image:
    """A road: the gravel, darkened, seen from standing height."""
    return ground(tinted(photograph("gravel"), (26, 26, 30), (84, 84, 90), (158, 158, 160)), size, repeats=2)


def gravel_path(size: Size) -> Image.Image:
    """A gravel path from nearby, in warm daylight."""
    return ImageOps.fit(tinted(photograph("gravel"), (40, 34, 30), (134, 122, 108), (226, 216, 202)), size, Image.Resampling.LANCZOS)


def lawn(size: Size) -> Image.Image:
    """A lawn seen from standing height."""
    return ground(tinted(photograph("grass"), (18, 34, 14), (74, 106, 46), (186, 196, 126)), size, repeats=1)


def brick_path(size: Size) -> Image.Image:
    """A brick walkway that runs away from the camera."""
    return ImageOps.fit(tinted(photograph("bricks"), (52, 30, 26), (138, 84, 64), (214, 184, 156)), size, Image.Resampling.LANCZOS)


def brick_wall(size: Size) -> Image.Image:
    """The same bricks as a wall."""
    turned = tinted(photograph("bricks"), (70, 44, 40), (150, 104, 86), (216, 196, 176)).transpose(Image.Transpose.ROTATE_90)
    return ImageOps.fit(turned, size, Image.Resampling.LANCZOS)


def counter(size: Size) -> Image.Image:
    """A speckled stone counter: the gravel from far away."""
    stone = tinted(photograph("gravel"), (84, 84, 88), (166, 164, 160), (222, 220, 214)).resize((256, 256), Image.Resampling.LANCZOS)
    return ground(stone, size, tilt=0.2, repeats=3).filter(ImageFilter.GaussianBlur(1.1))


def table(size: Size) -> Image.Image:
    """The bare corner of the wooden table."""
    return backdrop("coffee", size, (0, 0.02, 0.3, 0.42), soft=2.5)
