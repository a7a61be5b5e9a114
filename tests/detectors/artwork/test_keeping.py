"""What of a description may be kept: nothing of a face, and with the picture at hand nothing is lost by that."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.artwork import Artwork, ReferencePicture
from detectors.artwork.cutting import Levels
from detectors.artwork.described import from_bytes
from detectors.artwork.keeping import keepable, made_whole, withheld
from detectors.artwork.networks import shipped_networks
from detectors.detector import Describing, NotDescribed
from detectors.picture import Picture, decode
from tests.emblems import draw, emblem

PORTRAIT = Path(__file__).parents[3] / "samples" / "photographs" / "astronaut.jpg"  # a public-domain portrait, the face in its upper middle


def never() -> Picture:
    raise AssertionError("the picture was asked for")


@pytest.fixture(scope="module")
def artwork() -> Artwork:
    return Artwork([ReferencePicture(f"emblem-{seed}", cv2.imencode(".png", draw(emblem(seed)))[1].tobytes()) for seed in (20, 22)])


@pytest.fixture(scope="module")
def portrait() -> Picture:
    return decode(PORTRAIT.read_bytes())


@pytest.fixture(scope="module")
def plain() -> Picture:
    """The emblem on grey: no face."""
    ground, art = np.full((320, 400, 3), 120, np.uint8), draw(emblem(20))
    part = ground[20 : 20 + art.shape[0], 30 : 30 + art.shape[1]]
    part[:] = np.where(art[..., 3:] > 127, art[..., :3], part)
    return decode(cv2.imencode(".png", ground)[1].tobytes())


def test_where_a_face_is_seen_neither_embedding_nor_grid_is_kept(artwork: Artwork, portrait: Picture) -> None:
    described = artwork.described(portrait)
    kept = keepable(described, portrait)
    faces = withheld(kept)
    assert faces[-1]  # the picture as a whole
    assert not kept.embeddings[faces].any()
    assert not kept.grids[faces].any()
    assert (kept.places.centres == described.places.centres).all()
    assert not withheld(described).any()


def test_where_none_is_seen_everything_is_kept(artwork: Artwork, plain: Picture) -> None:
    described = artwork.described(plain)
    assert keepable(described, plain).to_bytes() == described.to_bytes()


def test_what_was_withheld_is_described_anew_and_comes_out_the_same(artwork: Artwork, portrait: Picture) -> None:
    described = artwork.described(portrait)
    again = made_whole(keepable(described, portrait), Levels(portrait.pixels), shipped_networks())
    assert not withheld(again).any()
    assert np.allclose(again.embeddings, described.embeddings, atol=2e-3)
    assert np.allclose(again.grids, described.grids, atol=2e-3)


@pytest.mark.parametrize("name", ["portrait", "plain"])
def test_looking_again_sees_the_same(artwork: Artwork, request: pytest.FixtureRequest, name: str) -> None:
    picture = request.getfixturevalue(name)
    findings, kept = artwork.examine_and_describe(picture)
    assert kept is not None
    again = artwork.examine_described(kept, lambda: picture)
    assert [(one.label, one.reference_sha256) for one in again] == [(one.label, one.reference_sha256) for one in findings]
    assert findings == artwork.examine(picture)


def test_a_picture_is_only_asked_for_where_something_was_withheld_or_is_promising(artwork: Artwork, portrait: Picture, plain: Picture) -> None:
    kept = [artwork.examine_and_describe(picture)[1] for picture in (portrait, plain)]
    assert [bool(withheld(from_bytes(one or b"", artwork.networks_sha256)).any()) for one in kept] == [True, False]
    with pytest.raises(AssertionError, match="asked for"):
        artwork.examine_described(kept[0] or b"", never)
    assert Artwork([]).examine_described(kept[1] or b"", never) == ()


def test_what_is_no_description_of_these_networks_is_said(artwork: Artwork) -> None:
    for content in (b"", b"PVAD", b"\0" * 200):
        with pytest.raises(NotDescribed):
            artwork.examine_described(content, never)


def test_without_registered_artwork_there_is_nothing_to_keep(plain: Picture) -> None:
    assert Artwork([]).examine_and_describe(plain) == ((), None)
    assert isinstance(Artwork([]), Describing)
