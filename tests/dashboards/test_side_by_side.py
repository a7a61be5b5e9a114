"""The side by side of an artwork hit: shown where there is one, to those who may see the hit, and of the copy in which faces are hidden."""

from __future__ import annotations

import io
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from PIL import Image

from dashboards import shown_picture, side_by_side
from detectors import review_copy
from detectors.artwork.alignment import Alignment, alignment, straightened
from detectors.artwork.references import ReferencePicture
from detectors.picture import decode
from domain.account import Compartment
from domain.finding import Box
from domain.hit import Hit
from domain.viewer import Role
from storage.errors import NotFound
from storage.marked import Marked
from storage.store import Store
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import BOX, a_hit
from tests.emblems import draw, emblem

QUAD = ((BOX.x, BOX.y), (BOX.x + BOX.w, BOX.y), (BOX.x + BOX.w, BOX.y + BOX.h), (BOX.x, BOX.y + BOX.h))
PNG = cv2.imencode(".png", np.zeros((4, 4, 3), np.uint8))[1].tobytes()
MARKS = ("straight.jpg", "agreement.jpg")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The detector sees the artwork just where the hits say."""
    monkeypatch.setattr(side_by_side, "alignment", lambda _picture, _reference, _box: Alignment(QUAD, PNG))
    yield
    side_by_side.forget()


def page(signed_in: SignedIn, hit: Hit, *roles: Role) -> str:
    return signed_in(*roles).get(f"/hits/{hit.id}").content.decode()


def test_an_artwork_hit_shows_the_marked_part_set_straight_and_the_agreement(seen: None, signed_in: SignedIn, store: Store) -> None:
    shown = page(signed_in, a_hit(store))
    assert all(mark in shown for mark in MARKS)
    assert "Registered artwork <strong>" in shown


def test_where_the_artwork_is_not_seen_any_more_neither_is_offered(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)  # its artwork is blank: nothing that a detector could look for
    client = signed_in()
    shown = client.get(f"/hits/{hit.id}").content.decode()
    assert not any(mark in shown for mark in MARKS)
    assert "region.jpg" in shown
    assert "Registered artwork <strong>" in shown


@pytest.mark.parametrize(("shown", "mime"), [("straight", "JPEG"), ("agreement", "PNG")])
def test_both_are_images_and_kept_by_no_browser(seen: None, signed_in: SignedIn, store: Store, shown: str, mime: str) -> None:
    answer = signed_in().get(f"/hits/{a_hit(store).id}/{shown}.jpg")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == mime
        assert answer["Content-Type"] == f"image/{mime.lower()}"


@pytest.mark.parametrize("shown", ["straight", "agreement"])
def test_whoever_may_not_see_the_hit_gets_neither(seen: None, signed_in: SignedIn, store: Store, shown: str) -> None:
    a_hit(store)
    assert signed_in().get(f"/hits/hit_{'0' * 32}/{shown}.jpg").status_code == 404


def marked(store: Store, hit: Hit) -> Marked:
    return Marked(hit.media_sha256, hit.finding.where.box, Compartment.GENERAL, hit.finding.reference_sha256)


def test_a_face_in_the_marked_part_stays_hidden(seen: None, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    hit = a_hit(store)
    face = Box(BOX.x, BOX.y, max(1, BOX.w // 2), max(1, BOX.h // 2))
    drawn = []
    for faces in ((), (face,)):
        shown_picture.forget()
        monkeypatch.setattr(review_copy, "find_faces", lambda _picture, found=faces: found)
        drawn.append(side_by_side.drawn(marked(store, hit), shown_picture.Shown.STRAIGHT)[0])
    shown_picture.forget()
    with Image.open(io.BytesIO(drawn[0])) as open_, Image.open(io.BytesIO(drawn[1])) as hidden:
        size = open_.size
        corner, rest = (0, 0, size[0] // 2 - 20, size[1] // 2 - 20), (size[0] // 2 + 20, size[1] // 2 + 20, *size)
        assert open_.crop(corner).tobytes() != hidden.crop(corner).tobytes()
        apart = np.abs(np.asarray(open_.crop(rest), int) - np.asarray(hidden.crop(rest), int))
        assert apart.mean() < 3


def test_there_is_nothing_to_draw_of_what_is_not_aligned(store: Store) -> None:
    hit = a_hit(store)
    with pytest.raises(NotFound):
        side_by_side.drawn(Marked(hit.media_sha256, None, Compartment.GENERAL, None), shown_picture.Shown.STRAIGHT)
    assert not side_by_side.is_aligned(Marked("0" * 64, BOX, Compartment.GENERAL, hit.finding.reference_sha256))


def test_once_the_store_is_closed_nothing_is_remembered(seen: None, store: Store) -> None:
    hit = a_hit(store)
    assert side_by_side.is_aligned(marked(store, hit))
    side_by_side.forget()
    assert side_by_side._of_general.cache_info().currsize == 0


class TestAlignment:
    """What the detector works out."""

    def picture(self) -> bytes:
        coarse = np.random.default_rng(3).integers(0, 255, (5, 8, 3), np.uint8)
        return cv2.imencode(".png", cv2.resize(coarse, (120, 80), interpolation=cv2.INTER_CUBIC))[1].tobytes()

    def test_what_is_straightened_is_that_part_at_any_size_of_the_copy(self) -> None:
        content = self.picture()
        part = ((20.0, 10.0), (60.0, 10.0), (60.0, 50.0), (20.0, 50.0))
        whole = decode(straightened(content, (120, 80), part, 40)).pixels
        assert whole.shape == (40, 40, 3)
        original = decode(content).pixels[10:50, 20:60].astype(int)
        assert np.abs(whole.astype(int) - original).mean() < 5  # it went through a JPEG
        twice = tuple((2 * x, 2 * y) for x, y in part)
        assert straightened(content, (240, 160), twice, 40) == straightened(content, (120, 80), part, 40)  # type: ignore[arg-type]

    def test_nothing_is_aligned_away_from_where_it_was_found(self) -> None:
        reference = ReferencePicture("emblem", cv2.imencode(".png", draw(emblem(20)))[1].tobytes())
        plain = decode(cv2.imencode(".png", np.full((300, 900, 3), 120, np.uint8))[1].tobytes())
        assert alignment(plain, reference, Box(0, 0, 2, 2)) is None
