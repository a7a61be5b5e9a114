"""Erased bytes are in no file any more, whatever happens: every file of the data folder is searched for marks that were seen to be there."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from domain.post import Gone
from domain.review import Outcome, Review
from storage import reviews
from storage.auditing import audit
from storage.batching.batches import KeptReplies
from storage.erasure import erasing, erasures, orders_due
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account
from tests.storage.erase_at import POINTS
from tests.storage.filling import SUPERVISOR, a_hit, a_picture, cited, collected, examined, register, rows, showing, take_in
from tests.storage.stocked import LATER, OTHER, PRESS, purge, revoke

ROOT = Path(__file__).resolve().parents[3]
MANY = 30
_RANDOM = random.Random(7)
# Random digits, so that DuckDB stores them as they are: what repeats it would write once and refer to.
MINE = [_RANDOM.randbytes(60).hex() for _ in range(MANY)]
THEIRS = [_RANDOM.randbytes(60).hex() for _ in range(MANY)]
# What a post says and shows of which a tombstone is left: name, address, title, text, picture, what the picture is said to show, its address, the reply that it
# came in, and what was found and decided about it.
DELETED = [_RANDOM.randbytes(60).hex() for _ in range(12)]
LEFT = [("", "IV.C.1.f", None, "dismissed", True)]
GONE = an_account(handle="@gone@police.example.gov", url="https://police.example.gov/@gone")


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
        deleted_upstream(store)
    assert in_database(folder, MINE) == in_vault(folder, MINE) == MANY
    assert anywhere(folder, DELETED) == len(DELETED)
    return folder


def deleted_upstream(store: Store) -> None:
    """A post of a third account that is wholly made of marks, and was seen to have gone where the rule is a tombstone."""
    register(store, GONE)
    name, address, title, text, picture, alt, source, reply, label, because, found, reason = DELETED
    shown = showing(replace(a_post(GONE, name, text), title=title, url=address), a_picture(picture.encode(), source, alt))
    replies = KeptReplies(store.vault.put(reply.encode()), 1, len(reply), (shown.post.posted_at, shown.post.posted_at))
    finding = replace(a_finding(label=label), because=because, text=found)
    hit = a_hit(shown.post, store.vault.put(picture.encode()), finding)
    for batch in (collected(GONE, shown, replies=replies), examined(hit.media_sha256, finding), cited(shown.post, hit.media_sha256, hit)):
        take_in(store, batch)
    reviews.decide(store, viewer=SUPERVISOR, review=Review(hit.id, Outcome.DISMISSED, reason, SUPERVISOR.name, NOON))
    end = replace(collected(GONE, at=LATER, gone=(Gone(name, "404"),)), terms={"use": "x", "on_delete": "tombstone"})
    take_in(store, end)


def tombstones(store: Store) -> list[tuple[object, ...]]:
    """What there is of that account: its posts, hits and reviews, and whether they are empty."""
    return rows(
        store,
        f"""SELECT p.text, h.clause, h.text, r.outcome, p.erased_at IS NOT NULL FROM post p JOIN hit h ON h.post_id = p.id
        JOIN review r ON r.hit_id = h.id WHERE p.account_id = '{GONE.id}'""",
    )


@pytest.fixture
def folder(marked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(marked, tmp_path / "data"))


def test_erased_bytes_are_gone_from_every_file_and_only_the_rewriting_does_that(folder: Path) -> None:
    with owning(folder) as store:
        orders = [one for one in orders_due.due(store, "tests", LATER) if one.scope in (f"account {PRESS.id}", "terms")]
        assert [erasing.begin(store, order, refuse_held=False) for order in orders] == [True, True]
        assert rows(store, "SELECT count(*) FROM post") == [(MANY + 1,)]
        assert tombstones(store) == LEFT
    assert in_database(folder, MINE) == MANY  # the rows are deleted, and their bytes lie in free blocks
    assert in_database(folder, DELETED) > 0
    with owning(folder) as store:
        erasing.finish(store)
        assert anywhere(folder, MINE + DELETED) == 0
        assert rows(store, "SELECT count(*) FROM post") == [(MANY + 1,)]
        assert audit.verify(store).ok
    assert anywhere(folder, MINE + DELETED) == 0
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
        assert sorted((row.scope, row.finished_at is not None) for row in erasures.every(store, viewer=SUPERVISOR)) == [
            (f"account {PRESS.id}", True),
            ("terms", True),
        ]
        assert rows(store, "SELECT count(*) FROM post") == [(MANY + 1,)]
        assert tombstones(store) == LEFT
        assert audit.verify(store).ok
    assert anywhere(folder, MINE + DELETED) == 0
    assert in_database(folder, THEIRS) == in_vault(folder, THEIRS) == MANY
    assert list(folder.glob("new-*")) == []
