"""The evaluation set: the same from its seed each time, its truth true, its look-alikes other emblems."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest

from bench.artwork.covering import covering
from bench.artwork.design import alike, design
from bench.artwork.emblems import draw
from bench.artwork.examining import asked
from bench.artwork.lettering import FACES, Hand, write
from bench.artwork.motifs import MOTIFS
from bench.artwork.outlines import OUTLINES, outline
from bench.artwork.pictures import MANY, NEGATIVES, OWN, POSITIVES, SETS, Shown, name, pictures_of, registered, shown
from bench.artwork.placing import place
from bench.artwork.surface import back, seen, sheet


@lru_cache(maxsize=16)
def made(number: int, positive: bool) -> Shown:
    return shown(1, number, positive)


def test_the_set_has_its_size() -> None:
    whole = asked(1, 0.1)
    assert (sum(one.positive for one in whole), sum(not one.positive for one in whole)) == (POSITIVES, NEGATIVES)
    assert len({(one.which, one.number, one.positive) for one in whole}) == POSITIVES + NEGATIVES
    assert {one.which for one in whole} == set(range(SETS))
    assert 0.07 < sum(one.compared for one in whole) / len(whole) < 0.13
    assert [one.compared for one in whole] == [one.compared for one in asked(1, 0.1)]


def test_no_picture_belongs_to_two_sets() -> None:
    numbers = [number for which in range(SETS) for number in pictures_of(which)[1]]
    assert len(numbers) == len(set(numbers)) == NEGATIVES


def test_a_picture_is_the_same_each_time_and_no_other() -> None:
    assert shown(1, 3, True).content == made(3, True).content
    assert len({made(3, True).content, made(4, True).content, made(3, False).content}) == 3


@pytest.mark.parametrize("number", [3, 4, 5])
def test_a_picture_with_an_emblem_says_where(number: int) -> None:
    one = made(number, True)
    pixels = cv2.imdecode(np.frombuffer(one.content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (960, 1280, 3)
    assert one.shows
    for placed in one.shows:
        x, y, w, h = placed.box
        assert 0 <= x < x + w <= 1280
        assert 0 <= y < y + h <= 960
        assert placed.side >= 12
        assert placed.label in {name(1, index) for index in range(OWN)}


@pytest.mark.parametrize("number", [3, 4])
def test_a_picture_without_shows_none_and_every_second_one_shows_rivals(number: int) -> None:
    one = made(number, False)
    assert one.shows == ()
    assert (one.rivals > 0) == (number % 2 == 0)


def test_references_are_files_with_labels_of_their_own() -> None:
    references = registered(0, OWN)
    assert len({label for label, _ in references}) == OWN
    assert len({content for _, content in references}) == OWN
    channels = [cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED).shape[2] for _, content in references]
    assert sorted(set(channels)) == [3, 4]


def test_the_first_of_many_references_are_those_shown() -> None:
    assert registered(2, MANY)[:OWN] == registered(2, OWN)
    assert not {label for label, _ in registered(0, OWN)} & {label for label, _ in registered(1, OWN)}


@pytest.mark.parametrize("seed", range(40))
def test_a_look_alike_is_another_agencys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = design(rng)
    other = alike(own, rng)
    assert other.motif != own.motif
    assert other.outline == own.outline
    assert other.town != own.town
    assert not np.array_equal(draw(own), draw(other))


@pytest.mark.parametrize("kind", list(OUTLINES))
def test_outlines_enclose_something_within_the_unit_square(kind: str) -> None:
    for seed in range(3):
        points = outline(np.random.default_rng(seed), kind)
        assert np.abs(points).max() <= 1 + 1e-6
        assert cv2.contourArea(points.astype(np.float32)) > 0.25


@pytest.mark.parametrize("motif", list(MOTIFS))
def test_motifs_stay_near_their_square(motif: str) -> None:
    for tone, points in MOTIFS[motif](np.random.default_rng(1)):
        assert tone in (0, 1, 2)
        assert np.abs(points).max() < 1.7


@pytest.mark.parametrize("face", FACES)
def test_words_are_written_where_they_belong(face: str) -> None:
    canvas = np.zeros((100, 400, 3), np.uint8)
    hand = Hand(face, 0.5, 1.0, 0.0, 2, False, 0.0)
    used = write(canvas, "RIVERBEND", hand, np.array([[40.0, 70], [200, 70], [360, 70]]), 40, (255, 255, 255))
    ys, xs = np.nonzero(canvas[..., 0] > 128)
    assert used <= 40
    assert 30 < xs.min() < 120
    assert 280 < xs.max() < 372
    assert 70 - used - 4 <= ys.min() < ys.max() <= 74


def test_nothing_is_written_for_a_blank() -> None:
    canvas = np.zeros((50, 50, 3), np.uint8)
    write(canvas, "  ", Hand("strokes", 0.5, 1.0, 0.0, 2, False, 0.0), np.array([[0.0, 30], [50, 30]]), 20, (255, 255, 255))
    assert not canvas.any()


@pytest.mark.parametrize("seed", range(8))
def test_the_way_back_from_the_picture_to_the_sheet_is_right(seed: int) -> None:
    lies, scale, origin = sheet(np.random.default_rng(seed)), 100.0, np.array([-60.0, -60.0])
    uv, there, light = back(lies, 120, 120, scale, origin)
    assert uv.shape == light.shape == (120, 120, 2)
    pixels = np.stack(np.meshgrid(np.arange(120), np.arange(120)), -1).reshape(-1, 2)
    flat = uv.reshape(-1, 2)
    on_emblem = (there.ravel() > 0) & (np.abs(flat).max(axis=1) < 0.35)
    off = np.linalg.norm(seen(lies, flat) * scale - (pixels + origin), axis=1)[on_emblem]
    assert on_emblem.sum() > 500
    assert np.median(off) < 0.7


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_what_covers_hides_the_share_that_is_asked_for(share: float) -> None:
    emblem = np.zeros((90, 120), np.float32)
    emblem[20:70, 30:100] = 1
    for seed in range(6):
        _, hidden = covering(np.random.default_rng(seed), emblem, share, np.zeros((90, 120, 3), np.uint8))
        assert hidden[emblem > 0.5].mean() == pytest.approx(share, abs=0.08)


def test_an_emblem_is_laid_where_it_says_and_nothing_else_changes() -> None:
    rng = np.random.default_rng(4)
    before = np.full((480, 640, 3), 128, np.uint8)
    after = before.copy()
    placed = place(after, "a", draw(design(rng)), rng, 100, [])
    assert placed is not None
    x, y, w, h = placed.window
    outside = np.ones(before.shape[:2], bool)
    outside[y : y + h, x : x + w] = False
    assert np.array_equal(after[outside], before[outside])
    bx, by, bw, bh = placed.box
    assert np.abs(after[by : by + bh, bx : bx + bw].astype(int) - 128).mean() > 5


def test_an_emblem_is_not_laid_where_there_is_no_room() -> None:
    rng = np.random.default_rng(4)
    picture = np.full((480, 640, 3), 128, np.uint8)
    assert place(picture, "a", draw(design(rng)), rng, 100, [(0, 0, 640, 480)]) is None
    assert place(picture, "a", draw(design(rng)), rng, 600, []) is None
    assert (picture == 128).all()
