"""Registering accounts, papers, permits and artwork, and what is said of mistakes."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from samples.manifest import ARTWORK
from sources.registry import SOURCES
from tests.cli.conftest import Called

Plainview = Callable[..., Called]

ACCOUNTS = """
[[account]]
platform = "mastodon"
handle = "@press@police.example.gov"
url = "https://police.example.gov/@press"
custody = "department_run"
[account.authorization]
clause = "IV.B.2"
granted_by = "Chief of Police"
document = "approval.pdf"
from = 2026-01-01
until = 2099-12-31
detectors = ["artwork"]

[[account]]
platform = "mastodon"
handle = "@member@social.example"
url = "https://social.example/@member"
custody = "opted_in"
compartment = "{compartment}"
"""


@pytest.fixture
def accounts_file(folder: Path) -> Path:
    (folder / "approval.pdf").write_bytes(b"signed")
    file = folder / "accounts.toml"
    file.write_text(ACCOUNTS.format(compartment="general"), encoding="utf-8")
    return file


def test_importing_twice_changes_nothing(plainview: Plainview, accounts_file: Path) -> None:
    first = plainview("accounts", "import", accounts_file)
    assert (first.status, first.out[:1]) == (0, "3")
    again = plainview("accounts", "import", accounts_file)
    assert (again.status, again.out[:1]) == (0, "0")
    rows = [json.loads(line) for line in plainview("accounts", "list", "--json").out.splitlines()]
    assert [row["handle"] for row in rows] == ["@member@social.example", "@press@police.example.gov"]
    assert rows[0]["monitored"].startswith("no: ")
    assert rows[1]["custody"] == "department_run"


def test_the_day_on_which_collection_starts_is_kept_and_may_be_changed(plainview: Plainview, accounts_file: Path) -> None:
    text = accounts_file.read_text(encoding="utf-8")
    for day in ("2026-03-01", "2026-04-15"):
        named = text.replace('custody = "department_run"', f'custody = "department_run"\nsince = {day}')
        accounts_file.write_text(named, encoding="utf-8")
        plainview("accounts", "import", str(accounts_file))
        since = {row["handle"]: row["since"] for row in map(json.loads, plainview("accounts", "list", "--json").out.splitlines())}
        assert since == {"@press@police.example.gov": day, "@member@social.example": None}


def test_every_platform_says_what_it_needs(plainview: Plainview) -> None:
    rows = {row["platform"]: row for row in map(json.loads, plainview("accounts", "platforms", "--json").out.splitlines())}
    assert set(rows) == set(SOURCES)
    assert rows["mastodon"]["token"] == "none"
    assert rows["x"]["token"] != "none"
    assert (rows["x"]["unit"], rows["youtube"]["keep_days"], rows["mastodon"]["on_delete"]) == ("USD", 30, "purge")
    shown = plainview("accounts", "platforms").out
    assert "reddit is refused" in shown


def test_an_undercover_account_is_refused_in_one_line_and_stops_no_other(plainview: Plainview, accounts_file: Path) -> None:
    accounts_file.write_text(ACCOUNTS.format(compartment="undercover"), encoding="utf-8")
    called = plainview("accounts", "import", accounts_file)
    assert called.status == 2
    assert "undercover compartment" in called.err
    assert "nothing was written" in called.err
    assert len(plainview("accounts", "list", "--json").out.splitlines()) == 1
    stored = b"".join(path.read_bytes() for path in Path("data").rglob("*") if path.is_file())
    assert b"@member@social.example" not in stored


@pytest.mark.parametrize(("platform", "words"), [("reddit", "law enforcement"), ("nowhere", "not known")])
def test_a_platform_that_is_not_collected_is_refused_with_the_reason(plainview: Plainview, platform: str, words: str) -> None:
    called = plainview("accounts", "add", platform, "press", "https://police.example.gov", "--custody", "department_run")
    assert called.status == 2
    assert words in called.err
    assert called.err.count("\n") == 1


def test_a_paper_is_granted_listed_and_revoked(plainview: Plainview, accounts_file: Path) -> None:
    plainview("accounts", "import", accounts_file)
    consent = ("--document", "approval.pdf", "--granted-by", "Member 4417", "--from", "2026-01-01", "--until", "2026-12-31", "--detectors", "artwork,metadata")
    granted = plainview("authorizations", "grant", "@member@social.example", *consent, "--clause", "IV.C.9")
    assert granted.status == 0, granted.err
    identifier = granted.out.split()[0]
    assert plainview("authorizations", "revoke", identifier).status == 0
    rows = {row["id"]: row for row in map(json.loads, plainview("authorizations", "list", "--json").out.splitlines())}
    assert rows[identifier]["revoked_at"]
    assert rows[identifier]["detectors"] == "artwork,metadata"
    assert plainview("authorizations", "revoke", "authorization_nothing").status == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [({"--document": "none.pdf"}, "cannot be read"), ({"--detectors": "sentiment"}, "no detector is called sentiment"), ({"account": "@nobody"}, "no account")],
)
def test_a_paper_that_cannot_be_granted_says_why(plainview: Plainview, accounts_file: Path, change: dict[str, str], words: str) -> None:
    plainview("accounts", "import", accounts_file)
    options = {"--document": "approval.pdf", "--granted-by": "M", "--from": "2026-01-01", "--until": "2026-12-31", "--detectors": "artwork"} | change
    account = options.pop("account", "@press@police.example.gov")
    called = plainview("authorizations", "grant", account, *(part for option in options.items() for part in option))
    assert called.status == 2
    assert words in called.err


def test_a_permit_is_kept_with_its_paper(plainview: Plainview, accounts_file: Path) -> None:
    plainview("accounts", "import", accounts_file)
    options = ("--document", "approval.pdf", "--granted-by", "Chief of Police", "--from", "2026-01-01", "--until", "2026-12-31")
    assert plainview("permits", "add", "artwork", *options, "--account", "@press@police.example.gov").status == 0
    (row,) = map(json.loads, plainview("permits", "list", "--json").out.splitlines())
    assert (row["kind"], row["clause"]) == ("artwork", "IV.C.1.f")
    assert row["account_id"].startswith("account_")


def test_artwork_is_registered_and_what_is_no_picture_is_said(plainview: Plainview, folder: Path) -> None:
    good, bad = next(iter(sorted(ARTWORK.glob("*.png")))), folder / "page.png"
    bad.write_text("<html></html>", encoding="utf-8")
    called = plainview("references", "add", bad, good, folder / "none.png")
    assert called.status == 2
    assert f"{bad}: not a picture" in called.err
    assert "none.png: cannot be read" in called.err
    (row,) = map(json.loads, plainview("references", "list", "--json").out.splitlines())
    assert row["label"] == good.stem


def test_a_look_alike_is_registered_as_not_ours_and_never_as_both(plainview: Plainview, folder: Path) -> None:
    ours, theirs, *_ = sorted(ARTWORK.glob("*.png"))
    assert plainview("references", "add", ours).status == 0
    called = plainview("references", "add", theirs, "--not-ours", "--label", "Placeville patch")
    assert (called.status, "not flagged" in called.out + called.err) == (0, True)
    saved_again = folder / "again.png"
    with Image.open(ours) as picture:
        picture.resize((picture.width // 2, picture.height // 2)).save(saved_again)
    for same in (ours, saved_again):
        refused = plainview("references", "add", same, "--not-ours", "--label", "another")
        assert (refused.status, "cannot be ours and not ours" in " ".join(refused.err.split())) == (2, True)
    listed = [json.loads(line) for line in plainview("references", "list", "--json").out.splitlines()]
    assert {row["label"]: row["ours"] for row in listed} == {ours.stem: True, "Placeville patch": False}
    assert "ours" in plainview("references", "list").out


def test_artwork_that_cannot_be_used_is_one_line_each_and_stops_no_other(plainview: Plainview, folder: Path) -> None:
    blank, tiny, clear = folder / "blank.png", folder / "tiny.png", folder / "clear.png"
    Image.new("RGB", (200, 200), (40, 40, 40)).save(blank)
    Image.effect_noise((12, 12), 60).save(tiny)
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(clear)
    first, second = sorted(ARTWORK.glob("*.png"))[:2]
    called = plainview("references", "add", blank, tiny, clear, first, second)
    assert called.status == 2
    assert "it is blank" in called.err
    assert "12 x 12 pixels" in called.err
    assert "all of it is transparent" in called.err
    assert "Traceback" not in called.err
    assert {row["label"] for row in map(json.loads, plainview("references", "list", "--json").out.splitlines())} == {first.stem, second.stem}


def test_the_same_artwork_under_another_name_is_said(plainview: Plainview, folder: Path) -> None:
    first = min(ARTWORK.glob("*.png"))
    (folder / "copy.png").write_bytes(first.read_bytes())
    plainview("references", "add", first)
    assert f"it is the same picture as {first.stem!r}" in " ".join(plainview("references", "add", folder / "copy.png").err.split())


def test_everything_in_the_data_folder_is_for_this_user_alone(plainview: Plainview, accounts_file: Path) -> None:
    plainview("accounts", "import", accounts_file)
    others = [path for path in (Path("data"), *Path("data").rglob("*")) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    assert others == []


def test_an_empty_store_says_so_and_its_chain_is_whole(plainview: Plainview) -> None:
    assert "No posts yet" in plainview("posts").out
    assert "No hits" in plainview("hits").out
    assert "No decisions yet" in plainview("reviews").out
    assert plainview("audit", "verify").status == 0


@pytest.mark.parametrize("arguments", [("hits", "--since", "yesterday"), ("accounts", "import", "none.toml"), ("authorizations", "grant")])
def test_a_wrong_call_is_one_line_or_usage_never_a_traceback(plainview: Plainview, arguments: tuple[str, ...]) -> None:
    called = plainview(*arguments)
    assert called.status == 2
    assert called.err
    assert "Traceback" not in called.err


def test_a_wrong_setting_stops_the_command_with_its_name(plainview: Plainview, folder: Path) -> None:
    (folder / "plainview.toml").write_text("[storage]\nfolders = 'data'\n", encoding="utf-8")
    called = plainview("hits")
    assert called.status == 2
    assert "folders" in called.err
    assert "Traceback" not in called.err


def test_a_data_folder_that_is_a_file_is_one_line(plainview: Plainview, folder: Path) -> None:
    (folder / "data").write_text("", encoding="utf-8")
    called = plainview("hits")
    assert called.status == 2
    assert "data" in called.err
    assert "Traceback" not in called.err
