"""Each platform's recorded replies: where every file is from, and that every kind of reply is there or a reason why not."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest

from sources.registry import SOURCES
from tests.sources.recorded import REPLIES

KINDS = ["first page", "next page", "no change", "edit", "deletion", "rate limit", "gone account", "rubbish"]
FIRST_DAY = date(2026, 11, 23)


def table(folder: Path, header: str) -> list[list[str]]:
    """The cells of the table whose first column is called so."""
    lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split(" | ")])
    return rows


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"README.md"}


@pytest.fixture(params=sorted(SOURCES))
def folder(request: pytest.FixtureRequest) -> Path:
    return REPLIES / str(request.param)


def test_every_platform_has_a_folder_and_every_folder_a_platform() -> None:
    assert {path.name for path in REPLIES.iterdir() if path.is_dir()} == set(SOURCES)


def test_every_file_stands_in_the_readme_and_the_other_way_round(folder: Path) -> None:
    patterns = [name for row in table(folder, "file") for name in named(row[0])]
    assert len(patterns) == len(set(patterns))
    there = files(folder)
    assert {name for name in there if not any(fnmatch(name, pattern) for pattern in patterns)} == set()
    assert [pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in there)] == []


def test_every_file_names_its_document_and_its_day(folder: Path) -> None:
    for row in table(folder, "file"):
        assert len(row) == 3, row
        assert len(row[1]) >= 8, row
        assert date.fromisoformat(row[2]) >= FIRST_DAY
    assert any("http" in row[1] or "github" in row[1] for row in table(folder, "file"))


def test_every_kind_of_reply_is_there_or_a_reason_why_not(folder: Path) -> None:
    rows = table(folder, "kind")
    assert [kind for kind, _ in rows] == KINDS
    for kind, cell in rows:
        if cell.startswith("none: "):
            assert not named(cell), kind
            assert len(cell) > 25, kind
        else:
            assert set(named(cell)) <= files(folder), kind
            assert named(cell), kind


def test_no_empty_reply_is_kept(folder: Path) -> None:
    assert [path.name for path in folder.iterdir() if path.stat().st_size < 3] == []
