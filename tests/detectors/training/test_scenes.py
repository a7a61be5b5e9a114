"""Training scenes: the truth they tell about the emblems laid in them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.training.scenes import Grounds, Placement, background, lay, query, scene
from detectors.training.scenes.laying import Image, layer
from detectors.training.scenes.occluders import occluder
from detectors.training.scenes.placement import Wave, placement
from detectors.training.scenes.rows import rows
from detectors.training.scenes.stand_in import emblem
from detectors.training.scenes.surface import Surface

MAGENTA = (255, 0, 255)


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    """A folder of two grey photographs, one object and one icon; no pixel of them is magenta."""
    folder = tmp_path_factory.mktemp("materials")
    rng = np.random.default_rng(5)
    for kind in ("photographs", "objects", "icons"):
        (folder / kind).mkdir()
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(folder / "photographs" / name), cv2.cvtColor(rng.integers(60, 190, (240, 320), dtype=np.uint8), cv2.COLOR_GRAY2BGR))
    disc = np.zeros((64, 64, 4), np.uint8)
    cv2.circle(disc, (32, 32), 28, (90, 120, 90, 255), -1)
    cv2.imwrite(str(folder / "objects" / "disc.png"), disc)
    cv2.imwrite(str(folder / "icons" / "disc.png"), disc)
    return Grounds(folder)


def plain(width: int = 150, height: int = 110) -> Image:
    """A magenta rectangle in the middle of a transparent 192 x 192 array."""
    art = np.zeros((192, 192, 4), np.uint8)
    left, top = (192 - width) // 2, (192 - height) // 2
    art[top : top + height, left : left + width] = (*MAGENTA, 255)
    return art


def magenta(picture: Image) -> Image:
    """Which pixels look magenta."""
    blue, green, red = (picture[..., i].astype(int) for i in range(3))
    return (blue - green > 120) & (red - green > 120)


def moved(art: Image, affine: Image, shape: tuple[int, int]) -> Image:
    """Where the affine puts the emblem's opaque pixels."""
    return cv2.warpAffine(art[..., 3], affine, (shape[1], shape[0]), flags=cv2.INTER_AREA) > 127


def overlap(a: Image, b: Image) -> float:
    """Intersection over union of two masks."""
    return float((a & b).sum() / max(1, (a | b).sum()))


def test_the_box_bounds_exactly_what_is_seen() -> None:
    canvas = np.zeros((200, 300, 3), np.uint8)
    laid = lay(canvas, plain(), Placement((150.0, 100.0), 55.0), np.random.default_rng(0))
    x, y, w, h = cv2.boundingRect(magenta(canvas).astype(np.uint8))
    assert laid.box is not None
    assert (laid.box.x, laid.box.y, laid.box.w, laid.box.h) == (x, y, w, h)
    assert laid.visible == pytest.approx(1.0)
    assert (w, h) == (75, 55)


def test_outside_the_emblem_an_unlit_canvas_stays_as_it_was() -> None:
    canvas = np.full((200, 300, 3), 77, np.uint8)
    lay(canvas, plain(), replace(Placement((150.0, 100.0), 55.0), hidden=0.0), np.random.default_rng(3))
    assert (canvas[:40] == 77).all()
    assert (canvas[:, :80] == 77).all()


def test_an_emblem_half_off_the_canvas_is_half_visible() -> None:
    laid = lay(np.zeros((200, 300, 3), np.uint8), plain(), Placement((0.0, 100.0), 55.0), np.random.default_rng(0))
    assert laid.box is not None
    assert laid.box.x == 0
    assert laid.visible == pytest.approx(0.5, abs=0.04)


def test_an_emblem_off_the_canvas_has_no_box() -> None:
    laid = lay(np.zeros((100, 100, 3), np.uint8), plain(), Placement((-300.0, 50.0), 55.0), np.random.default_rng(0))
    assert laid.box is None
    assert laid.visible == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_the_affine_puts_the_emblem_where_it_was_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    art = plain()
    lies = replace(placement(rng, (200.0, 200.0), (40.0, 120.0), 200.0), fabric=False, hidden=0.0)
    found = layer(np.zeros((400, 400, 3), np.uint8), art, Surface(art, lies), rng)
    drawn = np.zeros((400, 400), bool)
    x, y = found.corner
    drawn[y : y + found.cover.shape[0], x : x + found.cover.shape[1]] = found.cover > 0.5
    assert overlap(drawn, moved(art, found.affine, (400, 400))) > 0.8


def test_the_affine_of_a_flat_emblem_is_exact() -> None:
    lies = Placement((60.0, 50.0), 55.0, turn=math.radians(30))
    laid = lay(np.zeros((120, 120, 3), np.uint8), plain(), lies, np.random.default_rng(0))
    middle = laid.affine @ [95.5, 95.5, 1.0]
    assert middle == pytest.approx([60.0, 50.0], abs=0.01)
    assert laid.affine[:, :2] == pytest.approx(0.5 * np.array([[math.cos(math.pi / 6), -0.5], [0.5, math.cos(math.pi / 6)]]), abs=1e-3)
    assert laid.quad[0] == pytest.approx(laid.affine @ [-0.5, -0.5, 1.0], abs=0.01)


@pytest.mark.parametrize("seed", range(20))
def test_no_placement_mirrors(seed: int) -> None:
    art = plain()
    assert np.linalg.det(Surface(art, placement(np.random.default_rng(seed))).affine(art[..., 3])[:, :2]) > 0


def test_canvas_and_emblem_maps_undo_each_other() -> None:
    wave = Wave(0.5, 0.7, 0.03, 1.0, 0.3, 0.3, 0.1)
    surface = Surface(plain(), Placement((90.0, 80.0), 60.0, 200.0, 0.4, 0.8, (0.1, -0.15), 0.7, 0.2, 0, (wave,)))
    points = np.array([[30.0, 60.0], [96.0, 96.0], [150.0, 130.0]])
    seen = surface.to_canvas(points)
    columns, rows, _ = surface.to_emblem(seen[:, 0], seen[:, 1])
    assert np.column_stack([columns, rows]) == pytest.approx(points, abs=0.3)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.45])
def test_something_in_front_hides_about_the_share_asked_for(share: float, grounds: Grounds) -> None:
    cover = np.zeros((120, 120), np.float32)
    cover[30:90, 25:95] = 1
    behind = np.zeros((120, 120, 3), np.uint8)
    hidden = []
    for seed in range(40):
        front = occluder(np.random.default_rng(seed), cover, share, behind, grounds)
        assert front.cover.min() >= 0
        assert front.cover.max() <= 1
        hidden.append(float((front.cover * cover).sum() / cover.sum()))
    assert max(hidden) <= 0.52
    assert min(hidden) > 0.02
    assert 0.5 * share < float(np.mean(hidden)) < 0.15 + 1.4 * share


def test_what_lies_over_an_emblem_takes_from_it() -> None:
    art, canvas, rng = plain(), np.zeros((200, 300, 3), np.uint8), np.random.default_rng(0)
    first = layer(canvas, art, Surface(art, Placement((120.0, 100.0), 55.0)), rng)
    layer(canvas, art, Surface(art, Placement((160.0, 100.0), 55.0)), rng, None, (first,))
    assert first.laid().visible == pytest.approx(40 / 75, abs=0.03)


def test_what_lies_beside_an_emblem_takes_nothing() -> None:
    art, canvas, rng = plain(), np.zeros((200, 300, 3), np.uint8), np.random.default_rng(0)
    first = layer(canvas, art, Surface(art, Placement((60.0, 100.0), 55.0)), rng)
    layer(canvas, art, Surface(art, Placement((220.0, 100.0), 55.0)), rng, None, (first,))
    assert first.laid().visible == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(8))
def test_a_query_is_cut_around_what_is_seen(seed: int, grounds: Grounds) -> None:
    art = plain()
    found = query(art, np.random.default_rng(seed), grounds, looseness=0.0)
    assert found.crop.shape == (128, 128, 3)
    assert found.crop.dtype == np.uint8
    assert 0.4 <= found.visible <= 1.0
    assert found.size >= 8
    if found.visible > 0.98:
        x, y, w, h = cv2.boundingRect(moved(art, found.affine, (128, 128)).astype(np.uint8))
        assert max(w, h) == pytest.approx(128 / 1.9, rel=0.2)
        assert (x + w / 2, y + h / 2) == pytest.approx((64, 64), abs=9)


def test_a_query_shows_the_emblem_where_its_affine_says(grounds: Grounds) -> None:
    art, overlaps = plain(), []
    for seed in range(40):
        found = query(art, np.random.default_rng(seed), grounds, sizes=(60.0, 200.0))
        seen = magenta(found.crop)
        if found.visible > 0.99 and seen.sum() > 300:
            overlaps.append(overlap(seen, moved(art, found.affine, (128, 128))))
    assert len(overlaps) >= 4
    assert float(np.median(overlaps)) > 0.8


def test_the_same_seed_gives_the_same_pictures(grounds: Grounds) -> None:
    arts = [emblem(np.random.default_rng(i), grounds) for i in range(3)]
    for _ in range(2):
        pictures = [
            (query(arts[0], np.random.default_rng(7), grounds, arts[1]).crop, scene(arts, np.random.default_rng(7), grounds, 320, 320).image) for _ in range(2)
        ]
    assert (pictures[0][0] == pictures[1][0]).all()
    assert (pictures[0][1] == pictures[1][1]).all()
    assert (query(arts[0], np.random.default_rng(8), grounds).crop != pictures[0][0]).any()


def test_a_scene_tells_of_every_emblem_in_order(grounds: Grounds) -> None:
    arts = [plain(), plain(60, 150), plain(150, 40)]
    for seed in range(10):
        found = scene(arts, np.random.default_rng(seed), grounds, 400, 300)
        assert found.image.shape == (300, 400, 3)
        assert len(found.laid) == 3
        for one in found.laid:
            assert one.box is None or (one.box.x + one.box.w <= 400 and one.box.y + one.box.h <= 300)
            assert 0.0 <= one.visible <= 1.0


def test_a_scene_without_emblems_tells_of_none(grounds: Grounds) -> None:
    assert scene([], np.random.default_rng(1), grounds, 200, 200).laid == []


def test_a_background_is_a_crop_that_varies(grounds: Grounds) -> None:
    crops = [background(np.random.default_rng(seed), grounds) for seed in range(12)]
    assert all(crop.shape == (128, 128, 3) and crop.dtype == np.uint8 for crop in crops)
    assert len({crop.tobytes() for crop in crops}) == 12


def test_an_empty_folder_still_gives_pictures(tmp_path: Path) -> None:
    bare = Grounds(tmp_path)
    assert bare.photograph(np.random.default_rng(0)) is None
    assert bare.thing(np.random.default_rng(0)) is None
    assert query(plain(), np.random.default_rng(0), bare).crop.std() > 0
    assert scene([plain()], np.random.default_rng(0), bare, 200, 200).image.shape == (200, 200, 3)


def test_a_file_that_is_no_picture_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "photographs").mkdir()
    (tmp_path / "photographs" / "torn.jpg").write_bytes(b"not a picture")
    assert Grounds(tmp_path).photograph(np.random.default_rng(0)) is None


def test_lettering_too_fine_to_cover_a_pixel_still_has_a_box() -> None:
    art = np.zeros((192, 192, 4), np.uint8)
    art[::6] = (0, 0, 0, 255)
    laid = lay(np.full((80, 80, 3), 255, np.uint8), art, Placement((40.0, 40.0), 20.0), np.random.default_rng(0))
    assert laid.box is not None
    assert laid.box.w == pytest.approx(20, abs=2)


def test_an_emblem_without_an_opaque_pixel_is_refused(grounds: Grounds) -> None:
    with pytest.raises(ValueError, match="opaque"):
        query(np.zeros((192, 192, 4), np.uint8), np.random.default_rng(0), grounds)


def test_a_closer_query_shows_the_same_with_twice_the_pixels(grounds: Grounds) -> None:
    agreeing = []
    for seed in range(10):
        seen = query(plain(), np.random.default_rng(seed), grounds, looseness=0.0, sizes=(120.0, 200.0), closer=2)
        assert seen.crop.shape == (256, 256, 3)
        shown = magenta(seen.crop)
        if shown.any():
            agreeing.append(overlap(moved(plain(), seen.affine, shown.shape), cv2.dilate(shown.astype(np.uint8), np.ones((9, 9))) > 0))
    assert np.median(agreeing) > 0.6


def test_things_in_rows_come_again_and_again(grounds: Grounds) -> None:
    changed = []
    for seed in range(6):
        canvas = np.full((200, 300, 3), 77, np.uint8)
        rows(canvas, np.random.default_rng(seed), grounds)
        changed.append(float((canvas != 77).any(axis=2).mean()))
    assert np.median(changed) > 0.2
