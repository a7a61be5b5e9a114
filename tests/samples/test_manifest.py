"""The manifest agrees with the files, and every finding kind has both kinds of examples."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image, ImageOps

from domain.finding import FindingKind
from domain.identity import sha256_hex
from samples.accounts import ACCOUNTS
from samples.build import drawn
from samples.drawing.recipes import RECIPES
from samples.manifest import ARTWORK, DOCUMENTS, KNOWN_ITEMS, LOOKALIKES, MEDIA, SUBJECTS, SamplePicture, load_manifest
from samples.posts import written_posts

MANIFEST = load_manifest()
OF_THE_WHOLE_FILE = {FindingKind.PRECISE_LOCATION, FindingKind.DEVICE_IDENTITY}


@pytest.mark.parametrize("picture", MANIFEST.pictures, ids=lambda picture: picture.file)
def test_a_picture_is_what_the_manifest_says(picture: SamplePicture) -> None:
    content = picture.path.read_bytes()
    assert sha256_hex(content) == picture.sha256
    assert MANIFEST.by_sha256(picture.sha256) is picture
    with Image.open(picture.path) as image:
        assert ImageOps.exif_transpose(image).size == (picture.width, picture.height)
    for expected in picture.expected:
        assert (expected.box is None) == (expected.kind in OF_THE_WHOLE_FILE)
        if expected.box:
            assert expected.box.x + expected.box.w <= picture.width
            assert expected.box.y + expected.box.h <= picture.height
            assert min(expected.box.w, expected.box.h) >= 5, "too small to be seen by anybody"
    assert not picture.negative_for & {expected.kind for expected in picture.expected}
    assert (picture.difficulty == "none") == (not picture.expected)


def test_an_unknown_picture_has_no_entry() -> None:
    with pytest.raises(KeyError):
        MANIFEST.by_sha256("0" * 64)


def test_there_are_enough_different_pictures_and_they_stay_small() -> None:
    assert len({picture.sha256 for picture in MANIFEST.pictures}) == len(MANIFEST.pictures) >= 45
    assert sorted(p.name for p in MEDIA.iterdir()) == sorted(picture.file for picture in MANIFEST.pictures)
    assert sum(picture.path.stat().st_size for picture in MANIFEST.pictures) < 12_000_000


def test_the_collected_accounts_show_enough() -> None:
    collected = [post for post in MANIFEST.posts if ACCOUNTS[post.account].collected and post.public]
    assert len(collected) >= 60
    assert len({file for post in collected for file in post.pictures}) >= 45


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_has_positives_and_deliberate_negatives(kind: FindingKind) -> None:
    positives = [*MANIFEST.positives(kind), *(post for post in MANIFEST.posts if any(e.kind is kind for e in post.expected))]
    negatives = [*(p for p in MANIFEST.pictures if kind in p.negative_for), *(post for post in MANIFEST.posts if kind in post.negative_for)]
    assert positives
    assert negatives


def test_artwork_ranges_from_easy_to_hard_and_every_piece_is_shown() -> None:
    shown = [(picture, e.label) for picture in MANIFEST.positives(FindingKind.DEPARTMENT_ARTWORK) for e in picture.expected]
    levels = Counter(picture.difficulty for picture in MANIFEST.positives(FindingKind.DEPARTMENT_ARTWORK))
    assert min(levels[level] for level in ("easy", "medium", "hard")) >= 3
    assert {path.stem for path in ARTWORK.glob("*.png")} <= {label for _, label in shown}


def test_registered_artwork_and_lookalikes_are_transparent_and_apart() -> None:
    own, other = sorted(ARTWORK.glob("*.png")), sorted(LOOKALIKES.glob("*.png"))
    assert 3 <= len(own) <= 5
    assert len(other) == 3
    for path in own + other:
        with Image.open(path) as image:
            assert image.mode == "RGBA"
            assert image.getchannel("A").getextrema() == (0, 255)


def test_posts_hold_the_words_that_the_manifest_expects() -> None:
    texts = {(post.account, post.key): f"{post.title}\n{post.text}" for post in written_posts()}
    assert [(post.account, post.key) for post in MANIFEST.posts] == list(texts)
    for post in MANIFEST.posts:
        for expected in post.expected:
            assert expected.text in texts[post.account, post.key]
        assert not post.negative_for & {e.kind for e in post.expected}


def test_nothing_is_expected_of_what_a_member_says() -> None:
    assert not any(post.expected for post in MANIFEST.posts if ACCOUNTS[post.account].custody == "opted_in")


def test_every_post_has_its_own_native_id() -> None:
    ids = [post.native_id("http://127.0.0.1:1") for post in MANIFEST.posts]
    assert len(set(ids)) == len(ids)
    assert not any("{" in native_id for native_id in ids)


@pytest.mark.parametrize("file", ["harbor-day.jpg", "allium.jpg", "label-on-counter.jpg", "team-page.png"])
def test_drawing_a_picture_again_gives_the_same_bytes(file: str) -> None:
    recipe = next(recipe for recipe in RECIPES if recipe.file == file)
    assert sha256_hex(drawn(recipe)[0]) == MANIFEST.by_file(file).sha256


def test_the_manifest_lists_every_recipe() -> None:
    assert [recipe.file for recipe in RECIPES] == [picture.file for picture in MANIFEST.pictures]


def test_every_photograph_names_its_source() -> None:
    sources = (MEDIA.parent.parent / "photographs" / "SOURCES.md").read_text("utf-8")
    photographs = sorted((MEDIA.parent.parent / "photographs").glob("*.jpg"))
    assert len(photographs) >= 20
    assert [path.name for path in photographs if path.name not in sources] == []
    assert {name for picture in MANIFEST.pictures for name in picture.photographs} <= {path.stem for path in photographs}


def test_the_stand_in_is_said_to_be_one() -> None:
    folder = SUBJECTS / "subject-a"
    assert len(list(folder.glob("*.jpg"))) >= 3
    assert "stands in" in (folder / "identifiers.toml").read_text("utf-8")
    assert (KNOWN_ITEMS / "yard-record.jpg").exists()
    assert (DOCUMENTS / "consent-subject-a.txt").exists()
