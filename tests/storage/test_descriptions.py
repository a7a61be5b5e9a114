"""What was described of pictures: whole or nothing, only of what the department shows alone, and never longer than the picture."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from domain.account import Custody
from domain.post import PostKind
from domain.retention import HoldScope
from storage import descriptions, examinations
from storage.descriptions import Descriptions
from storage.erasure import erasures
from storage.examinations import DetectorKey
from storage.store import Store
from tests.builders import a_post, an_account
from tests.storage.filling import SUPERVISOR, a_picture, collected, register, rows, showing, take_in
from tests.storage.stocked import LATER, PRESS, purge, revoke, with_account

MEMBER = an_account(handle="@member@social.example", url="https://social.example/@member", custody=Custody.OPTED_IN)
MARK = bytes(range(256)) * 3


@pytest.fixture
def kept(store: Store) -> Descriptions:
    return Descriptions(store.folder)


def anywhere(folder: Path) -> bool:
    return any(MARK in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_is_given_back_and_for_this_user_alone(store: Store, kept: Descriptions) -> None:
    sha256 = store.vault.put(b"picture")
    assert kept.of(sha256) is None
    kept.keep(sha256, MARK)
    assert (kept.of(sha256), list(kept.names())) == (MARK, [sha256])
    assert not kept.files.path(sha256).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, MARK])
def test_a_damaged_file_counts_as_none(store: Store, kept: Descriptions, damage: bytes) -> None:
    sha256 = store.vault.put(b"picture")
    kept.keep(sha256, MARK)
    kept.files.path(sha256).write_bytes(damage)
    assert kept.of(sha256) is None


def test_of_a_picture_that_was_erased_meanwhile_nothing_is_left(store: Store, kept: Descriptions) -> None:
    sha256 = store.vault.put(b"picture")
    store.vault.files.path(sha256).unlink()
    kept.keep(sha256, MARK)
    assert (list(kept.names()), anywhere(store.folder)) == ([], False)


def test_it_goes_with_the_picture_at_a_revocation_and_the_others_stay(store: Store, kept: Descriptions) -> None:
    mine = with_account(store)
    theirs = with_account(store, an_account(handle="@other@police.example.gov", url="https://police.example.gov/@other"), b"another")
    kept.keep(mine.picture, MARK)
    kept.keep(theirs.picture, b"theirs")
    revoke(store)
    purge(store)
    assert (list(kept.names()), anywhere(store.folder)) == ([theirs.picture], False)


def test_it_goes_with_a_single_post(store: Store, kept: Descriptions) -> None:
    stored = with_account(store)
    kept.keep(stored.picture, MARK)
    erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=stored.post, now=LATER)
    assert not anywhere(store.folder)


def test_an_erasure_leaves_it_while_another_account_of_the_department_shows_the_picture(store: Store, kept: Descriptions) -> None:
    first = with_account(store)
    with_account(store, an_account(handle="@other@police.example.gov", url="https://police.example.gov/@other"))
    kept.keep(first.picture, MARK)
    revoke(store)
    purge(store)
    assert kept.of(first.picture) == MARK


def test_it_goes_when_a_member_shows_the_picture_as_well(store: Store, kept: Descriptions) -> None:
    stored = with_account(store)
    kept.keep(stored.picture, MARK)
    purge(store)
    assert kept.of(stored.picture) == MARK
    with_account(store, MEMBER)
    purge(store)
    assert not anywhere(store.folder)


def test_it_goes_when_no_row_knows_the_picture(store: Store, kept: Descriptions) -> None:
    kept.keep(store.vault.put(b"of no row"), MARK)
    purge(store)
    assert not anywhere(store.folder)


def test_only_what_the_department_alone_shows_may_be_described(store: Store) -> None:
    register(store, PRESS)
    register(store, MEMBER)
    pictures = {name: a_picture(name.encode()) for name in ("press", "member", "both", "comment")}
    posts = [a_post(PRESS, f"https://police.example.gov/{number}") for number in range(3)]
    comment = replace(posts[2], kind=PostKind.VISITOR_COMMENT)
    own = [showing(posts[0], pictures["press"]), showing(posts[1], pictures["both"]), showing(comment, pictures["comment"])]
    take_in(store, collected(PRESS, *own))
    mine = a_post(MEMBER, "https://social.example/1")
    take_in(store, collected(MEMBER, showing(mine, pictures["member"], pictures["both"])))
    key = DetectorKey("artwork", "2", "e" * 64)
    found = examinations.pending(store, detector=key, account_ids=[PRESS.id, MEMBER.id], visitors=True)
    names = {media.media.sha256: name for name, media in pictures.items() if media.media}
    assert {names[one.media_sha256]: one.departments_own for one in found} == {"press": True, "member": False, "both": False, "comment": False}
    with store.read() as view:
        assert {names[one] for one in descriptions.groundless(view, list(names))} == {"member", "both", "comment"}
    assert rows(store, "SELECT count(*) FROM media") == [(4,)]
