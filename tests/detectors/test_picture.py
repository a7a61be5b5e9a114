"""Bytes from strangers: what is whole is decoded upright, everything else is refused with a reason."""

from __future__ import annotations

import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import detectors
from detectors.picture import Unreadable, decode, describe, opacity

Encoder = Callable[..., bytes]
PICTURES = Path(__file__).parent / "pictures"
RED, GREEN, BLUE, YELLOW = (0, 0, 255), (0, 255, 0), (255, 0, 0), (0, 255, 255)


def png(width: int, height: int, depth: int, rows: bytes) -> bytes:
    """A grey PNG written by hand, so that its header can lie."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def one_bit_bomb(side: int) -> bytes:
    return png(side, side, 1, bytes((side + 7) // 8 + 1) * side)


def corners(pixels: np.ndarray) -> list[tuple[int, ...]]:
    """The colours near the four corners, blue-green-red, row by row, each channel to 0 or 255."""
    height, width = pixels.shape[:2]
    return [tuple(int(c > 127) * 255 for c in pixels[y, x]) for y in (8, height - 9) for x in (8, width - 9)]


def test_opencv_is_limited_before_it_loads() -> None:
    assert detectors.__doc__ is not None
    assert os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] == "40000000"


@pytest.mark.parametrize(
    ("form", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("TIFF", "image/tiff"), ("AVIF", "image/avif")]
)
@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, [RED, GREEN, BLUE, YELLOW]),
        (2, [GREEN, RED, YELLOW, BLUE]),
        (3, [YELLOW, BLUE, GREEN, RED]),
        (6, [BLUE, RED, YELLOW, GREEN]),
        (8, [GREEN, YELLOW, RED, BLUE]),
    ],
)
def test_a_turned_picture_comes_out_upright(
    four_corners: Image.Image, encoded: Encoder, form: str, mime: str, orientation: int, expected: list[tuple[int, ...]]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(four_corners, form, exif=exif)
    picture, described = decode(content), describe(content)
    assert corners(picture.pixels) == expected
    assert (described.width, described.height) == (picture.width, picture.height) == ((64, 96) if orientation >= 5 else (96, 64))
    assert described.mime == picture.mime == mime


@pytest.mark.parametrize(("name", "expected", "size"), [
    ("four-corners", [RED, GREEN, BLUE, YELLOW], (96, 64)),
    ("four-corners-turned", [BLUE, RED, YELLOW, GREEN], (64, 96)),
])  # fmt: skip
def test_heic_as_phones_write_it(name: str, expected: list[tuple[int, ...]], size: tuple[int, int]) -> None:
    content = (PICTURES / f"{name}.heic").read_bytes()
    picture, described = decode(content), describe(content)
    assert corners(picture.pixels) == expected
    assert (described.width, described.height) == (picture.width, picture.height) == size
    assert described.mime == picture.mime == "image/heic"
    assert opacity(content).min() == 255


@pytest.mark.parametrize("part", [0.1, 0.3, 0.6, 0.9, 0.99])
def test_heic_cut_short_is_refused(part: float) -> None:
    content = (PICTURES / "four-corners.heic").read_bytes()
    with pytest.raises(Unreadable, match=r"cut short|damaged|not a picture"):
        decode(content[: int(len(content) * part)])


def is_a_picture_or_a_reason(whole: bytes, flips: list[tuple[float, int]]) -> None:
    """With bytes changed (each at a part of its length), a file is still one or the other."""
    content = bytearray(whole)
    for place, value in flips:
        content[min(len(content) - 1, int(place * len(content)))] = value
    try:
        picture = decode(bytes(content))
    except Unreadable as unreadable:
        reason = str(unreadable)
    else:
        reason = "a picture"
        assert picture.pixels.shape == (picture.height, picture.width, 3)
    assert reason
    assert "\n" not in reason


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_heic_gives_a_picture_or_a_reason(flips: list[tuple[float, int]]) -> None:
    is_a_picture_or_a_reason((PICTURES / "four-corners.heic").read_bytes(), flips)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("form", [".png", ".tiff"])
def test_sixteen_bits_of_colour(form: str, mode: str) -> None:
    channels = {"RGB": 3, "RGBA": 4, "L": 1}[mode]
    deep = np.full((9, 9, channels), (10 * 257, 120 * 257, 240 * 257, 65535)[:channels], np.uint16)
    content = cv2.imencode(form, deep)[1].tobytes()
    assert decode(content).pixels[4, 4].tolist() == ([10] * 3 if mode == "L" else [10, 120, 240])


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_printers_inks_become_colours(encoded: Encoder, form: str) -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    blue, green, redness = decode(encoded(red, form)).pixels[8, 8].tolist()
    assert redness > 200
    assert max(blue, green) < 60


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_only_the_first_frame_of_other_animations(encoded: Encoder, form: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ((0, 200, 0), (200, 0, 0), (0, 0, 200))]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=10)
    assert decode(content).pixels[5, 5].argmax() == 1


@pytest.mark.parametrize("form", ["GIF", "BMP"])
def test_types_without_exif(four_corners: Image.Image, encoded: Encoder, form: str) -> None:
    assert corners(decode(encoded(four_corners, form)).pixels) == [RED, GREEN, BLUE, YELLOW]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I", "F", "I;16"])
def test_every_mode_becomes_eight_bit_colour(four_corners: Image.Image, encoded: Encoder, mode: str) -> None:
    image = Image.fromarray((np.arange(64 * 96).reshape(64, 96) * 10).astype(np.uint16)) if mode == "I;16" else four_corners.convert(mode)
    picture = decode(encoded(image, "TIFF"))
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.shape == (64, 96, 3)
    assert picture.pixels.std() > 10


def test_sixteen_bits_keep_their_brightness(encoded: Encoder) -> None:
    deep = Image.fromarray(np.full((8, 8), 32896, np.uint16))
    assert decode(encoded(deep, "PNG")).pixels[0, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize(("ink", "expected"), [((255, 255, 255, 0), 128), ((0, 0, 0, 0), 128), ((255, 255, 255, 255), 255), ((0, 0, 0, 255), 0)])
def test_transparency_is_laid_on_mid_grey(encoded: Encoder, ink: tuple[int, ...], expected: int) -> None:
    content = encoded(Image.new("RGBA", (4, 4), ink), "PNG")
    assert decode(content).pixels[0, 0].tolist() == [expected] * 3
    assert opacity(content)[0, 0] == ink[3]


def test_a_palette_may_have_a_transparent_colour(encoded: Encoder) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 10, 10])
    content = encoded(image, "GIF", transparency=1)
    assert decode(content).pixels[0, 0].tolist() == [128] * 3
    assert opacity(content).max() == 0


def test_only_the_first_frame_of_an_animation(encoded: Encoder) -> None:
    frames = [Image.new("RGB", (20, 20), (index % 256, 0, 0)) for index in range(300)]
    frames[0] = Image.new("RGB", (20, 20), (0, 200, 0))
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=10)
    assert decode(content).pixels[5, 5].tolist() == [0, 200, 0]


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "empty"),
    (b"\x00", "not a picture"),
    (b"<!doctype html><title>Not found</title>", "not a picture"),
    (b"PK\x03\x04" + bytes(200), "not a picture"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "not a picture"),
    (b"%PDF-1.7\n", "not a picture"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
    (b"\x89PNG\r\n\x1a\n", "not a picture"),
    (b"GIF89a", "not a picture"),
])  # fmt: skip
def test_what_is_no_picture_is_refused(content: bytes, reason: str) -> None:
    for read in (decode, describe, opacity):
        with pytest.raises(Unreadable, match=reason):
            read(content)


@pytest.mark.parametrize("side", [6500, 9000, 12000, 20000])
def test_bombs_are_refused_by_their_header(side: int) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match=r"40 million pixels|at most 40 million"):
            decode(one_bit_bomb(side) if side <= 12000 else png(side, side, 1, b""))
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()


def test_just_under_the_limit_is_described() -> None:
    assert describe(png(6324, 6324, 1, b"")).width == 6324


@pytest.mark.parametrize(("width", "height"), [(1, 1), (10000, 1), (1, 10000), (2, 3)])
def test_odd_shapes_are_pictures(encoded: Encoder, width: int, height: int) -> None:
    picture = decode(encoded(Image.new("RGB", (width, height), (9, 9, 9)), "PNG"))
    assert (picture.width, picture.height) == (width, height)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_file_cut_short_is_refused(encoded: Encoder, form: str, part: float) -> None:
    noise = Image.fromarray(np.random.default_rng(5).integers(0, 255, (90, 120, 3), np.uint8))
    content = encoded(noise, form)
    with pytest.raises(Unreadable, match=r"cut short|damaged|not a picture"):
        decode(content[: int(len(content) * part)])


def test_a_huge_metadata_block_is_no_obstacle(encoded: Encoder) -> None:
    exif = Image.Exif()
    exif[0x010E] = "x" * 60_000
    assert decode(encoded(Image.new("RGB", (8, 8)), "JPEG", exif=exif)).width == 8


def test_pixels_are_read_only(four_corners: Image.Image, encoded: Encoder) -> None:
    picture = decode(encoded(four_corners, "PNG"))
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0] = 0


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"]),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damage_gives_a_picture_or_a_reason(four_corners: Image.Image, encoded: Encoder, form: str, flips: list[tuple[float, int]]) -> None:
    is_a_picture_or_a_reason(encoded(four_corners, form), flips)
