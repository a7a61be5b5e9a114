"""Accounts files: what is understood, and what each mistake is called."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.accounts_file import AccountsFileError, read_accounts_file
from domain.account import Custody
from domain.authorization import Basis, DetectorName
from domain.identity import sha256_hex

GOOD = """
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
until = 2026-12-31
detectors = ["artwork", "words"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "approval.pdf").write_bytes(b"signed")
    return tmp_path


def read(folder: Path, text: str) -> tuple[list[str], list[str]]:
    """Handles of the entries that can be used, and the problems without the folder's name."""
    file = folder / "accounts.toml"
    file.write_text(text, encoding="utf-8")
    found = read_accounts_file(file)
    return [entry.account.handle for entry in found.entries], [problem.removeprefix(f"{folder}/") for problem in found.problems]


def test_a_good_entry_is_read_whole(folder: Path) -> None:
    (folder / "accounts.toml").write_text(GOOD, encoding="utf-8")
    (entry,) = read_accounts_file(folder / "accounts.toml").entries
    assert entry.account.custody is Custody.DEPARTMENT_RUN
    assert entry.document == b"signed"
    paper = entry.authorization
    assert paper is not None
    assert (paper.basis, paper.account_id, paper.document, paper.document_sha256) == (
        Basis.WRITTEN_APPROVAL,
        entry.account.id,
        "approval.pdf",
        sha256_hex(b"signed"),
    )
    assert (paper.valid_from, paper.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert paper.detectors == {DetectorName.ARTWORK, DetectorName.WORDS}


def test_an_opted_in_account_rests_on_its_opt_in(folder: Path) -> None:
    (folder / "accounts.toml").write_text(GOOD.replace("department_run", "opted_in") + "revoked = 2026-03-01T12:00:00Z\n", encoding="utf-8")
    (entry,) = read_accounts_file(folder / "accounts.toml").entries
    assert entry.authorization is not None
    assert entry.authorization.basis is Basis.OPT_IN
    assert entry.authorization.revoked_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_account_without_a_paper_is_registered_without_one(folder: Path) -> None:
    (folder / "accounts.toml").write_text(GOOD.split("[account.authorization]", maxsplit=1)[0], encoding="utf-8")
    (entry,) = read_accounts_file(folder / "accounts.toml").entries
    assert entry.authorization is None


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('custody = "department_run"', 'custody = "borrowed"'), 6, "custody"),
        (('custody = "department_run"', 'custdy = "department_run"'), 6, "`custdy` is not a key"),
        (('handle = "@press@police.example.gov"\n', ""), 2, "`handle` is missing"),
        (("https://police.example.gov/@press", "ftp://police.example.gov"), 5, "https://"),
        (("https://police.example.gov/@press", "https://name:word@police.example.gov"), 5, "name or password"),
        (('document = "approval.pdf"', 'document = "missing.pdf"'), 10, "missing.pdf cannot be read"),
        (('document = "approval.pdf"', 'document = "empty.pdf"'), 10, "empty.pdf is empty"),
        (("until = 2026-12-31", "until = 2025-12-31"), 12, "lies before `from`"),
        (("until = 2026-12-31", 'until = "soon"'), 12, "until"),
        (('"artwork", "words"', '"artwork", "sentiment"'), 13, "detectors"),
        (('granted_by = "Chief of Police"', 'granted_by = " "'), 9, "name who signed"),
        (('clause = "IV.B.2"\n', ""), 7, "`authorization.clause` is missing"),
    ],
)
def test_a_mistake_is_named_by_line_and_mend(folder: Path, change: tuple[str, str], line: int, words: str) -> None:
    (folder / "empty.pdf").write_bytes(b"")
    _, problems = read(folder, GOOD.replace(*change))
    assert any(problem.startswith(f"accounts.toml:{line}: ") and words in problem for problem in problems), problems


def test_a_wrong_entry_stops_no_other(folder: Path) -> None:
    second = GOOD.replace("@press@", "@traffic@")
    handles, problems = read(folder, GOOD.replace("department_run", "borrowed") + second)
    assert handles == ["@traffic@police.example.gov"]
    assert len(problems) == 1


def test_the_same_account_twice_is_said(folder: Path) -> None:
    handles, problems = read(folder, GOOD + GOOD.replace("@press@", "@PRESS@"))
    assert len(handles) == 1
    assert "stands in this file already" in problems[0]
    assert problems[0].startswith("accounts.toml:17:")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[[account]\n", "line 1"), (b"\xff\xfe", "not UTF-8"), (b"account = 3\n", "[[account]]"), (b"account = [1]\n", "[[account]]")],
)
def test_a_file_that_is_no_accounts_file_gets_one_clear_line(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_bytes(content)
    try:
        said = "\n".join(read_accounts_file(file).problems)
    except AccountsFileError as error:
        said = str(error)
    assert words in said
    assert str(file) in said
    assert "\n" not in said


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AccountsFileError, match="no such file"):
        read_accounts_file(tmp_path / "none.toml")
