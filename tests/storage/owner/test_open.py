"""Opening: files that are no store, files that others hold, disks that are full."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from storage import accounts
from storage.auditing import audit
from storage.batching import ingest
from storage.database import FILE
from storage.errors import StoreBusy, StoreDamaged
from storage.owner.door import Door
from storage.owner.open import owning
from tests.builders import an_account
from tests.storage.filling import register, rows

ROOT = Path(__file__).resolve().parents[3]
OPEN_ELSEWHERE = "import duckdb, sys\nc = duckdb.connect(sys.argv[1])\nprint('open', flush=True)\nsys.stdin.readline()"
LIMITED = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, limit, many, size = Path(sys.argv[1]), *map(int, sys.argv[2:])
from storage.owner.door import Door
from storage.errors import DiskFull
from storage.owner.open import owning
from storage.batching.outbox import submit
from tests.builders import a_post, an_account
from tests.storage.filling import collected, showing
import random
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
account = an_account()
text = random.Random(1)
for number in range(many):
    post = a_post(account, f"https://police.example.gov/posts/{number}", text.randbytes(size // 2).hex())
    try:
        submit(Door(folder), collected(account, showing(post)))
        print("kept", flush=True)
    except DiskFull as error:
        print(error, flush=True)
"""


def limited(folder: Path, limit: int, many: int, size: int) -> list[str]:
    """What a process says that submits `many` posts of `size` bytes and may write no file longer than `limit` bytes."""
    arguments = [str(number) for number in (limit, many, size)]
    ran = subprocess.run([sys.executable, "-c", LIMITED, str(folder), *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


@pytest.fixture
def registered(folder: Path) -> Path:
    with owning(folder) as store:
        register(store, an_account())
    return folder


def test_a_batch_for_which_there_is_no_room_is_not_kept_by_half(registered: Path) -> None:
    (said,) = limited(registered, 100_000, 1, 150_000)
    assert "the disk is full; nothing was half-written: make room" in said
    assert list(ingest.outbox_folder(registered).iterdir()) == []
    with owning(registered) as store:
        assert rows(store, "SELECT count(*) FROM post") == [(0,)]


def test_batches_that_are_kept_while_the_database_has_no_room_are_stored_once_there_is(registered: Path) -> None:
    limit = (registered / FILE).stat().st_size + 300_000
    said = limited(registered, limit, 6, 200_000)
    assert len(said) == 6
    with owning(registered) as store:
        (stored,) = rows(store, "SELECT count(*), count(DISTINCT id) FROM post")
        assert stored == (said.count("kept"), said.count("kept"))
        assert audit.verify(store).ok
    assert list(ingest.outbox_folder(registered).glob("*.ndjson")) == []


def as_text(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def as_nothing(path: Path) -> None:
    path.write_bytes(b"")


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_sqlite(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()


def as_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def as_spoiled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(0, 12_000, 100):
        content[place] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("spoil", [as_text, as_nothing, as_folder, as_sqlite, as_half, as_spoiled])
def test_a_file_that_is_no_database_is_one_clear_line_and_left_as_it_is(folder: Path, spoil: Callable[[Path], None]) -> None:
    path = folder / FILE
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreDamaged, match=r"is not a whole DuckDB database: move it away.*restore it from a backup") as told, owning(folder):
        pass
    assert "\n" not in str(told.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_the_lock_is_let_go_when_opening_fails(folder: Path) -> None:
    as_text(folder / FILE)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            Door(folder, wait_s=0.1).call(accounts.every)


def test_a_log_without_its_database_is_not_covered_over(folder: Path) -> None:
    (folder / FILE).rename(folder / f"{FILE}.wal")
    with pytest.raises(StoreDamaged, match=r"is missing, but its \.wal is there: restore both"), owning(folder):
        pass
    assert not (folder / FILE).exists()


def test_a_database_that_another_program_has_open_is_told_of(folder: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", OPEN_ELSEWHERE, str(folder / FILE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    with pytest.raises(StoreBusy, match="another program has opened this database file itself: close it"), owning(folder):
        pass
    process.communicate("\n", timeout=20)
    with owning(folder):
        pass


def test_all_that_the_store_makes_is_for_this_user_alone(tmp_path: Path) -> None:
    with owning(tmp_path / "data") as store:
        register(store, an_account())
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        assert {path.name: path.stat().st_mode & 0o077 for path in files} == {path.name: 0 for path in files}
        assert FILE in {path.name for path in files}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_times_are_utc_whatever_the_process_thinks(folder: Path) -> None:
    statement = "import sys; from pathlib import Path; from storage.owner.open import owning\nwith owning(Path(sys.argv[1])) as store, store.read() as view:\n"
    statement += " print(*view.row(\"SELECT current_setting('TimeZone'), TIMESTAMPTZ '2026-06-01 12:00:00'::VARCHAR\"))"
    ran = subprocess.run(
        [sys.executable, "-c", statement, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30, env={"TZ": "America/Chicago"}
    )
    assert ran.stdout == "UTC 2026-06-01 12:00:00+00\n", ran.stderr


def test_nothing_is_ever_fetched_by_duckdb(folder: Path) -> None:
    with owning(folder) as store:
        settings = rows(store, "SELECT current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')")
    assert settings == [(False, False)]


def test_what_was_committed_is_in_the_file_after_closing(registered: Path) -> None:
    assert not (registered / f"{FILE}.wal").exists()
    with duckdb.connect(str(registered / FILE), read_only=True) as raw:
        assert raw.execute("SELECT count(*) FROM account").fetchall() == [(1,)]
