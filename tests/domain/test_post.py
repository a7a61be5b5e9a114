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
