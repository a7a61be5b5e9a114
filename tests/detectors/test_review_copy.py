"""Faces are found only to be hidden, and nothing of a file but its pixels reaches a review page."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from detectors.faces import find_faces
from detectors.picture import Picture, decode
from detectors.review_copy import overlap, review_copy
from domain.finding import Box

PHOTOGRAPHS = Path(__file__).parents[2] / "samples" / "photographs"
Photograph = Callable[[str], bytes]


@pytest.fixture(scope="module")
def portrait() -> Picture:
    """A public-domain portrait of 512 x 512 pixels: one frontal face, about 100 pixels wide, near the top."""
    return decode((PHOTOGRAPHS / "astronaut.jpg").read_bytes())


def the_face(portrait: Picture) -> Box:
    """The uppermost box; the search is lenient and may also box a badge on the suit below."""
    return find_faces(portrait)[0]


def resized(picture: Picture, part: float, jpeg: Callable[..., bytes]) -> Picture:
    return decode(jpeg(cv2.resize(picture.pixels, None, fx=part, fy=part, interpolation=cv2.INTER_AREA), 92))


def test_the_face_is_found_and_boxed(portrait: Picture) -> None:
    face = the_face(portrait)
    assert face.x <= 190
    assert face.x + face.w >= 250
    assert face.y <= 90
    assert face.y + face.h >= 170
    assert face.w < 220
    assert find_faces(portrait) == find_faces(portrait)


@pytest.mark.parametrize("part", [0.45, 0.7, 3.0])
def test_it_is_found_at_other_sizes(portrait: Picture, jpeg: Callable[..., bytes], part: float) -> None:
    other = resized(portrait, part, jpeg)
    whole = the_face(portrait)
    expected = Box(int(whole.x * part), int(whole.y * part), int(whole.w * part), int(whole.h * part))
    assert max(overlap(face, expected) for face in find_faces(other)) > 0.6


@pytest.mark.parametrize("stem", ["bricks", "canyon", "coffee", "grass"])
def test_no_face_where_there_is_none(photograph: Photograph, jpeg: Callable[..., bytes], stem: str) -> None:
    assert find_faces(resized(decode(photograph(stem)), 0.6, jpeg)) == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (3, 3)])
def test_odd_shapes_have_no_faces(jpeg: Callable[..., bytes], size: tuple[int, int]) -> None:
    assert find_faces(decode(jpeg(np.full((*size, 3), 120, np.uint8)))) == ()


def test_the_face_cannot_be_found_again(portrait: Picture) -> None:
    face = the_face(portrait)
    hidden = decode(review_copy(portrait, None, 2000))
    assert (hidden.width, hidden.height) == (512, 512)
    assert all(overlap(found, face) < 0.2 for found in find_faces(hidden))
    assert detail(hidden, face) < detail(portrait, face) / 4


def test_what_is_no_face_stays_as_it_was(portrait: Picture) -> None:
    hidden = decode(review_copy(portrait, None, 2000))
    below = (slice(380, 500), slice(20, 490))
    assert np.abs(hidden.pixels[below].astype(int) - portrait.pixels[below]).mean() < 6


def detail(picture: Picture, box: Box) -> float:
    """How far pixels lie from the mean of their block, of the 6 x 7 blocks of a box: what is left to recognise."""
    part = picture.pixels[box.y : box.y + box.h, box.x : box.x + box.w]
    blocks = cv2.resize(cv2.resize(part, (6, 7), interpolation=cv2.INTER_AREA), (box.w, box.h), interpolation=cv2.INTER_NEAREST)
    return float(np.abs(part.astype(int) - blocks).mean())


def test_the_face_that_the_hit_is_about_stays_clear(portrait: Picture) -> None:
    face = the_face(portrait)
    assert detail(decode(review_copy(portrait, face, 2000)), face) > detail(portrait, face) / 2


def test_a_face_inside_a_larger_hit_is_hidden(portrait: Picture) -> None:
    face = the_face(portrait)
    shown = decode(review_copy(portrait, Box(0, 0, 512, 512), 2000))
    assert detail(shown, face) < detail(portrait, face) / 4


@pytest.mark.parametrize(
    ("width", "height", "most", "expected"), [(800, 400, 200, (200, 100)), (100, 300, 200, (67, 200)), (50, 40, 200, (50, 40)), (9000, 1, 300, (300, 1))]
)
def test_the_size_of_the_copy(jpeg: Callable[..., bytes], width: int, height: int, most: int, expected: tuple[int, int]) -> None:
    copy = decode(review_copy(decode(jpeg(np.full((height, width, 3), 90, np.uint8))), None, most))
    assert (copy.width, copy.height) == expected
    assert copy.mime == "image/jpeg"


def test_no_metadata_is_carried_over() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Acme"
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), (10, 200, 10)).save(buffer, "JPEG", exif=exif, comment=b"secret note")
    copy = review_copy(decode(buffer.getvalue()), None, 100)
    assert b"Exif" not in copy
    assert b"secret note" not in copy
    assert not Image.open(io.BytesIO(copy)).getexif()


def test_the_picture_itself_is_not_changed(portrait: Picture) -> None:
    before = portrait.pixels.copy()
    review_copy(portrait, None, 100)
    assert (portrait.pixels == before).all()


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (Box(0, 0, 10, 10), Box(0, 0, 10, 10), 1.0),
        (Box(0, 0, 10, 10), Box(5, 0, 10, 10), 1 / 3),
        (Box(0, 0, 10, 10), Box(10, 0, 10, 10), 0.0),
        (Box(0, 0, 2, 2), Box(9, 9, 1, 1), 0.0),
    ],
)
def test_overlap(a: Box, b: Box, expected: float) -> None:
    assert overlap(a, b) == overlap(b, a) == pytest.approx(expected)
