from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.post import MediaLink, PostKind
from tests.builders import NOON, a_post, an_account

PICTURE = MediaLink("https://police.example.gov/1.jpg", "A patrol car")
POST = a_post(an_account(), media=(PICTURE,))


def test_an_edit_is_a_new_version_of_the_same_post() -> None:
    edited = replace(POST, text="Road open again", edited_at=NOON)
    assert edited.id == POST.id
    assert edited.content_sha256 != POST.content_sha256


@pytest.mark.parametrize("change", [{"title": "News"}, {"kind": PostKind.PAGE}, {"media": ()}, {"media": (replace(PICTURE, alt="A car"),)}])
def test_what_a_reader_sees_differently_is_another_version(change: dict[str, object]) -> None:
    assert replace(POST, **change).content_sha256 != POST.content_sha256  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"edited_at": NOON}, {"posted_at": NOON + timedelta(days=1)}, {"media": (replace(PICTURE, mime="image/jpeg"),)}])
def test_times_and_claimed_types_alone_make_no_new_version(change: dict[str, object]) -> None:
    assert replace(POST, **change).content_sha256 == POST.content_sha256  # type: ignore[arg-type]


def test_the_same_native_id_on_two_accounts_is_two_posts() -> None:
    assert a_post(an_account(handle="@other@police.example.gov")).id != a_post(an_account()).id


SIGNED = "https://pictures.example/1.jpg?signed="


def test_a_picture_that_is_signed_anew_is_the_same_version() -> None:
    first, again = (replace(POST, media=(MediaLink(f"{SIGNED}{sign}#lasting=1"),)) for sign in ("a", "b"))
    assert first.content_sha256 == again.content_sha256
    assert (first.media[0].address, first.media[0].lasting) == (f"{SIGNED}a", "1")


@pytest.mark.parametrize("url", [f"{SIGNED}b", f"{SIGNED}a#lasting=2", f"{SIGNED}a#1", f"{SIGNED}a#lasting="])
def test_another_name_or_none_is_another_version(url: str) -> None:
    named, other = MediaLink(f"{SIGNED}a#lasting=1"), MediaLink(url)
    assert replace(POST, media=(named,)).content_sha256 != replace(POST, media=(other,)).content_sha256


def test_an_address_without_a_name_stands_for_itself() -> None:
    assert (PICTURE.address, PICTURE.lasting) == (PICTURE.url, PICTURE.url)
