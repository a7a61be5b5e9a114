"""References as departments have them: each is made ready, or refused with a clear answer."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from detectors.artwork import Artwork, ReferencePicture, UnusableReference, weaknesses
from detectors.artwork.outlines import on_plain_ground
from detectors.artwork.references import TURNS, prepared
from tests.detectors.artwork.scenes import laid, png, registered
from tests.emblems import draw, emblem

Photograph = Callable[[str], bytes]


def padded(art: np.ndarray, above: int, left: int) -> np.ndarray:
    wide = np.zeros((art.shape[0] + 2 * above, art.shape[1] + 2 * left, 4), np.uint8)
    wide[above : above + art.shape[0], left : left + art.shape[1]] = art
    return wide


def on_ground(seed: int, colour: tuple[int, int, int], turn: float = 0) -> np.ndarray:
    ground = np.full((400, 420, 3), colour, np.uint8)
    laid(ground, draw(emblem(seed)), (210, 200), 240, turn)
    return ground


def test_what_is_kept_has_its_shapes() -> None:
    ready = prepared(registered(20))
    assert ready.embeddings.shape == (TURNS, 96)
    assert ready.grids.shape == (TURNS, 32, 16, 16)
    assert ready.masks.shape == (TURNS, 16, 16)
    assert 0 <= ready.masks.min() < ready.masks.max() <= 1
    assert np.abs(ready.corners).max() == pytest.approx(1 / 1.1)
    assert np.abs(ready.outline).max() <= 1 / 1.1 + 1e-6


def test_it_is_prepared_once() -> None:
    assert prepared(registered(20)) is prepared(ReferencePicture("another label", registered(20).content))


@pytest.mark.parametrize(("above", "left"), [(100, 0), (0, 150), (60, 90)])
def test_transparent_parts_are_not_part_of_it(above: int, left: int) -> None:
    art = draw(emblem(20))
    one, other = prepared(ReferencePicture("x", png(art))), prepared(ReferencePicture("x", png(padded(art, above, left))))
    assert one.size == other.size
    assert (one.shown == other.shown).all()
    assert (one.grids == other.grids).all()


@pytest.mark.parametrize("seed", [20, 22, 24, 26])
@pytest.mark.parametrize("colour", [(255, 255, 255), (250, 248, 245), (60, 60, 60)])
def test_on_a_plain_ground_its_outline_is_found(seed: int, colour: tuple[int, int, int]) -> None:
    flat, cut = prepared(ReferencePicture("x", png(on_ground(seed, colour)))), prepared(registered(seed))
    assert abs(flat.size[0] / flat.size[1] - cut.size[0] / cut.size[1]) < 0.05
    both, either = ((flat.cover > 127) & (cut.cover > 127)).sum(), ((flat.cover > 127) | (cut.cover > 127)).sum()
    assert both / either > 0.93


def test_a_plain_ground_may_be_noisy_and_compressed() -> None:
    pixels = on_ground(20, (235, 235, 235)).astype(np.int16) + np.random.default_rng(1).normal(0, 2, (400, 420, 3)).astype(np.int16)
    content = cv2.imencode(".jpg", pixels.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes()
    assert prepared(ReferencePicture("x", content)).size == pytest.approx(prepared(ReferencePicture("x", png(on_ground(20, (235, 235, 235))))).size, abs=4)


def test_photographed_at_an_angle_it_is_cut_out_as_it_lies() -> None:
    ground = on_ground(20, (240, 240, 240))
    seen = cv2.getPerspectiveTransform(
        np.array([[0, 0], [420, 0], [420, 400], [0, 400]], np.float32), np.array([[60, 20], [400, 60], [380, 380], [20, 330]], np.float32)
    )
    slanted = cv2.warpPerspective(ground, seen, (420, 400), borderValue=(240, 240, 240))
    ready = prepared(ReferencePicture("x", png(slanted)))
    assert max(ready.size) < 260
    assert weaknesses(ReferencePicture("x", png(slanted))) == ()


@pytest.mark.parametrize("stem", ["boats", "bricks", "grass"])
def test_without_a_plain_ground_it_is_taken_whole(photograph: Photograph, stem: str) -> None:
    ready = prepared(ReferencePicture("x", photograph(stem)))
    assert ready.masks[0].max() == 1
    assert set(np.abs(ready.corners).max(axis=0) > 0.5) == {True}


def test_holes_belong_to_the_artwork_and_specks_do_not() -> None:
    pixels = np.full((200, 200, 3), 250, np.uint8)
    cv2.circle(pixels, (100, 100), 60, (20, 40, 160), 12)
    pixels[5:7, 5:7] = 0
    cover = on_plain_ground(pixels)
    assert cover[100, 100] == 255
    assert cover[6, 6] == 0
    assert cover[20, 100] == 0


def test_a_gradient_is_no_plain_ground() -> None:
    pixels = np.dstack([np.tile(np.linspace(0, 255, 200), (100, 1)).astype(np.uint8)] * 3)
    assert (on_plain_ground(pixels) == 255).all()


def test_one_colour_on_white_is_an_artwork() -> None:
    pixels = np.full((300, 300, 3), 255, np.uint8)
    cv2.circle(pixels, (150, 150), 100, (0, 0, 0), 14)
    cv2.putText(pixels, "K9", (90, 185), cv2.FONT_HERSHEY_TRIPLEX, 3, (0, 0, 0), 8)
    assert weaknesses(ReferencePicture("one colour", png(pixels))) == ()


@pytest.mark.parametrize(("pixels", "words"), [
    (draw(emblem(20)), ()),
    (draw(emblem(22)), ()),
    (draw(emblem(24)), ()),
    (cv2.resize(draw(emblem(20)), (48, 50), interpolation=cv2.INTER_AREA), ("50 pixels across",)),
    (cv2.resize(draw(emblem(20)), (900, 150)), ("four times as long",)),
    (np.dstack([np.tile(np.linspace(90, 120, 200), (200, 1)).astype(np.uint8)] * 3), ("nearly of one colour", "nearly empty")),
])  # fmt: skip
def test_what_will_be_hard_is_said_at_registration(pixels: np.ndarray, words: tuple[str, ...]) -> None:
    said = [sentence for sentence in weaknesses(ReferencePicture("x", png(pixels))) if "readily seen" not in sentence]
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))


def test_the_same_picture_twice_is_said() -> None:
    (said,) = weaknesses(ReferencePicture("copy", registered(20).content), [registered(20)])
    assert "same picture as 'emblem-20'" in said


def test_nearly_the_same_picture_is_said() -> None:
    smaller = cv2.resize(draw(emblem(20)), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    said = weaknesses(ReferencePicture("smaller", png(smaller)), [registered(20)])
    assert any("same picture as 'emblem-20'" in sentence for sentence in said)


def test_another_picture_is_not_called_the_same() -> None:
    assert not any("same picture" in sentence for sentence in weaknesses(registered(22), [registered(20), registered(24)]))


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "empty"),
    (b"<svg/>", "not a picture"),
    (png(np.zeros((50, 50, 4), np.uint8)), "transparent"),
    (png(np.full((5, 5, 3), 9, np.uint8)), "5 x 5 pixels"),
    (png(draw(emblem(20)))[:2000], "cut short|damaged"),
    (png(cv2.resize(draw(emblem(20)), (20, 20))), "fewer than 24"),
    (png(np.full((200, 200, 3), 90, np.uint8)), "blank"),
    (png(np.dstack([np.full((200, 200, 3), 90, np.uint8), cv2.circle(np.zeros((200, 200), np.uint8), (100, 100), 80, 255, -1)])), "blank"),
])  # fmt: skip
def test_one_that_cannot_be_used_is_named(content: bytes, reason: str) -> None:
    for use in (lambda r: Artwork([r]), lambda r: Artwork([], [r]), weaknesses):
        with pytest.raises(UnusableReference, match=f"'oak hill'.*({reason})"):
            use(ReferencePicture("oak hill", content))


def test_a_photograph_of_a_person_is_refused(photograph: Photograph) -> None:
    pixels = cv2.imdecode(np.frombuffer(photograph("astronaut"), np.uint8), cv2.IMREAD_COLOR)
    face = pixels[20:260, 120:340]
    with pytest.raises(UnusableReference, match="register artwork, not people"):
        weaknesses(ReferencePicture("somebody", png(face)))


@pytest.mark.parametrize("seed", [20, 21, 22, 23, 25, 26])
def test_artwork_is_not_taken_for_a_person(seed: int) -> None:
    weaknesses(registered(seed))
