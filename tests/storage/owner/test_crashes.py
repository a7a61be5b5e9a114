"""kill -9 at every point between a batch and its rows: what was acknowledged is never lost, and nothing is ever doubled or halved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.auditing import audit
from storage.batching import ingest
from storage.batching.outbox import submit
from storage.database import FILE
from storage.migrate import packaged
from storage.owner.door import Door
from storage.owner.open import owning
from storage.store import Store
from tests.builders import a_post, an_account
from tests.storage.filling import a_picture, collected, register, rows, showing

ROOT = Path(__file__).resolve().parents[3]
ONE_OF_EACH = [(1, 1, 1, 1, 1)]
COUNTS = """SELECT (SELECT count(*) FROM post), (SELECT count(*) FROM post_media), (SELECT count(*) FROM media), (SELECT count(*) FROM collection),
    (SELECT count(*) FROM ingest_ledger)"""


def killed(folder: Path, point: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "tests.storage.kill_at", str(folder), point], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == -signal.SIGKILL, ran.stderr


def counts(store: Store) -> list[tuple[object, ...]]:
    return rows(store, COUNTS)


@pytest.fixture
def registered(folder: Path) -> Path:
    """A data folder in which the account is registered, owned by nobody."""
    with owning(folder) as store:
        register(store, an_account())
    return folder


@pytest.mark.parametrize("point", ["renamed", "acknowledged", "inside the transaction", "committed", "committed and removed", "before closing"])
def test_a_batch_in_its_place_is_stored_once_whatever_happens_then(registered: Path, point: str) -> None:
    killed(registered, point)
    with owning(registered) as store:
        assert counts(store) == ONE_OF_EACH
        assert rows(store, "SELECT state FROM checkpoint") == [("after",)]
        assert [row[0] for row in rows(store, "SELECT action FROM audit ORDER BY seq")].count("collection:stored") == 1
        assert audit.verify(store).ok
    assert list(ingest.outbox_folder(registered).glob("*.ndjson")) == []


@pytest.mark.parametrize("point", ["half a part file", "part file written"])
def test_a_batch_that_never_came_into_its_place_leaves_nothing_in_the_store_and_can_be_submitted_again(registered: Path, point: str) -> None:
    killed(registered, point)
    with owning(registered) as store:
        assert counts(store) == [(0, 0, 0, 0, 0)]
    account = an_account()
    submit(Door(registered), collected(account, showing(a_post(account), a_picture()), checkpoint="after"))
    with owning(registered) as store:
        assert counts(store) == ONE_OF_EACH


def test_submitting_again_what_a_killed_process_had_submitted_stores_it_once(registered: Path) -> None:
    killed(registered, "committed")
    account = an_account()
    submit(Door(registered), collected(account, showing(a_post(account), a_picture()), checkpoint="after"))
    with owning(registered) as store:
        assert counts(store) == ONE_OF_EACH


def test_a_dead_writers_part_files_go_after_an_hour_and_not_before(registered: Path) -> None:
    killed(registered, "part file written")
    (part,) = ingest.outbox_folder(registered).glob("*.part")
    with owning(registered):
        assert part.exists()
    hour_ago = time.time() - 3700
    os.utime(part, (hour_ago, hour_ago))
    with owning(registered):
        assert not part.exists()


@pytest.mark.parametrize("point", ["store half made", "store made but not in place"])
def test_a_process_killed_while_it_makes_the_store_leaves_none(tmp_path: Path, point: str) -> None:
    folder = tmp_path / "data"
    killed(folder, point) if point == "store half made" else killed_making(folder)
    assert not (folder / FILE).exists()
    with owning(folder) as store:
        assert audit.verify(store).ok
        assert rows(store, "SELECT count(*) FROM schema_migration") == [(len(packaged()),)]
    assert list(folder.glob("new-*")) == []


def killed_making(folder: Path) -> None:
    """Killed at the rename of the store itself: the batch's own comes first, so there is no batch here."""
    statement = "from tests.storage import kill_at; from storage.owner.open import owning; from pathlib import Path; import sys; "
    statement += "kill_at.POINTS['store made but not in place'](); owning(Path(sys.argv[1])).__enter__()"
    ran = subprocess.run([sys.executable, "-c", statement, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
