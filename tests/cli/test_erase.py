"""`plainview erase`, `holds` and `retention`, as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.post import Gone
from storage import authorizations
from storage.owner.open import owning
from tests.builders import NOON, an_authorization
from tests.cli.conftest import Called
from tests.storage.filling import collected, take_in
from tests.storage.stocked import PRESS, Stored, stocked

Plainview = Callable[..., Called]


@pytest.fixture
def first(folder: Path) -> Stored:
    """A working folder whose store has two posts of one account, with a permission that outlives these tests, and one of another."""
    with stocked(folder / "data") as stock:
        lasting = an_authorization(PRESS, valid_until=date(2099, 12, 31), document_sha256="c" * 64)
        authorizations.grant(stock.store, authorization=lasting, by="tests", now=NOON)
        return stock.first


def test_an_account_is_erased_with_a_certificate_that_can_be_printed_again(plainview: Plainview, folder: Path, first: Stored) -> None:
    called = plainview("erase", PRESS.handle, "--certificate", "certificate.json")
    assert called.status == 0, called.err
    assert "2 of post" in called.out
    assert "its authorization is live, so the next run collects it again" in called.err
    certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    assert (certificate["reason"], certificate["scope"], len(certificate["entries"])) == ("ordered", f"account {PRESS.id}", 2)
    assert first.picture in {item["id"] for item in certificate["items"]}
    assert plainview("erase", "--show", certificate["erasure"], "--certificate", "again.json").status == 0
    assert (folder / "again.json").read_bytes() == (folder / "certificate.json").read_bytes()
    (listed,) = map(json.loads, plainview("erase", "--list", "--json").out.splitlines())
    assert (listed["id"], listed["reason"]) == (certificate["erasure"], "ordered")
    assert plainview("audit", "verify").status == 0


def test_a_hold_stands_in_the_way_until_it_is_released(plainview: Plainview, first: Stored) -> None:
    placed = plainview("holds", "place", "hit", first.hit, "--owner", "Counsel", "--reason", "case 26-CV-100", "--review-on", "2026-12-31")
    assert placed.status == 0, placed.err
    held = placed.out.split()[0]
    refused = plainview("erase", "--post", first.post)
    assert refused.status == 2
    assert held in refused.err
    assert refused.err.count("\n") == 1
    (row,) = map(json.loads, plainview("holds", "list", "--json").out.splitlines())
    assert (row["id"], row["scope"], row["owner"], row["released_at"]) == (held, "hit", "Counsel", None)
    assert plainview("holds", "release", held).status == 0
    assert plainview("erase", "--post", first.post, "--json").status == 0


def test_what_a_revocation_left_is_erased_when_asked_and_then_nothing_is_due(plainview: Plainview, folder: Path, first: Stored) -> None:
    papers = [row["id"] for row in map(json.loads, plainview("authorizations", "list", "--json").out.splitlines()) if row["account_id"] == PRESS.id]
    assert ["erased within 24 hours" in plainview("authorizations", "revoke", paper).err for paper in papers] == [True, True]
    (erased,) = (row for row in map(json.loads, plainview("erase", "--due", "--json").out.splitlines()) if PRESS.id in row["scope"])
    assert (erased["reason"], erased["scope"]) == ("revoked", f"account {PRESS.id}")
    assert plainview("erase", "--due").out == "Nothing is due.\n"
    with owning(folder / "data") as store, store.read() as view:
        assert view.rows("SELECT 1 FROM post WHERE id = ?", [first.post]) == []


def test_retention_is_set_listed_and_cleared(plainview: Plainview) -> None:
    assert "No rule is set" in plainview("retention", "list").out
    assert plainview("retention", "set", "decided_hits", "1825", "--authority", "general schedule GS-19").status == 0
    (row,) = map(json.loads, plainview("retention", "list", "--json").out.splitlines())
    assert (row["class"], row["days"], row["authority"]) == ("decided_hits", 1825, "general schedule GS-19")
    assert "no limit from now on" in plainview("retention", "clear", "decided_hits").out
    assert plainview("retention", "list", "--json").out == ""


def test_a_tombstone_says_what_it_is_in_every_list(plainview: Plainview, folder: Path, first: Stored) -> None:
    end = replace(collected(PRESS, at=NOON, gone=(Gone(f"https://police.example.gov/{PRESS.handle}/1", "404"),)), terms={"use": "x", "on_delete": "tombstone"})
    with owning(folder / "data") as store:
        take_in(store, replace(end, collected_at=NOON + timedelta(minutes=1)))
    assert plainview("erase", "--due").status == 0
    listed = plainview("posts").out
    assert "deleted upstream" in " ".join(listed.split())
    (row,) = [row for row in map(json.loads, plainview("posts", "--json").out.splitlines()) if row["id"] == first.post]
    assert (row["text"], row["native_id"], row["media"], bool(row["erased_at"])) == ("", "", [], True)
    (hit,) = [row for row in map(json.loads, plainview("hits", "--json").out.splitlines()) if row["id"] == first.hit]
    assert (hit["label"], hit["text"], hit["clause"], bool(hit["erased_at"])) == ("", None, "IV.C.1.f", True)
    assert "(erased)" in plainview("hits").out
    assert "erased: the post was deleted upstream" in plainview("reviews", "--json").out


WRONG = [
    (("erase",), "name one"),
    (("erase", "@press", "--due"), "name one"),
    (("erase", "@nobody"), "no account"),
    (("erase", "--post", "post_none"), "there is no post post_none"),
    (("erase", "--show", "erasure_none"), "there is no erasure erasure_none"),
    (("erase", "--due", "--certificate", "none/certificate.json"), "its folder is not there"),
    (("erase", "--due", "--certificate", "there.json"), "is there already"),
    (("holds", "place", "post", "post_none", "--owner", "C", "--reason", "R", "--review-on", "2026-12-31"), "there is no post"),
    (("holds", "place", "post", "post_none", "--owner", "C", "--reason", "R", "--review-on", "2099-12-31"), "within 366 days"),
    (("holds", "place", "post", "post_none", "--owner", " ", "--reason", "R", "--review-on", "2026-12-31"), "may not be empty"),
    (("holds", "release", "hold_none"), "there is no hold hold_none"),
    (("retention", "set", "posts", "0", "--authority", "A"), "greater than or equal to 1"),
    (("retention", "set", "posts", "1", "--authority", " "), "may not be empty"),
    (("retention", "set", "everything", "30", "--authority", "A"), "everything"),
]


def test_what_cannot_be_done_is_said_and_nothing_is_erased(plainview: Plainview, folder: Path, first: Stored) -> None:
    (folder / "there.json").write_text("", encoding="utf-8")
    for arguments, words in WRONG:
        called = plainview(*arguments)
        assert (called.status, words in called.err, "Traceback" in called.err) == (2, True, False), (arguments, called.err)
    assert (folder / "there.json").read_text(encoding="utf-8") == ""
    assert plainview("erase", "--list").out == "Nothing was ever erased.\n"
    assert first.post in plainview("posts", "--json").out
