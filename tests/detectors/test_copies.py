"""Copies are told from look-alikes: a recompressed or resized copy is the same picture, one with anything added is not."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from detectors.copies import common_size
from detectors.picture import Picture, decode, fingerprint, hamming, same_picture

Photograph = Callable[[str], bytes]
STEMS = ("boats", "coffee", "farmhouse", "raccoon")
NEAR = 40


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return decode(buffer.getvalue())


def shrunk(image: Image.Image, part: float, how: Image.Resampling) -> Image.Image:
    return image.resize((round(image.width * part), round(image.height * part)), how)


def patched(image: Image.Image, x: int, y: int, colour: tuple[int, int, int] = (230, 190, 40)) -> Image.Image:
    """A disc of 24 pixels with a ring, as small as a patch on a sleeve."""
    changed = image.copy()
    ImageDraw.Draw(changed).ellipse((x, y, x + 23, y + 23), fill=colour, outline=(20, 20, 120), width=4)
    return changed


def captioned(image: Image.Image) -> Image.Image:
    changed = image.copy()
    ImageDraw.Draw(changed).text((12, image.height - 30), "on duty today", fill=(255, 40, 40))
    return changed


COPIES: dict[str, Callable[[Image.Image], Picture]] = {
    "quality 85": lambda i: saved(i, quality=85),
    "quality 60": lambda i: saved(i, quality=60),
    "webp": lambda i: saved(i, "WEBP", quality=70),
    "png": lambda i: saved(i, "PNG"),
    "three quarters": lambda i: saved(shrunk(i, 0.75, Image.Resampling.LANCZOS), quality=80),
    "half": lambda i: saved(shrunk(i, 0.5, Image.Resampling.BICUBIC), quality=80),
    "two fifths": lambda i: saved(shrunk(i, 0.4, Image.Resampling.BILINEAR), quality=80),
}
OTHERS: dict[str, Callable[[Image.Image], Picture]] = {
    "a patch": lambda i: saved(patched(i, i.width // 3, i.height // 2), quality=85),
    "a patch, then half": lambda i: saved(shrunk(patched(i, 40, 60), 0.5, Image.Resampling.LANCZOS), quality=80),
    "a dull patch": lambda i: saved(patched(i, i.width // 2, 30, (110, 105, 95)), quality=85),
    "a caption": lambda i: saved(captioned(i), quality=85),
    "a crop": lambda i: saved(i.crop((i.width // 33, i.height // 33, i.width, i.height)), quality=90),
    "mirrored": lambda i: saved(i.transpose(Image.Transpose.FLIP_LEFT_RIGHT), quality=90),
    "turned": lambda i: saved(i.rotate(180), quality=90),
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("stem", STEMS)
def test_a_copy_is_the_same_picture(photograph: Photograph, stem: str, how: str) -> None:
    original = decode(photograph(stem))
    copy = COPIES[how](Image.open(io.BytesIO(photograph(stem))).convert("RGB"))
    assert same_picture(original, copy)
    assert same_picture(copy, original)
    assert hamming(fingerprint(original), fingerprint(copy)) <= NEAR


@pytest.mark.parametrize("how", OTHERS)
@pytest.mark.parametrize("stem", STEMS)
def test_a_changed_picture_is_another(photograph: Photograph, stem: str, how: str) -> None:
    original = decode(photograph(stem))
    other = OTHERS[how](Image.open(io.BytesIO(photograph(stem))).convert("RGB"))
    assert not same_picture(original, other)
    assert not same_picture(other, original)


@settings(max_examples=40, deadline=None)
@given(
    x=st.integers(0, 376),
    y=st.integers(0, 276),
    colour=st.tuples(*[st.integers(0, 255)] * 3),
    patch=st.booleans(),
    quality=st.integers(60, 95),
    half=st.booleans(),
)
def test_wherever_the_patch_is_it_is_seen(x: int, y: int, colour: tuple[int, int, int], patch: bool, quality: int, half: bool) -> None:
    rng = np.random.default_rng(3)
    ground = Image.fromarray(cv2.resize(rng.integers(60, 200, (12, 16, 3), np.uint8), (400, 300), interpolation=cv2.INTER_CUBIC))
    shown = patched(ground, x, y, colour) if patch else ground
    copy = saved(shrunk(shown, 0.5, Image.Resampling.LANCZOS) if half else shown, quality=quality)
    assert same_picture(saved(ground, "PNG"), copy) is not patch


def test_different_photographs_are_far_apart(photograph: Photograph) -> None:
    prints = [fingerprint(decode(photograph(stem))) for stem in STEMS]
    assert all(len(bits) == 64 for bits in prints)
    assert min(hamming(a, b) for index, a in enumerate(prints) for b in prints[:index]) > 2 * NEAR


@pytest.mark.parametrize(
    ("a", "b", "size"),
    [
        ((300, 400), (300, 400), (400, 300)),
        ((300, 400), (150, 200), (200, 150)),
        ((301, 400), (150, 200), (200, 150)),
        ((300, 400), (99, 132), None),  # shrunk too far to have kept a small patch
        ((300, 400), (400, 300), None),
        ((300, 400), (300, 380), None),
        ((3000, 4000), (3000, 4000), (1280, 960)),
        ((1, 1), (1, 1), (1, 1)),
        ((1, 10000), (10000, 1), None),
    ],
)
def test_the_size_at_which_two_are_compared(a: tuple[int, int], b: tuple[int, int], size: tuple[int, int] | None) -> None:
    assert common_size(a, b) == common_size(b, a) == size
