"""Backups while the store is in use: of one moment, whole or not there, without keys, sharing what did not change."""

from __future__ import annotations

import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from domain.account import Compartment
from domain.identity import sha256_hex
from storage.auditing import audit
from storage.backups import backup
from storage.backups.backup import BackupMade
from storage.backups.backup_folder import name_at, newest, prune
from storage.backups.manifest import read_list, read_manifest
from storage.backups.restore import restore
from storage.batching import ingest
from storage.batching.wire import written
from storage.errors import DiskFull, Refused, StoreDamaged
from storage.owner.door import Door
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import a_picture, collected, put_in_outbox, register, rows, showing

ROOT = Path(__file__).resolve().parents[3]
LATE = written(collected(an_account(), showing(a_post(an_account(), "https://police.example.gov/posts/late", "of more than a kilobyte " * 50))))
STRAYS = ("site.key", "owner.json", "run.lock", "general.duckdb.before-0001", "notes.txt", "outbox/half.part", f"vault/ab/ab{'0' * 62}")
FIRST, SECOND = "plainview-20260601T120000Z", "plainview-20260602T120000Z"


@pytest.fixture(scope="module")
def prepared(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with something in every table, the site's people and things that go into no backup. To be copied, not changed."""
    folder = Path(shutil.copytree(filled, tmp_path_factory.mktemp("served") / "data"))
    _make_site(folder / "site.sqlite3")
    return folder


@pytest.fixture
def store(prepared: Path, tmp_path: Path) -> Iterator[Store]:
    """Its copy, open, with strays and a batch that waits."""
    folder = Path(shutil.copytree(prepared, tmp_path / "served"))
    with owning(folder) as opened:
        for name in STRAYS:
            (folder / name).parent.mkdir(exist_ok=True, parents=True)
            (folder / name).write_bytes(b"stray")
        put_in_outbox(opened, LATE)
        yield opened


@pytest.fixture
def first(store: Store, tmp_path: Path) -> BackupMade:
    """A backup of it."""
    return backup.make(store, into=tmp_path / "first", name=FIRST)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def _make_site(path: Path) -> None:
    site = sqlite3.connect(path)
    site.execute("PRAGMA journal_mode = WAL")
    site.execute("CREATE TABLE auth_user (name TEXT)")
    site.execute("CREATE TABLE django_session (session_key TEXT)")
    site.execute("INSERT INTO auth_user VALUES ('supervisor')")
    site.execute("INSERT INTO django_session VALUES ('an-open-session-key')")
    site.commit()
    site.close()


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256_hex(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_everything_is_in_it_and_the_manifest_says_so(store: Store, first: BackupMade) -> None:
    manifest, sha256 = read_manifest(first.folder)
    listed = {one.path: one.sha256 for one in read_list(first.folder, manifest)}
    found = contents(first.folder)
    assert listed == {path: sha256 for path, sha256 in found.items() if path not in {"manifest.json", "files.ndjson"}}
    assert f"outbox/{sha256_hex(LATE)}.ndjson" in listed
    assert f"vault/{sha256_hex(b'picture 2')[:2]}/{sha256_hex(b'picture 2')}" in listed
    assert (first.files, first.manifest_sha256) == (len(listed), sha256)
    with duckdb.connect(str(first.folder / "general.duckdb"), read_only=True) as copy:
        for table in ("post", "hit", "review", "authorization"):
            sql = f'SELECT * FROM "{table}" ORDER BY ALL'
            with store.cursor() as cursor:
                assert copy.execute(sql).fetchall() == cursor.execute(sql).fetchall() != []


def test_only_what_is_named_goes_in_never_keys_cards_or_strays(first: BackupMade) -> None:
    files = [path for path in first.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if path.read_bytes() == b"stray"] == []
    assert {path.stat().st_mode & 0o077 for path in (*files, first.folder)} == {0}


def test_the_sites_people_are_in_it_and_their_open_sessions_are_not(first: BackupMade) -> None:
    copy = sqlite3.connect(first.folder / "site.sqlite3")
    assert copy.execute("SELECT name FROM auth_user").fetchall() == [("supervisor",)]
    assert copy.execute("SELECT count(*) FROM django_session").fetchall() == [(0,)]
    copy.close()
    assert b"an-open-session-key" not in (first.folder / "site.sqlite3").read_bytes()
    assert not list(first.folder.glob("site.sqlite3-*"))


def test_it_is_on_record_once_and_asking_again_makes_no_other(store: Store, first: BackupMade) -> None:
    before = contents(first.folder)
    again = backup.make(store, into=first.folder.parent, name=FIRST)
    assert (again.manifest_sha256, again.files, again.size, again.new_size) == (first.manifest_sha256, first.files, first.size, 0)
    assert contents(first.folder) == before
    assert rows(store, "SELECT subject, detail FROM audit WHERE action = 'backup:made'") == [(FIRST, f'{{"manifest_sha256":"{first.manifest_sha256}"}}')]
    assert audit.verify(store).ok


def test_captured_files_are_shared_with_the_vault_and_the_backup_before(store: Store, first: BackupMade) -> None:
    store.vault.put(b"picture 99")
    put_in_outbox(store, written(collected(an_account(), showing(a_post(an_account()), a_picture(b"picture 99")))))
    second = backup.make(store, into=first.folder.parent, name=SECOND)
    picture = next((first.folder / "vault").rglob("[0-9a-f]" * 64)).relative_to(first.folder)
    assert {(root / picture).stat().st_ino for root in (first.folder, second.folder)} == {(store.folder / picture).stat().st_ino}
    assert second.size - second.new_size == sum(path.stat().st_size for path in (first.folder / "vault").rglob("*") if path.is_file())
    assert first.new_size == first.size
    assert (second.folder / "vault" / sha256_hex(b"picture 99")[:2] / sha256_hex(b"picture 99")).exists()
    (second.folder / "files.ndjson").write_bytes(b"nonsense\n")
    third = backup.make(store, into=first.folder.parent, name="plainview-20260603T120000Z")
    assert third.new_size == third.size  # a damaged backup before it shares nothing


def test_a_captured_file_that_is_lost_or_damaged_stops_no_backup_and_is_named(store: Store, into: Path) -> None:
    gone, spoiled = sha256_hex(b"picture 1"), sha256_hex(b"picture 4")
    store.vault.files.path(gone).unlink()
    store.vault.files.path(spoiled).unlink()
    store.vault.files.path(spoiled).write_bytes(b"other")
    made = backup.make(store, into=into, name=FIRST)
    assert {f"vault/{gone}", f"vault/{spoiled}"} <= set(made.lost)
    assert not (into / FIRST / "vault" / spoiled[:2] / spoiled).exists()
    assert f"vault/{sha256_hex(b'picture 3')}" not in made.lost


def test_while_others_write_it_holds_all_that_was_acknowledged_before_and_no_half_batch(folder: Path, into: Path) -> None:
    account, submitted, stop = an_account(), [], threading.Event()

    def write(store: Store) -> None:
        while not stop.is_set():
            number = len(submitted)
            posts = [showing(a_post(account, f"https://police.example.gov/live/{number}/{each}")) for each in range(3)]
            put_in_outbox(store, written(collected(account, *posts)))
            ingest.sweep(store)
            submitted.append(number)

    with owning(folder) as store:
        register(store, account)
        writer = threading.Thread(target=write, args=(store,))
        writer.start()
        acknowledged = []
        for name in (FIRST, SECOND):
            least = len(submitted)
            backup.make(store, into=into, name=name)
            acknowledged.append((name, least, len(submitted) + 1))
        stop.set()
        writer.join()
    for name, least, most in acknowledged:
        with duckdb.connect(str(into / name / "general.duckdb"), read_only=True) as copy:
            batches = copy.execute("SELECT count(*) FROM post WHERE contains(url, '/live/') GROUP BY batch_id").fetchall()
        waiting = list((into / name / "outbox").glob("*.ndjson"))
        assert set(batches) <= {(3,)}
        assert least <= len(batches) + len(waiting)
        assert len(batches) <= most
    checked = restore(into / SECOND, into / "data", withdrawn=[], place=False)
    assert checked.entries[Compartment.GENERAL] > len(batches)


def test_a_sites_file_that_is_no_database_is_one_clear_line_and_leaves_nothing(store: Store, into: Path) -> None:
    site = store.folder / "site.sqlite3"
    whole = site.read_bytes()
    site.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreDamaged, match=r"site\.sqlite3: the site's people cannot be copied"):
        backup.make(store, into=into, name=FIRST)
    site.write_bytes(whole)
    assert list(into.iterdir()) == []


def test_what_is_erased_while_it_is_made_is_not_missed_in_it(store: Store, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are copied, then one of their pictures is erased with them: the backup begins anew and speaks of neither."""
    sha256, copied, turns = sha256_hex(b"picture 4"), backup._vault_copied, []

    def erased_between(one: Store, part: Path, vault: object) -> None:
        turns.append(part)
        if len(turns) == 1:
            with one.transaction() as tx:
                tx.execute("DELETE FROM media WHERE sha256 = ?", [sha256])
            one.vault.files.path(sha256).unlink()
        copied(one, part, vault)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "_vault_copied", erased_between)
    made = backup.make(store, into=into, name=FIRST)
    assert len(turns) == 2
    assert f"vault/{sha256}" not in made.lost


def test_other_names_and_places_in_the_data_folder_are_refused(store: Store, into: Path) -> None:
    for name in ("../other", "plainview-1", f"{FIRST}/x", ""):
        with pytest.raises(Refused, match="is named like plainview-20260601T120000Z"):
            backup.make(store, into=into, name=name)
    for place in (store.folder, store.folder / "backups", store.folder / "vault" / "ab", Path("relative")):
        with pytest.raises(Refused, match="lies in the data folder"):
            backup.make(store, into=place, name=FIRST)
    assert not into.exists()


def test_a_name_that_is_taken_by_something_else_is_left_alone(store: Store, into: Path) -> None:
    (into / FIRST).mkdir(parents=True)
    with pytest.raises(StoreDamaged, match="is no backup, or was not finished"):
        backup.make(store, into=into, name=FIRST)


def test_with_no_room_for_it_one_clear_line_and_nothing_is_left(store: Store, into: Path) -> None:
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for limit in (1_000, 1_000_000):  # no room for the first file, none for the database
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
            with pytest.raises(DiskFull, match="the disk is full; nothing was half-written"):
                backup.make(store, into=into, name=FIRST)
            assert list(into.iterdir()) == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert audit.verify(store).ok


KILLED = """
import os, signal, sys
from pathlib import Path
from storage.backups import backup
from storage.owner.door import Door
backup.write_whole = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Door(Path(sys.argv[1])).call(backup.make, into=Path(sys.argv[2]), name=sys.argv[3])
"""


def test_one_that_was_killed_is_no_backup_and_goes_with_the_next(folder: Path, into: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(into), FIRST], cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert [path.name for path in into.iterdir()] == [f"{FIRST}.part"]
    assert newest(into) is None
    with pytest.raises(StoreDamaged, match="is no backup, or was not finished"):
        read_manifest(into / f"{FIRST}.part")
    Door(folder).call(backup.make, into=into, name=FIRST)
    assert [path.name for path in into.iterdir()] == [FIRST]


def test_old_ones_go_but_never_the_latest_nor_what_is_no_backup(tmp_path: Path) -> None:
    for name in ("plainview-20260101T000000Z", "plainview-20260301T000000Z", "plainview-20260102T000000Z.part", "plainview-mine", "plainview-20260103T000000Z"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").touch()
    (tmp_path / "plainview-20260103T000000Z" / "manifest.json").unlink()
    assert prune(tmp_path, 30, NOON) == ["plainview-20260101T000000Z"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "plainview-20260102T000000Z.part",
        "plainview-20260103T000000Z",
        "plainview-20260301T000000Z",
        "plainview-mine",
    ]
    assert prune(tmp_path, 30, NOON) == []


def test_names_tell_the_time_in_utc() -> None:
    assert name_at(datetime(2026, 6, 1, 14, tzinfo=UTC)) == "plainview-20260601T140000Z"
