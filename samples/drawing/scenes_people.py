"""Pictures of the stand-in for the enrolled member, pictures whose files say too much, a known item's copy, and pictures of nothing in particular."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from domain.finding import FindingKind as K
from samples.drawing.compositor import Quad, Scene, square, warped
from samples.drawing.evidence import marker, shoe_print
from samples.drawing.exif import camera, edited, no_fix, place_only, telephone
from samples.drawing.papers import banner
from samples.drawing.photographs import asphalt, backdrop, brick_wall, photograph
from samples.drawing.recipe import Recipe

SUBJECT = (K.SUBJECT_FACE, "subject-a")
FACE = (176, 66, 268, 184)  # where the face is in the portrait: left, top, right, bottom
NAVY = (20, 32, 66)


def _portrait() -> Image.Image:
    return photograph("astronaut").convert("RGBA")


def _face_of(image: Image.Image) -> Image.Image:
    cover = Image.new("RGBA", image.size, (0, 0, 0, 0))
    ImageDraw.Draw(cover).ellipse(FACE, fill=(0, 0, 0, 255))
    return cover


def _hung(scene: Scene, quad: Quad, *, blur: float = 0.0, tone: Callable[[Image.Image], Image.Image] | None = None) -> None:
    """Hang the portrait into a scene and mark its face."""
    picture = _portrait()
    scene.place(tone(picture) if tone else picture, quad, light=0.4, blur=blur, shadow=0.5)
    scene.mark(SUBJECT, warped(_face_of(picture), quad, scene.image.size).getchannel("A"))


def _open_day_guest() -> Scene:
    scene = Scene(Image.new("RGB", (1024, 1140), NAVY))
    _hung(scene, square((512, 512), 1024, 1024))
    scene.place(banner(1024, "Our guest of honor at the open day", NAVY), square((512, 1082), 1024, 114), light=0)
    return scene


def _framed_on_a_wall() -> Scene:
    scene = Scene(brick_wall((1100, 760)))
    scene.place(Image.new("RGBA", (10, 10), (50, 34, 24, 255)), square((420, 380), 470, 470, 0, lean=0.1), shadow=0.6)
    _hung(scene, square((420, 380), 420, 420, 0, lean=0.1))
    return scene


def _faded_snapshot() -> Scene:
    scene = Scene(backdrop("coffee", (1100, 740), (0, 0.05, 0.95, 1)))
    scene.place(Image.new("RGBA", (10, 10), (246, 242, 230, 255)), square((180, 530), 300, 320, -14), shadow=0.6)
    _hung(scene, square((180, 520), 264, 264, -14), blur=0.8, tone=_faded)
    return scene


def _faded(image: Image.Image) -> Image.Image:
    grey = ImageOps.colorize(image.convert("L"), (58, 44, 34), (244, 234, 212))
    return ImageEnhance.Contrast(grey).enhance(0.8).convert("RGBA")


def _helmet() -> Scene:
    image = photograph("astronaut").crop((250, 220, 512, 512)).resize((900, 1003), Image.Resampling.LANCZOS)
    return Scene(image)


def enrolled() -> dict[str, Image.Image]:
    """The pictures with which the stand-in is enrolled: three crops, processed differently from each other and from those in `media/`."""
    portrait = photograph("astronaut")
    close = portrait.crop((118, 16, 338, 256)).resize((440, 480), Image.Resampling.LANCZOS)
    wide = ImageEnhance.Color(ImageEnhance.Brightness(portrait.crop((60, 0, 400, 340))).enhance(1.12)).enhance(0.8)
    grey = ImageOps.mirror(portrait.crop((100, 10, 350, 290))).convert("L").rotate(5, Image.Resampling.BICUBIC).crop((14, 14, 236, 266))
    return {"close.jpg": close, "wide.jpg": wide.resize((480, 480), Image.Resampling.LANCZOS), "grey.jpg": grey.resize((400, 454), Image.Resampling.LANCZOS)}


def plain(name: str, size: tuple[int, int], crop: tuple[float, float, float, float] = (0, 0, 1, 1)) -> Callable[[], Scene]:
    """A photograph with nothing added."""
    return lambda: Scene(backdrop(name, size, crop))


def known_item() -> Scene:
    """The department's own record of a scene, which was never to be published."""
    scene = Scene(asphalt((1100, 825)))
    scene.place(shoe_print(), square((470, 480), 150, 400, 72), light=0)
    marker(8).put(scene, square((800, 420), 200, 210, 3), shadow=0.5)
    return scene


def _leaked_copy() -> Scene:
    """The same picture, smaller and compressed again."""
    original = known_item()
    size = (880, 660)
    scene = Scene(original.image.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.4)))
    for thing in original.seen:
        scene.mark((thing.kind, thing.label), thing.cover.resize(size))
    scene.mark((K.KNOWN_ITEM, "yard-record"), Image.new("L", size, 255))
    return scene


HERE, DEVICE = (K.PRECISE_LOCATION, "GPS coordinates"), (K.DEVICE_IDENTITY, "make, model")
FACES, METADATA = frozenset({K.SUBJECT_FACE}), frozenset({K.PRECISE_LOCATION, K.DEVICE_IDENTITY})

RECIPES = (
    Recipe("open-day-guest.jpg", "The stand-in's portrait, large", "easy", ("astronaut",), _open_day_guest, frozenset({K.BOOKING_PHOTO, K.DEPARTMENT_ARTWORK})),
    Recipe("framed-portrait.jpg", "The stand-in's portrait in a frame, seen from the side", "medium", ("astronaut", "bricks"), _framed_on_a_wall),
    Recipe("faded-snapshot.jpg", "The stand-in on a small faded snapshot", "hard", ("astronaut", "coffee"), _faded_snapshot),
    Recipe("helmet.jpg", "A space suit's helmet, without a face", "none", ("astronaut",), _helmet, FACES | {K.DEPARTMENT_ARTWORK}),
    Recipe("photographer.jpg", "Somebody else, from the side", "none", ("photographer",), plain("photographer", (900, 900)), FACES),
    Recipe("cat.jpg", "A cat's face", "none", ("cat",), plain("cat", (900, 600)), FACES),
    Recipe(
        "river-walk.jpg",
        "A river; the file says where and with which telephone",
        "easy",
        ("canyon",),
        plain("canyon", (1024, 700), (0, 0, 1, 0.9)),
        whole=(HERE, DEVICE),
        exif=lambda: telephone((39.09973, -94.57857)),
    ),
    Recipe(
        "sheep.jpg",
        "Sheep; the file still says where",
        "easy",
        ("sheep",),
        plain("sheep", (1024, 498)),
        whole=(HERE,),
        exif=lambda: place_only((-33.85678, 151.21529)),
    ),
    Recipe(
        "dandelion.jpg",
        "A dandelion; the file names a camera's number and owner",
        "easy",
        ("dandelion",),
        plain("dandelion", (1100, 733)),
        whole=((K.DEVICE_IDENTITY, "serial number, owner, make, model"),),
        exif=lambda: camera("SC200-0071423", "Robin Placeholder"),
    ),
    Recipe(
        "allium.jpg",
        "A flower, stored lying on its side; the file names a telephone without a fix",
        "easy",
        ("allium",),
        plain("allium", (720, 914)),
        frozenset({K.PRECISE_LOCATION}),
        whole=(DEVICE,),
        exif=lambda: telephone(None),
        turned=True,
    ),
    Recipe(
        "acanthus.jpg", "A flower; the file names only the program that saved it", "none", ("acanthus",), plain("acanthus", (740, 960)), METADATA, exif=edited
    ),
    Recipe(
        "alps.jpg",
        "Mountains; the file says zero degrees, as a device without a fix writes",
        "none",
        ("alps",),
        plain("alps", (1024, 484)),
        METADATA,
        exif=no_fix,
    ),
    Recipe("yard-copy.jpg", "A smaller copy of a picture that was never to be published", "medium", ("gravel",), _leaked_copy, quality=62),
    Recipe("earth.jpg", "The earth", "none", ("earth",), plain("earth", (1100, 550)), frozenset({K.PRECISE_LOCATION})),
    Recipe("galaxies.jpg", "Galaxies", "none", ("galaxies",), plain("galaxies", (900, 785)), frozenset({K.KNOWN_ITEM})),
    Recipe(
        "walking-cat.jpg", "A cat walking, in twenty-four pictures", "none", ("cat-walking",), plain("cat-walking", (1024, 510)), frozenset({K.BOOKING_PHOTO})
    ),
)
