"""The undercover compartment by the command: its key, its accounts, and that neither is met where it should not be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.example_city import served_if_alone
from cli.store import store_door
from tests.cli.conftest import Called

Plainview = Callable[..., Called]

ACCOUNTS = """
[[account]]
platform = "mastodon"
handle = "@member@social.example"
url = "https://social.example/@member"
custody = "{custody}"
compartment = "{compartment}"
{subject}
[account.authorization]
clause = "IV.C.9"
granted_by = "Robin Sample"
document = "consent.pdf"
from = 2026-01-01
until = 2026-12-31
detectors = ["artwork"]
"""


def written(folder: Path, subject: str = 'subject = "Robin Sample"', custody: str = "opted_in", compartment: str = "undercover") -> Path:
    (folder / "consent.pdf").write_bytes(b"signed by Robin Sample")
    file = folder / "accounts.toml"
    file.write_text(ACCOUNTS.format(subject=subject, custody=custody, compartment=compartment), encoding="utf-8")
    return file


@pytest.fixture
def keyed(plainview: Plainview, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, with a master key elsewhere."""
    master = tmp_path_factory.mktemp("keys") / "master"
    made = plainview("keys", "new", master)
    assert (made.status, f"export PLAINVIEW_MASTER_KEY_FILE={master}" in made.out) == (0, True)
    monkeypatch.setenv("PLAINVIEW_MASTER_KEY_FILE", str(master))
    return folder


def lines(called: Called) -> list[dict[str, object]]:
    assert called.status == 0, called.err
    return [json.loads(line) for line in called.out.splitlines()]


def test_an_account_is_imported_under_its_subject_and_listed_apart(plainview: Plainview, keyed: Path) -> None:
    assert plainview("accounts", "import", written(keyed)).out.startswith("2 new")
    assert plainview("accounts", "import", written(keyed)).out.startswith("0 new")
    assert lines(plainview("accounts", "list", "--json")) == []
    (row,) = lines(plainview("accounts", "list", "--json", "--undercover"))
    assert (row["handle"], row["compartment"]) == ("@member@social.example", "undercover")
    (subject,) = lines(plainview("subjects", "list", "--json"))
    assert (subject["label"], subject["accounts"]) == ("Robin Sample", 1)
    (paper,) = lines(plainview("authorizations", "list", "--json", "--undercover"))
    assert paper["granted_by"] == "Robin Sample"
    assert plainview("authorizations", "revoke", paper["id"], "--undercover").status == 0
    stored = b"".join(path.read_bytes() for path in Path("data").rglob("*") if path.is_file())
    assert b"Robin" not in stored
    assert b"@member" not in stored


def test_a_rotated_key_opens_what_the_old_one_sealed_and_the_old_one_no_more(plainview: Plainview, keyed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plainview("accounts", "import", written(keyed))
    new = keyed.parent / "new-master"
    assert plainview("keys", "rotate", new).status == 0
    refused = plainview("subjects", "list")
    assert (refused.status, refused.err.count("\n")) == (2, 1)
    monkeypatch.setenv("PLAINVIEW_MASTER_KEY_FILE", str(new))
    assert [row["label"] for row in lines(plainview("subjects", "list", "--json"))] == ["Robin Sample"]


def test_an_erased_subject_is_gone_from_every_copy(plainview: Plainview, keyed: Path) -> None:
    plainview("accounts", "import", written(keyed))
    (subject,) = lines(plainview("subjects", "list", "--json"))
    erased = plainview("subjects", "erase", subject["id"])
    assert (erased.status, "is destroyed" in erased.out) == (0, True), erased.err
    (after,) = lines(plainview("subjects", "list", "--json"))
    assert "unreadable" in str(after["label"])
    assert plainview("subjects", "erase", subject["id"]).status == 0
    assert plainview("subjects", "erase", "subject_nobody").status == 2


def test_whoever_has_undercover_accounts_alone_gets_no_invented_department(plainview: Plainview, keyed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plainview("accounts", "import", written(keyed))
    for key in (True, False):
        if not key:
            monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
        with served_if_alone(store_door()) as example:
            assert example is None


def test_doctor_says_that_a_key_is_missing(plainview: Plainview, keyed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plainview("accounts", "import", written(keyed))
    assert "its accounts are not collected" not in plainview("doctor").out
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    assert "its accounts are not collected" in plainview("doctor").out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"custody": "department_run"}, "accounts.toml:7: a department-run account is public"),
        ({"compartment": "general"}, "accounts.toml:8: only an account of the undercover compartment has a `subject`"),
    ],
)
def test_a_file_that_mixes_compartments_up_is_refused_by_line(plainview: Plainview, keyed: Path, change: dict[str, str], said: str) -> None:
    called = plainview("accounts", "import", written(keyed, **change))
    assert called.status == 2
    assert said in called.err


def test_a_key_in_the_data_folder_or_over_another_is_refused(plainview: Plainview, folder: Path) -> None:
    inside = plainview("keys", "new", folder / "data" / "master")
    assert (inside.status, "lies in the data folder" in inside.err) == (2, True)
    (folder / "there").write_text("something")
    over = plainview("keys", "new", folder / "there")
    assert (over.status, "never written over" in over.err) == (2, True)
    none = plainview("keys", "rotate", folder / "new")
    assert (none.status, "no master key is named" in none.err) == (2, True)
