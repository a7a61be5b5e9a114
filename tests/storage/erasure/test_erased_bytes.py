"""Erased bytes are in no file any more, whatever happens: every file of the data folder is searched for marks that were seen to be there."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.auditing import audit
from storage.erasure import erasing, erasures, orders_due
from storage.owner.open import owning
from tests.builders import a_post
from tests.storage.erase_at import POINTS
from tests.storage.filling import SUPERVISOR, a_picture, collected, register, rows, showing, take_in
from tests.storage.stocked import LATER, OTHER, PRESS, purge, revoke

ROOT = Path(__file__).resolve().parents[3]
MANY = 30
_RANDOM = random.Random(7)
# Random digits, so that DuckDB stores them as they are: what repeats it would write once and refer to.
MINE = [_RANDOM.randbytes(60).hex() for _ in range(MANY)]
THEIRS = [_RANDOM.randbytes(60).hex() for _ in range(MANY)]


def in_database(folder: Path, marks: list[str]) -> int:
    """How many of the marks stand in the database's files, byte for byte: free blocks, write-ahead log and drafts included."""
    content = b"".join(path.read_bytes() for path in folder.glob("*") if path.is_file())
    return sum(mark.encode() in content for mark in marks)


def in_vault(folder: Path, marks: list[str]) -> int:
    kept = {path.read_bytes() for path in (folder / "vault").rglob("*") if path.is_file()}
    return sum(mark.encode() in kept for mark in marks)


def anywhere(folder: Path, marks: list[str]) -> int:
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return sum(mark.encode() in content for mark in marks)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, closed, with the marked posts and pictures of two accounts, one of which may be kept no longer."""
    folder = tmp_path_factory.mktemp("marked") / "data"
    with owning(folder) as store:
        for account, marks in ((PRESS, MINE), (OTHER, THEIRS)):
            register(store, account)
            names = [f"https://police.example.gov/{account.handle}/{number}" for number in range(MANY)]
            shown = [showing(a_post(account, name, mark), a_picture(mark.encode())) for name, mark in zip(names, marks, strict=True)]
            for mark in marks:
                store.vault.put(mark.encode())
            take_in(store, collected(account, *shown))
        revoke(store)
    assert in_database(folder, MINE) == in_vault(folder, MINE) == MANY
    return folder


@pytest.fixture
def folder(marked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(marked, tmp_path / "data"))


def test_erased_bytes_are_gone_from_every_file_and_only_the_rewriting_does_that(folder: Path) -> None:
    with owning(folder) as store:
        (order,) = [one for one in orders_due.due(store, "tests", LATER) if one.scope == f"account {PRESS.id}"]
        assert erasing.begin(store, order, refuse_held=False)
        assert rows(store, "SELECT count(*) FROM post") == [(MANY,)]
    assert in_database(folder, MINE) == MANY  # the rows are deleted, and their bytes lie in free blocks
    with owning(folder) as store:
        erasing.finish(store)
        assert anywhere(folder, MINE) == 0
        assert rows(store, "SELECT count(*) FROM post") == [(MANY,)]
        assert audit.verify(store).ok
    assert anywhere(folder, MINE) == 0
    assert in_database(folder, THEIRS) == in_vault(folder, THEIRS) == MANY


@pytest.fixture(scope="module")
def killed(marked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data folders, one for each point at which the erasing process was killed."""
    target = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.storage.erase_at", str(marked), str(target)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert ran.stdout.splitlines() == [f"{point} {-signal.SIGKILL}" for point in POINTS], ran.stderr
    return target


@pytest.mark.parametrize("point", list(POINTS))
def test_killed_at_any_point_the_store_is_good_and_the_next_purge_finishes(killed: Path, point: str) -> None:
    folder = killed / str(list(POINTS).index(point))
    with owning(folder) as store:
        assert audit.verify(store).ok
        assert erasures.outstanding(store, now=LATER).unfinished
        purge(store)
        assert erasures.outstanding(store, now=LATER).unfinished == ()
        (row,) = erasures.every(store, viewer=SUPERVISOR)
        assert row.finished_at
        assert rows(store, "SELECT count(*) FROM post") == [(MANY,)]
        assert audit.verify(store).ok
    assert anywhere(folder, MINE) == 0
    assert in_database(folder, THEIRS) == in_vault(folder, THEIRS) == MANY
    assert list(folder.glob("new-*")) == []
