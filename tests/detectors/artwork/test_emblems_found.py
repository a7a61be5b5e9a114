"""Registered artwork is found large and plain in any position, other departments' artwork and plain photographs are left alone."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from detectors.artwork import Artwork, ReferencePicture, UnusableReference, weaknesses
from detectors.picture import decode
from detectors.review_copy import overlap
from detectors.training.emblems import draw, emblem, look_alike
from domain.finding import Box, Finding

Photograph = Callable[[str], bytes]
SEEDS = (20, 22, 23, 24, 26)


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


REFERENCES = [ReferencePicture(f"emblem-{seed}", png(draw(emblem(seed)))) for seed in SEEDS]


@pytest.fixture(scope="module")
def detector() -> Artwork:
    return Artwork(REFERENCES)


def laid(ground: np.ndarray, art: np.ndarray, centre: tuple[int, int], height: float, turn: float = 0.0) -> Box:
    """Lays an emblem, its picture `height` pixels high, turned, on the ground; returns its bounding box."""
    h, w = art.shape[:2]
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), turn, height / h)
    matrix[:, 2] += np.array(centre) - [w / 2, h / 2]
    blurred = cv2.GaussianBlur(art, (0, 0), max(0.01, 0.4 * h / height))
    seen = cv2.warpAffine(blurred, matrix, (ground.shape[1], ground.shape[0]))
    cover = seen[..., 3:].astype(float) / 255
    ground[:] = np.round(ground * (1 - cover) + seen[..., :3] * cover)
    return Box(*cv2.boundingRect((seen[..., 3] > 127).astype(np.uint8)))


def field(photograph: Photograph, stem: str, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    return cv2.resize(decode(photograph(stem)).pixels, size, interpolation=cv2.INTER_AREA)


def examined(detector: Artwork, ground: np.ndarray, quality: int = 85) -> tuple[Finding, ...]:
    return detector.examine(decode(cv2.imencode(".jpg", ground, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("turn", [0, 90, 180, 37])
def test_a_picture_that_is_the_artwork(detector: Artwork, seed: int, turn: int) -> None:
    ground = np.full((360, 360, 3), 245, np.uint8)
    box = laid(ground, draw(emblem(seed)), (180, 180), 230, turn)
    (found,) = examined(detector, ground)
    assert found.label == f"emblem-{seed}"
    assert found.where.box is not None
    assert overlap(found.where.box, box) > 0.85


@pytest.mark.parametrize("stem", ["boats", "farmhouse", "bricks"])
@pytest.mark.parametrize(("seed", "height", "turn"), [(20, 150, 15), (22, 120, -25), (24, 180, 0)])
def test_a_patch_in_a_photograph(detector: Artwork, photograph: Photograph, stem: str, seed: int, height: int, turn: int) -> None:
    ground = field(photograph, stem)
    box = laid(ground, draw(emblem(seed)), (400, 250), height, turn)
    (found,) = examined(detector, ground)
    assert found.label == f"emblem-{seed}"
    assert found.where.box is not None
    assert overlap(found.where.box, box) > 0.7
    assert found.score >= found.threshold
    assert f"'emblem-{seed}'" in found.because
    assert "looks alike" in found.because


@pytest.mark.parametrize("stem", ["boats", "bricks", "canyon", "coffee", "farmhouse", "galaxies", "grass", "raccoon", "rocket", "stairs"])
def test_a_photograph_alone(detector: Artwork, photograph: Photograph, stem: str) -> None:
    assert examined(detector, field(photograph, stem)) == ()


@pytest.mark.parametrize("seed", [101, 102, 103, 104, 105, 106])
def test_another_departments_artwork(detector: Artwork, photograph: Photograph, seed: int) -> None:
    ground = field(photograph, "boats")
    laid(ground, draw(emblem(seed)), (300, 240), 160)
    assert examined(detector, ground) == ()


@pytest.mark.parametrize("seed", [20, 22, 26])
def test_a_look_alike_in_the_same_colours_and_outline(detector: Artwork, photograph: Photograph, seed: int) -> None:
    ground = field(photograph, "farmhouse")
    laid(ground, draw(look_alike(emblem(seed), 1)), (300, 240), 160)
    assert examined(detector, ground) == ()


def test_two_of_one_and_one_of_another(detector: Artwork, photograph: Photograph) -> None:
    ground = field(photograph, "boats", (960, 600))
    boxes = [
        laid(ground, draw(emblem(20)), (160, 200), 150),
        laid(ground, draw(emblem(20)), (780, 380), 170, 20),
        laid(ground, draw(emblem(22)), (460, 250), 160),
    ]
    found = examined(detector, ground)
    assert [finding.label for finding in found] == ["emblem-20", "emblem-22", "emblem-20"]
    for finding, box in zip(found, (boxes[0], boxes[2], boxes[1]), strict=True):
        assert finding.where.box is not None
        assert overlap(finding.where.box, box) > 0.7


def test_the_box_is_in_pixels_of_the_upright_picture(detector: Artwork, photograph: Photograph) -> None:
    ground = field(photograph, "boats")
    box = laid(ground, draw(emblem(20)), (480, 160), 180)
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(np.rot90(ground)[..., ::-1])).save(buffer, "JPEG", exif=exif)
    (found,) = detector.examine(decode(buffer.getvalue()))
    assert found.where.box is not None
    assert overlap(found.where.box, box) > 0.85


@pytest.mark.parametrize(("width", "height"), [(160, 120), (3000, 2000)])
def test_the_box_fits_small_and_large_pictures(detector: Artwork, width: int, height: int) -> None:
    ground = np.full((height, width, 3), (90, 110, 100), np.uint8)
    box = laid(ground, draw(emblem(22)), (width // 2, height // 2), height * 0.8)
    (found,) = examined(detector, ground)
    assert found.where.box is not None
    assert overlap(found.where.box, box) > 0.85


def test_an_artwork_that_hangs_over_the_edge_is_clipped(detector: Artwork, photograph: Photograph) -> None:
    ground = field(photograph, "boats")
    laid(ground, draw(emblem(20)), (590, 240), 220)
    (found,) = examined(detector, ground)
    box = found.where.box
    assert box is not None
    assert box.x + box.w == 640


def test_without_artwork_nothing_is_found(photograph: Photograph) -> None:
    assert Artwork([]).examine(decode(photograph("coffee"))) == ()


def test_transparent_parts_are_not_part_of_an_artwork() -> None:
    art = draw(emblem(20))
    wide = np.zeros((art.shape[0] + 200, art.shape[1] + 300, 4), np.uint8)
    wide[100 : 100 + art.shape[0], 50 : 50 + art.shape[1]] = art
    detector = Artwork([ReferencePicture("padded", png(wide))])
    ground = np.full((400, 400, 3), 180, np.uint8)
    box = laid(ground, art, (200, 200), 240)
    (found,) = examined(detector, ground)
    assert found.where.box is not None
    assert overlap(found.where.box, box) > 0.85


@pytest.mark.parametrize(("pixels", "words"), [
    (np.full((200, 200, 3), 90, np.uint8), ("stand out", "one brightness")),
    (np.zeros((40, 40, 3), np.uint8), ("40 pixels across", "stand out", "one brightness")),
    (cv2.resize(draw(emblem(20))[..., :3], (900, 150)), ("four times as long",)),
    (draw(emblem(20)), ()),
    (draw(emblem(22)), ()),
    (draw(emblem(24)), ()),
])  # fmt: skip
def test_weak_artwork_is_named_at_registration(pixels: np.ndarray, words: tuple[str, ...]) -> None:
    said = weaknesses(ReferencePicture("x", png(pixels)))
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "empty"),
    (b"<svg/>", "not a picture"),
    (png(np.zeros((50, 50, 4), np.uint8)), "transparent"),
    (png(np.full((5, 5, 3), 9, np.uint8)), "fewer than 64 pixels"),
])  # fmt: skip
def test_an_artwork_that_cannot_be_used_is_named(content: bytes, reason: str) -> None:
    for use in (lambda r: Artwork([r]), weaknesses):
        with pytest.raises(UnusableReference, match=f"'oak hill'.*{reason}"):
            use(ReferencePicture("oak hill", content))
