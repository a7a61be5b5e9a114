"""Pictures with the department's artwork, from large and flat to small, turned, blurred and half covered; and other people's artwork."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from domain.finding import FindingKind as K
from samples.drawing.artwork import LOOKALIKES, REGISTERED
from samples.drawing.compositor import Point, Quad, Scene, square
from samples.drawing.lettering import Type, centred
from samples.drawing.papers import banner
from samples.drawing.photographs import backdrop, brick_wall, counter, lawn
from samples.drawing.recipe import Recipe

NAVY, WHITE = (20, 32, 66), (250, 250, 250)
ART = frozenset({K.DEPARTMENT_ARTWORK})


@cache
def artwork(name: str) -> Image.Image:
    """A registered artwork or a look-alike, drawn once."""
    return (REGISTERED | LOOKALIKES)[name]()


def _own(scene: Scene, name: str, quad: Quad, *, light: float = 0.6, blur: float = 0.0, shadow: float = 0.4) -> None:
    shows = (K.DEPARTMENT_ARTWORK, name) if name in REGISTERED else None
    scene.place(artwork(name), quad, shows, light=light, blur=blur, shadow=shadow)


def _sized(name: str, centre: Point, height: float, turn: float = 0.0, *, lean: float = 0.0, tilt: float = 0.0) -> Quad:
    drawn = artwork(name)
    return square(centre, height * drawn.width / drawn.height, height, turn, lean=lean, tilt=tilt)


def _patch_on_table() -> Scene:
    scene = Scene(backdrop("coffee", (1200, 800)))
    _own(scene, "shoulder-patch", _sized("shoulder-patch", (235, 560), 400, -9))
    return scene


def _thank_you_card() -> Scene:
    scene = Scene(backdrop("meadow", (1080, 1080), soft=5, light=0.8))
    scene.place(Image.new("RGBA", (900, 900), (250, 248, 240, 255)), square((540, 540), 880, 880), light=0)
    for text, y, size in (("THANK YOU", 720, 96), ("to everybody who came to our open day", 830, 42)):
        card = Image.new("RGBA", (1080, 1080), (0, 0, 0, 0))
        centred(card, text, (540, y), Type(size, NAVY, 3 if size > 50 else 0))
        scene.lay(card, light=0)
    _own(scene, "seal", _sized("seal", (540, 380), 480), light=0, shadow=0)
    return scene


def _badge_on_counter() -> Scene:
    scene = Scene(counter((1100, 825)))
    scene.place(Image.new("RGBA", (520, 620), (34, 26, 22, 255)), square((560, 420), 440, 560, 12), shadow=0.6)
    _own(scene, "badge", _sized("badge", (560, 410), 390, 12))
    return scene


def _exhibition_wall() -> Scene:
    scene = Scene(brick_wall((1200, 800)))
    for name, centre, height in (("shoulder-patch", (225, 410), 300), ("badge", (600, 410), 240), ("seal", (970, 410), 240)):
        width = height * artwork(name).width / artwork(name).height
        frame = square(centre, width + 90, height + 90)
        scene.place(Image.new("RGBA", (100, 100), (58, 40, 28, 255)), frame, shadow=0.6)
        scene.place(Image.new("RGBA", (100, 100), (236, 230, 214, 255)), square(centre, width + 58, height + 58))
        _own(scene, name, _sized(name, centre, height), shadow=0.3)
    return scene


def _launch_traffic() -> Scene:
    scene = Scene(backdrop("rocket", (1200, 800)))
    scene.place(banner(1200, "Launch day: heavy traffic on Harbor Road", NAVY), square((600, 745), 1200, 110), light=0)
    scene.place(Image.new("RGBA", (300, 110), (252, 252, 250, 255)), square((190, 80), 300, 104), light=0)
    _own(scene, "wordmark", _sized("wordmark", (190, 82), 72), light=0, shadow=0)
    return scene


def _harbor_day() -> Scene:
    scene = Scene(backdrop("boats", (1150, 900)))
    _own(scene, "harbor-rocker", _sized("harbor-rocker", (300, 170), 120, 0, lean=0.04), light=0.3)
    _own(scene, "shoulder-patch", _sized("shoulder-patch", (300, 350), 250, 0, lean=0.04), light=0.3)
    return scene


def _barn_door() -> Scene:
    scene = Scene(backdrop("farmhouse", (1200, 900)))
    quad = ((652.0, 384.0), (848.0, 366.0), (850.0, 424.0), (654.0, 438.0))
    grey = ImageOps.grayscale(artwork("wordmark").convert("RGB")).convert("RGBA")
    grey.putalpha(artwork("wordmark").getchannel("A"))
    scene.place(grey, quad, (K.DEPARTMENT_ARTWORK, "wordmark"), light=0.2, blur=0.6)
    return scene


def _seal_among_dandelions() -> Scene:
    scene = Scene(backdrop("meadow-right", (900, 1000)))
    _own(scene, "seal", _sized("seal", (300, 690), 200, 38, lean=0.12), blur=1.6)
    return scene


def _table_sticker() -> Scene:
    scene = Scene(backdrop("coffee", (1000, 720), (0.18, 0.05, 0.98, 0.95)))
    _own(scene, "badge", _sized("badge", (135, 500), 128, -12, lean=0.24), light=0.7, shadow=0.25)
    return scene


def _patch_in_the_grass() -> Scene:
    scene = Scene(lawn((960, 720)))
    _own(scene, "shoulder-patch", _sized("shoulder-patch", (560, 450), 150, 64, tilt=0.15), shadow=0.5)
    _blades(scene, (560, 500))
    return scene


def _backpack_patch() -> Scene:
    scene = Scene(backdrop("canyon", (1150, 840)))
    _own(scene, "shoulder-patch", _sized("shoulder-patch", (318, 668), 64, 14, lean=0.2), blur=0.8, light=0.8, shadow=0.2)
    return scene


def _coat_sleeve() -> Scene:
    scene = Scene(backdrop("photographer", (900, 900)))
    grey = artwork("shoulder-patch").convert("LA").convert("RGBA")
    scene.place(grey, _sized("shoulder-patch", (262, 520), 118, -16, lean=0.22), (K.DEPARTMENT_ARTWORK, "shoulder-patch"), light=0.9, blur=0.9)
    return scene


def _badge_at_dusk() -> Scene:
    scene = Scene(ImageEnhance.Brightness(backdrop("meadow-floor", (1100, 640))).enhance(0.7))
    _own(scene, "badge", _sized("badge", (730, 360), 150, -28, lean=0.1), light=1.0, blur=2.2)
    return scene


def _half_under_a_cup() -> Scene:
    scene = Scene(backdrop("coffee", (1200, 800)))
    before = scene.image.copy()
    _own(scene, "seal", _sized("seal", (205, 500), 260, 20), shadow=0.2)
    saucer = Image.new("L", scene.image.size, 0)
    ImageDraw.Draw(saucer).ellipse((146, 96, 950, 796), fill=255)
    cover = before.convert("RGBA")
    cover.putalpha(saucer)
    scene.lay(cover, light=0)
    return scene


def _raccoon_visitor() -> Scene:
    scene = Scene(backdrop("raccoon", (1100, 825)))
    _own(scene, "wordmark", _sized("wordmark", (930, 765), 44), light=0.3, shadow=0)
    return scene


def _riverbend_visit() -> Scene:
    scene = Scene(backdrop("coffee", (1200, 800), (0.0, 0.0, 1.0, 1.0), light=0.94))
    _own(scene, "riverbend-patch", _sized("riverbend-patch", (225, 540), 390, 7))
    return scene


def _sampleton_star() -> Scene:
    scene = Scene(counter((1100, 825)))
    scene.place(Image.new("RGBA", (520, 620), (40, 30, 24, 255)), square((520, 420), 430, 540, -7), shadow=0.6)
    _own(scene, "sampleton-star", _sized("sampleton-star", (520, 410), 400, -7))
    return scene


def _placeville_engine() -> Scene:
    scene = Scene(brick_wall((1100, 760)))
    scene.place(Image.new("RGBA", (700, 700), (190, 30, 36, 255)), square((560, 380), 560, 520), shadow=0.6)
    _own(scene, "placeville-fire", _sized("placeville-fire", (560, 380), 330, 3))
    return scene


def _neighbours_in_the_grass() -> Scene:
    scene = Scene(lawn((960, 720)))
    _own(scene, "riverbend-patch", _sized("riverbend-patch", (380, 420), 170, -50, tilt=0.12), shadow=0.5)
    _own(scene, "placeville-fire", _sized("placeville-fire", (660, 490), 130, 22, tilt=0.2), shadow=0.5)
    return scene


def _charity_banner() -> Scene:
    scene = Scene(backdrop("alps", (1200, 640)))
    card = banner(1200, "EXAMPLE CITY  ·  PARKS AND TRAILS", (36, 92, 60))
    scene.place(card, square((600, 585), 1200, 110), light=0)
    return scene


def _blades(scene: Scene, at: Point) -> None:
    """A tuft of the photograph's own grass over the lower part of what lies there."""
    cover = Image.new("L", scene.image.size, 0)
    draw, (x, y) = ImageDraw.Draw(cover), at
    for i in range(26):
        foot = x - 110 + i * 9
        draw.polygon([(foot, y + 90), (foot + 8, y + 90), (foot + (i * 37 % 29) - 12, y - 30 + (i * 53 % 50))], fill=255)
    tuft = lawn(scene.image.size).convert("RGBA")
    tuft.putalpha(cover)
    scene.lay(tuft, light=0)


def plain(name: str, size: tuple[int, int], crop: tuple[float, float, float, float] = (0, 0, 1, 1)) -> Scene:
    """A photograph with nothing added."""
    return Scene(backdrop(name, size, crop))


RECIPES = (
    Recipe("patch-on-table.jpg", "The shoulder patch, flat and large, on a café table", "easy", ("coffee",), _patch_on_table),
    Recipe("thank-you-card.png", "A card with the city seal", "easy", ("meadow",), _thank_you_card, grain=0),
    Recipe("badge-on-counter.jpg", "The badge in its leather case", "easy", ("gravel",), _badge_on_counter),
    Recipe("exhibition-wall.jpg", "Patch, badge and seal, framed on a brick wall", "easy", ("bricks",), _exhibition_wall),
    Recipe("harbor-day.jpg", "Patch and rocker set over an old harbor photograph", "medium", ("boats",), _harbor_day),
    Recipe("launch-traffic.jpg", "A traffic notice with the wordmark in its corner", "medium", ("rocket",), _launch_traffic),
    Recipe("barn-wordmark.jpg", "The wordmark painted on a wooden wall, grey, seen from the side", "hard", ("farmhouse",), _barn_door),
    Recipe("seal-in-meadow.jpg", "The seal, turned and a little out of focus", "medium", ("meadow-right",), _seal_among_dandelions),
    Recipe("badge-sticker.jpg", "A badge sticker at the edge of a table, turned away", "medium", ("coffee",), _table_sticker),
    Recipe("patch-in-grass.jpg", "A patch lost in the grass, turned, half hidden", "hard", ("grass",), _patch_in_the_grass),
    Recipe("canyon-backpack.jpg", "A small patch far away by the river", "hard", ("canyon",), _backpack_patch, quality=70),
    Recipe("coat-sleeve.jpg", "A patch on a dark sleeve, without colour", "hard", ("photographer",), _coat_sleeve),
    Recipe("badge-at-dusk.jpg", "The badge in low light, blurred, strongly compressed", "hard", ("meadow-floor",), _badge_at_dusk, quality=40, grain=9),
    Recipe("seal-under-saucer.jpg", "The seal, half under a saucer", "hard", ("coffee",), _half_under_a_cup),
    Recipe("raccoon-visitor.jpg", "A raccoon; the wordmark small and dark in the corner", "hard", ("raccoon",), _raccoon_visitor),
    Recipe("riverbend-visit.jpg", "Another city's patch, in nearly the same outline", "none", ("coffee",), _riverbend_visit, ART),
    Recipe("sampleton-star.jpg", "A county's star in a leather case", "none", ("gravel",), _sampleton_star, ART),
    Recipe("placeville-engine.jpg", "A fire brigade's emblem", "none", ("bricks",), _placeville_engine, ART),
    Recipe("neighbours-in-grass.jpg", "Two other agencies' patches in the grass", "none", ("grass",), _neighbours_in_the_grass, ART),
    Recipe("parks-banner.jpg", "The parks department's banner: the city's name without the police", "none", ("alps",), _charity_banner, ART),
    Recipe("roundels.jpg", "An aeroplane with roundels", "none", ("aeroplane",), lambda: plain("aeroplane", (1024, 717)), ART),
)
