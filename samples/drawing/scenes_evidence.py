"""Pictures with markers, tape, labels and scales of a crime scene; and harmless ones with things that look like them."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from domain.finding import FindingKind as K
from samples.drawing.compositor import Point, Quad, Scene, square
from samples.drawing.evidence import bag, key, label, marker, scale_corner, scale_strip, shoe_print, stretched, tape
from samples.drawing.harmless import floor_sign, hazard_tape, name_sticker, parcel_label, price_sign, wooden_ruler
from samples.drawing.photographs import asphalt, backdrop, brick_path, brick_wall, counter, gravel_path, lawn
from samples.drawing.recipe import Recipe

TAPE = (K.SCENE_TAPE, "police line")


def _stood(foot: Point, height: float, turn: float = 0.0) -> Quad:
    """Corners for a marker that stands with its foot in the middle of `foot`."""
    return square((foot[0], foot[1] - height / 2), height * 0.95, height, turn, tilt=0.04)


def _three_markers() -> Scene:
    scene = Scene(asphalt((1100, 825)))
    for number, foot, height in ((3, (760, 300), 96), (2, (400, 420), 138), (1, (640, 720), 230)):
        marker(number).put(scene, _stood(foot, height), shadow=0.5)
    return scene


def _marker_in_grass() -> Scene:
    scene = Scene(lawn((960, 720)))
    marker(4).put(scene, _stood((420, 470), 120, -5), shadow=0.4)
    tuft = lawn(scene.image.size).convert("RGBA")
    cover = Image.new("L", scene.image.size, 0)
    for i in range(20):
        x = 330 + i * 10
        ImageDraw.Draw(cover).polygon([(x, 520), (x + 9, 520), (x + (i * 31 % 17) - 6, 424 + (i * 47 % 32))], fill=255)
    tuft.putalpha(cover)
    scene.lay(tuft, light=0)
    return scene


def _far_markers() -> Scene:
    scene = Scene(brick_path((1000, 800)))
    for number, foot, height in ((11, (610, 150), 34), (10, (470, 210), 44)):
        marker(number).put(scene, _stood(foot, height), blur=0.8)
    stretched(scene, tape(), ((-20, 60), (1020, 20)), 26, 10, TAPE, blur=0.8)
    return scene


def _print_and_scale() -> Scene:
    scene = Scene(gravel_path((960, 800)))
    scene.place(shoe_print(), square((560, 370), 200, 500, 6), light=0)
    scale_corner().put(scene, square((560, 470), 420, 420, 4))
    marker(7).put(scene, _stood((800, 300), 150), shadow=0.4)
    return scene


def _taped_farmhouse() -> Scene:
    scene = Scene(backdrop("farmhouse", (1200, 900)))
    stretched(scene, tape(), ((-30, 560), (1230, 610)), 54, 40, TAPE)
    return scene


def _taped_stairs() -> Scene:
    scene = Scene(backdrop("stairs", (900, 900)))
    stretched(scene, tape("CRIME SCENE   DO NOT ENTER"), ((-20, 690), (920, 600)), 62, 24, (K.SCENE_TAPE, "crime scene"))
    return scene


def _taped_shore() -> Scene:
    scene = Scene(backdrop("canyon", (1100, 800)))
    stretched(scene, tape(), ((120, 640), (760, 612)), 15, 12, TAPE, blur=0.9)
    return scene


def _taped_meadow() -> Scene:
    scene = Scene(backdrop("meadow", (1200, 675)))
    stretched(scene, tape("SHERIFF'S LINE   DO NOT CROSS"), ((-20, 470), (1220, 420)), 46, 60, (K.SCENE_TAPE, "sheriff's line"), blur=1.4)
    return scene


def _label_on_counter() -> Scene:
    scene = Scene(counter((1100, 825)))
    label("26-004417", "3", "Glass fragments", "Off. 2291").put(scene, square((550, 420), 700, 460, -4))
    return scene


def _bag_on_counter() -> Scene:
    scene = Scene(counter((960, 800)))
    bag("26-003902", "7").put(scene, square((430, 400), 460, 640, 8), light=0.4)
    scale_strip().put(scene, square((800, 420), 620, 90, 88))
    return scene


def _small_label() -> Scene:
    scene = Scene(backdrop("coffee", (1100, 740), (0, 0.05, 0.95, 1)))
    label("26-003517", "12", "Receipt, folded", "Off. 1930").without(K.CASE_NUMBER).put(scene, square((150, 610), 170, 112, 24, lean=0.1), blur=0.9)
    return scene


def _key_and_strip() -> Scene:
    scene = Scene(counter((1000, 700)))
    scene.place(key(), square((480, 290), 420, 170, -3), shadow=0.5)
    scale_strip().put(scene, square((500, 460), 760, 110, -1))
    return scene


def _far_scale() -> Scene:
    scene = Scene(gravel_path((900, 720)))
    scale_corner().put(scene, square((600, 330), 110, 104, 31, tilt=0.2), blur=1.0, light=0.8)
    return scene


def _scene_at_night() -> Scene:
    scene = Scene(ImageEnhance.Brightness(asphalt((1000, 750))).enhance(0.62))
    marker(5, (214, 174, 30)).put(scene, _stood((330, 520), 130, 4), light=1.0, blur=1.4)
    marker(6, (214, 174, 30)).put(scene, _stood((720, 390), 84, -6), light=1.0, blur=1.4)
    stretched(scene, tape(), ((-20, 190), (1020, 240)), 34, 30, TAPE, blur=1.6)
    scene.image = ImageEnhance.Brightness(scene.image).enhance(0.72).filter(ImageFilter.GaussianBlur(0.6))
    return scene


def _wet_floor() -> Scene:
    scene = Scene(counter((900, 900)))
    floor_sign().put(scene, square((450, 470), 330, 520, 2), shadow=0.5)
    return scene


def _market_stall() -> Scene:
    scene = Scene(lawn((960, 720)))
    for price, at, width in (("$2", (330, 380), 210), ("$5", (620, 460), 240)):
        price_sign(price).put(scene, square(at, width, width * 0.76, -4))
    return scene


def _road_works() -> Scene:
    scene = Scene(asphalt((1100, 825)))
    stretched(scene, hazard_tape(), ((-20, 330), (1120, 300)), 52, 36)
    floor_sign().put(scene, square((760, 600), 170, 270, -2), shadow=0.5)
    return scene


def _birthday() -> Scene:
    scene = Scene(brick_wall((1100, 760)))
    stretched(scene, tape("HAPPY BIRTHDAY   HOORAY", (250, 208, 40), (196, 40, 110)), ((60, 210), (1040, 200)), 70, 70)
    return scene


def _finish_line() -> Scene:
    scene = Scene(backdrop("alps", (1200, 640)))
    stretched(scene, tape("EXAMPLE CITY FUN RUN   FINISH", (240, 240, 236), (20, 90, 160)), ((-20, 400), (1220, 440)), 56, 40)
    return scene


def _parcel() -> Scene:
    scene = Scene(counter((1000, 800)))
    scene.place(Image.new("RGBA", (700, 520), (188, 148, 98, 255)), square((500, 400), 780, 600, 5), shadow=0.6)
    parcel_label().put(scene, square((500, 380), 480, 356, 5))
    return scene


def _visitor() -> Scene:
    scene = Scene(backdrop("meadow-right", (900, 975)))
    name_sticker("Robin").put(scene, square((450, 560), 430, 292, -5))
    return scene


def _school_ruler() -> Scene:
    scene = Scene(counter((1000, 700)))
    scene.place(key(), square((480, 300), 420, 170, 4), shadow=0.5)
    wooden_ruler().put(scene, square((500, 470), 800, 86, 2))
    return scene


MARKERS, LABELS = frozenset({K.EVIDENCE_MARKER}), frozenset({K.EVIDENCE_LABEL})

RECIPES = (
    Recipe("three-markers.jpg", "Three numbered markers on a road", "easy", ("gravel",), _three_markers),
    Recipe("marker-in-grass.jpg", "A marker, its foot hidden in the grass", "medium", ("grass",), _marker_in_grass, quality=78),
    Recipe("far-markers.jpg", "Two small markers and a tape at the far end of a path", "hard", ("bricks",), _far_markers),
    Recipe("shoe-print.jpg", "A shoe's print with a scale and a marker", "easy", ("gravel",), _print_and_scale, quality=76),
    Recipe("taped-farmhouse.jpg", "A police line across a yard", "easy", ("farmhouse",), _taped_farmhouse),
    Recipe("taped-stairs.jpg", "Crime scene tape before a staircase", "easy", ("stairs",), _taped_stairs),
    Recipe("taped-shore.jpg", "A thin tape far away on a shore", "hard", ("canyon",), _taped_shore),
    Recipe("taped-meadow.jpg", "A tape out of focus in front of a meadow", "medium", ("meadow",), _taped_meadow),
    Recipe("label-on-counter.jpg", "An evidence label that fills the picture", "easy", ("gravel",), _label_on_counter),
    Recipe("bag-on-counter.jpg", "A sealed bag beside a scale", "medium", ("gravel",), _bag_on_counter),
    Recipe("small-label.jpg", "A small label at the edge of a table", "hard", ("coffee",), _small_label),
    Recipe("key-and-scale.jpg", "A key above a straight scale", "easy", ("gravel",), _key_and_strip),
    Recipe("far-scale.jpg", "A small scale on gravel, turned", "hard", ("gravel",), _far_scale, quality=76),
    Recipe("scene-at-night.jpg", "Markers and tape in the dark", "hard", ("gravel",), _scene_at_night, quality=60, grain=8),
    Recipe("wet-floor.jpg", "A yellow sign that warns of a wet floor", "none", ("gravel",), _wet_floor, MARKERS),
    Recipe("market-stall.jpg", "Yellow price cards with numbers on them", "none", ("grass",), _market_stall, MARKERS, quality=78),
    Recipe("road-works.jpg", "Striped tape and a warning sign of road works", "none", ("gravel",), _road_works, MARKERS | {K.SCENE_TAPE}),
    Recipe("birthday.jpg", "A yellow birthday ribbon", "none", ("bricks",), _birthday, frozenset({K.SCENE_TAPE})),
    Recipe("fun-run.jpg", "The finish line of a fun run", "none", ("alps",), _finish_line, frozenset({K.SCENE_TAPE})),
    Recipe("parcel.jpg", "A parcel with its label and bar code", "none", ("gravel",), _parcel, LABELS | {K.CASE_NUMBER}),
    Recipe("visitor-sticker.jpg", "A name sticker with a red head", "none", ("meadow-right",), _visitor, LABELS),
    Recipe("school-ruler.jpg", "A key above a school ruler", "none", ("gravel",), _school_ruler, frozenset({K.FORENSIC_SCALE})),
)
