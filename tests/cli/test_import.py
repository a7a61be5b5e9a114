"""`plainview import`, as a person calls it, into a real store."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.store import store_door
from domain.account import Account, Compartment, Custody
from domain.audit import AuditAction
from domain.identity import sha256_hex
from storage import accounts, authorizations
from storage.auditing import audit
from storage.sealed import subjects
from storage.sealed.master_key import new_master_key
from tests.builders import an_authorization
from tests.cli.conftest import Called
from tests.sources.exports.making import EXPORTS, MARK, account_on, zipped
from tests.sources.recorded import recorded

pytestmark = pytest.mark.usefixtures("with_a_store")

Plainview = Callable[..., Called]
TODAY = datetime.now(UTC).date()
COMPARTMENT = Compartment.UNDERCOVER


def registered(platform: str, undercover: bool = False, days: int = 30, custody: Custody = Custody.OPTED_IN) -> Account:
    account = account_on(platform, custody)
    door, now = store_door(), datetime.now(UTC)
    if undercover:
        made = Account(account.platform, account.handle, account.url, account.custody, COMPARTMENT)
        account = door.call(subjects.add_account, account=made, label="Robin Sample", by="tests", now=now).account
    else:
        door.call(accounts.add, account=account, by="tests", now=now)
    paper = an_authorization(account, valid_from=TODAY - timedelta(days=100), valid_until=TODAY + timedelta(days=days))
    door.call(authorizations.grant, authorization=paper, by="tests", now=now, compartment=account.compartment)
    return account


def export(folder: Path, platform: str) -> Path:
    return zipped(folder / f"{platform}.zip", EXPORTS[platform])


def lines(called: Called) -> list[dict[str, object]]:
    assert called.status == 0, called.err
    return [json.loads(line) for line in called.out.splitlines()]


def mark(path: Path, *numbers: int) -> None:
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    for number in numbers:
        rows[number][rows[0].index("public")] = "yes"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def stored_bytes() -> bytes:
    return b"".join(path.read_bytes() for path in Path("data").rglob("*") if path.is_file())


@pytest.mark.parametrize("platform", ["linkedin", "mastodon", "tiktok", "youtube"])
def test_an_export_that_says_what_is_public_is_imported_and_again_is_nothing_new(plainview: Plainview, folder: Path, platform: str) -> None:
    account = registered(platform)
    called = plainview("import", export(folder, platform), "--account", account.id)
    assert (called.status, " of its " in called.out) == (0, True), called.err
    assert not called.out.startswith("0 ")
    rows = lines(plainview("posts", "--json"))
    assert rows
    again = plainview("import", export(folder, platform), "--account", account.id)
    assert (again.status, again.out[:2]) == (0, "0 ")
    assert lines(plainview("posts", "--json")) == rows
    assert MARK.encode() not in stored_bytes()
    assert plainview("audit", "verify").status == 0


@pytest.mark.parametrize("platform", ["facebook", "instagram", "x"])
def test_where_the_export_does_not_say_its_owner_does(plainview: Plainview, folder: Path, platform: str) -> None:
    account = registered(platform)
    refused = plainview("import", export(folder, platform), "--account", account.id)
    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert "--choices" in refused.err
    call = ("import", export(folder, platform), "--account", account.id, "--choices", "choices.csv")
    asked = plainview(*call)
    assert (asked.status, asked.out, "all marked no" in asked.err) == (0, "", True)
    assert stat.S_IMODE(Path("choices.csv").stat().st_mode) == 0o600
    assert lines(plainview("posts", "--json")) == []
    assert plainview(*call).out[:2] == "0 "
    mark(Path("choices.csv"), 1)
    assert plainview(*call).out[:2] == "1 "
    (row,) = lines(plainview("posts", "--json"))
    assert row["text"]
    assert MARK.encode() not in stored_bytes()


def test_a_line_for_each_post_with_json(plainview: Plainview, folder: Path) -> None:
    account = registered("linkedin")
    rows = lines(plainview("import", export(folder, "linkedin"), "--account", "linkedin:examplecity", "--json"))
    assert [tuple(row) for row in rows] == [("id", "native_id", "posted_at", "imported", "why")] * 3
    assert [row["imported"] for row in rows] == [True, False, True]
    assert rows[1]["why"] == "the export says that it is not public"
    assert {row["id"] for row in lines(plainview("posts", "--json"))} == {row["id"] for row in rows if row["imported"]}
    (entry,) = [one for one in store_door().call(audit.entries) if one.action == AuditAction.EXPORT_IMPORTED]
    assert entry.actor.startswith("cli:")
    assert entry.subject == account.id


def test_json_says_that_posts_wait_for_their_owner(plainview: Plainview, folder: Path) -> None:
    registered("x")
    rows = lines(plainview("import", export(folder, "x"), "--account", "examplecity", "--choices", "c.csv", "--json"))
    assert [(row["imported"], row["why"]) for row in rows] == [(False, "waits for its owner's choice")] * 2


@pytest.mark.parametrize(
    ("account", "words"),
    [("@nobody", "no account"), ("examplecity", "more than one account"), ("facebook:examplecity", "no account"), ("x:other", "no account")],
)
def test_an_account_that_is_not_named_well_is_one_line(plainview: Plainview, folder: Path, account: str, words: str) -> None:
    registered("x")
    registered("linkedin")
    called = plainview("import", export(folder, "x"), "--account", account)
    assert (called.status, called.err.count("\n")) == (2, 1)
    assert words in called.err


def test_an_export_of_another_platform_or_no_zip_at_all_is_one_line(plainview: Plainview, folder: Path) -> None:
    account = registered("linkedin")
    other = plainview("import", export(folder, "x"), "--account", account.id)
    assert (other.status, other.err.count("\n")) == (2, 1)
    assert "expected an export of LinkedIn" in other.err
    assert "looks like one of X" in other.err
    (folder / "page.zip").write_text("<html>")
    for path in (folder / "page.zip", folder / "none.zip", folder):
        called = plainview("import", path, "--account", account.id)
        assert (called.status, called.err.count("\n"), "Traceback" in called.err) == (2, 1, False)


def test_an_account_without_a_live_paper_is_refused_and_the_export_is_not_opened(plainview: Plainview, folder: Path) -> None:
    account = registered("linkedin", days=-1)
    called = plainview("import", folder / "none.zip", "--account", account.id)
    assert called.status == 2
    assert "ended on" in called.err
    assert next(entry.action for entry in store_door().call(audit.entries)) == AuditAction.COLLECTION_REFUSED


def test_choices_of_another_export_import_nothing_and_say_so(plainview: Plainview, folder: Path) -> None:
    registered("x")
    registered("instagram")
    plainview("import", export(folder, "instagram"), "--account", "instagram:examplecity", "--choices", "c.csv")
    mark(Path("c.csv"), 1, 2)
    called = plainview("import", export(folder, "x"), "--account", "x:examplecity", "--choices", "c.csv")
    assert (called.status, called.out[:2]) == (0, "0 ")
    assert "3 of its lines are of no post" in called.err


def test_choices_that_are_not_needed_are_not_written(plainview: Plainview, folder: Path) -> None:
    account = registered("linkedin")
    called = plainview("import", export(folder, "linkedin"), "--account", account.id, "--choices", "c.csv")
    assert (called.status, called.out[:2], "is not needed" in called.err) == (0, "2 ", True)
    assert not Path("c.csv").exists()


@pytest.mark.parametrize("path", ["data/c.csv", "none/c.csv"])
def test_choices_are_not_written_into_the_data_folder_or_nowhere(plainview: Plainview, folder: Path, path: str) -> None:
    account = registered("x")
    called = plainview("import", export(folder, "x"), "--account", account.id, "--choices", path)
    assert (called.status, called.err.count("\n")) == (2, 1)
    assert not Path(path).exists()


def test_choices_that_nobody_can_read_are_one_line(plainview: Plainview, folder: Path) -> None:
    account = registered("x")
    (folder / "c.csv").write_text("nothing of the sort")
    called = plainview("import", export(folder, "x"), "--account", account.id, "--choices", "c.csv")
    assert (called.status, called.err.count("\n")) == (2, 1)
    assert "c.csv" in called.err


def test_an_undercover_accounts_export_is_imported_and_nothing_lies_in_clear(
    plainview: Plainview, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    master = tmp_path_factory.mktemp("keys") / "master"
    new_master_key(master)
    monkeypatch.setenv("PLAINVIEW_MASTER_KEY_FILE", str(master))
    account = registered("mastodon", undercover=True)
    path = export(folder, "mastodon")
    assert plainview("import", path, "--account", account.id).status == 2
    rows = lines(plainview("import", path, "--account", "@press@police.example.gov", "--undercover", "--json"))
    assert [row["imported"] for row in rows] == [True, True, False, False, True]
    seen = lines(plainview("posts", "--json", "--undercover"))
    assert {row["id"] for row in seen} == {row["id"] for row in rows if row["imported"]}
    assert lines(plainview("posts", "--json")) == []
    again = plainview("import", path, "--account", account.id, "--undercover")
    assert (again.status, again.out[:2]) == (0, "0 ")
    stored = stored_bytes()
    for told in (b"Road closed", b"police.example.gov", b"invented bytes", sha256_hex(path.read_bytes()).encode(), MARK.encode()):
        assert told not in stored
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    assert plainview("import", path, "--account", account.id, "--undercover").status == 2


def test_the_help_says_what_to_do(plainview: Plainview) -> None:
    called = plainview("import", "--help")
    assert called.status == 0
    for word in ("--account", "--choices", "--json", "--undercover", "Messages are never opened"):
        assert word in " ".join(called.out.split())


ALERT = "https://nixle.example/alert/11000002"


def test_a_saved_page_is_imported_and_again_is_nothing_new(plainview: Plainview, folder: Path) -> None:
    account = registered("nixle", custody=Custody.DEPARTMENT_RUN)
    (folder / "page.html").write_bytes(recorded("nixle/alert.html"))
    call = ("import", folder / "page.html", "--account", account.id)
    refused = plainview(*call)
    assert (refused.status, refused.err.count("\n"), "--page-url" in refused.err) == (2, 1, True)
    called = plainview(*call, "--page-url", ALERT)
    assert (called.status, called.out) == (0, "1 of its 1 posts were imported.\n"), called.err
    assert "pictures could not be had" in called.err
    (row,) = lines(plainview("posts", "--json"))
    assert (row["native_id"], row["title"]) == (ALERT, "ALERT: Road closed")
    again = plainview(*call, "--page-url", ALERT)
    assert (again.status, again.out[:2]) == (0, "0 ")
    assert lines(plainview("posts", "--json")) == [row]
    assert plainview("audit", "verify").status == 0


def test_a_members_saved_page_waits_for_its_owner(plainview: Plainview, folder: Path) -> None:
    account = registered("myspace")
    (folder / "page.htm").write_bytes(recorded("myspace/profile.html"))
    call = ("import", folder / "page.htm", "--account", account.id, "--page-url", account.url, "--choices", "c.csv")
    asked = plainview(*call)
    assert (asked.status, "lists 2 posts, all marked no" in asked.err) == (0, True), asked.err
    mark(Path("c.csv"), 2)
    assert plainview(*call).out[:2] == "1 "
    assert [row["title"] for row in lines(plainview("posts", "--json"))] == ["Open day"]


@pytest.mark.parametrize("url", ["https://nixle.example/another-city", "https://elsewhere.example/alert/1", "nonsense"])
def test_a_page_of_somebody_else_is_one_line(plainview: Plainview, folder: Path, url: str) -> None:
    account = registered("nixle")
    (folder / "page.html").write_bytes(recorded("nixle/alert.html"))
    called = plainview("import", folder / "page.html", "--account", account.id, "--page-url", url)
    assert (called.status, called.err.count("\n"), "was not saved from" in called.err) == (2, 1, True)
    assert lines(plainview("posts", "--json")) == []
