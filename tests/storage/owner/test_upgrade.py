"""Every earlier version's file opens, upgrades and keeps every row; an upgrade that fails leaves the file as it was."""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import duckdb
import pytest

from domain.account import Compartment
from domain.identity import sha256_hex
from storage.auditing import audit
from storage.backups.rewrite import catalogue_differences
from storage.database import FILES, Database
from storage.erasure import erasing
from storage.errors import DiskFull, StorageError, StoreNewer
from storage.migrate import Migration, migrate, packaged
from storage.owner import upgrade
from storage.owner.open import opened, owning
from storage.store import Store
from tests.storage.filling import rows

STORES = Path(__file__).parents[1] / "stores"
# These came out together with the one after them: no store in the world has stopped at any of them.
TOGETHER = set(range(2, 7))
Rows: TypeAlias = dict[str, tuple[list[str], list[tuple[object, ...]]]]
KEPT = sorted(int(path.name.split(".")[0]) for path in STORES.glob("*.duckdb.gz"))
# Tables that a migration takes away on purpose: what they held, and where it is now.
MOVED = {"superseded": ("SELECT post_id, version FROM superseded ORDER BY ALL", "SELECT id, version FROM post WHERE NOT newest ORDER BY ALL")}


def kept_file(version: int, folder: Path) -> Path:
    path = folder / "general.duckdb"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.decompress((STORES / f"{version:04d}.duckdb.gz").read_bytes()))
    return path


def everything(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every row of every table, with its columns. What was moved is told as it lies now."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal"
    tables = {str(row[0]) for row in connection.execute(sql).fetchall()}
    columns = {table: [str(row[0]) for row in connection.execute(f'DESCRIBE "{table}"').fetchall()] for table in tables}
    found: Rows = {table: (names, rows_of(connection, table, names)) for table, names in columns.items() if table not in MOVED}
    moved = {table: (["post_id", "version"], connection.execute(queries[table not in tables]).fetchall()) for table, queries in MOVED.items()}
    return found | moved


def rows_of(connection: duckdb.DuckDBPyConnection, table: str, names: list[str]) -> list[tuple[object, ...]]:
    listed = ", ".join(f'"{name}"' for name in names)
    return connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY ALL').fetchall()


def test_a_file_is_kept_of_every_version_that_a_store_may_have() -> None:
    """When a migration is added: run `python -m tests.storage.make_store tests/storage/stores/NNNN.duckdb.gz` on the code before it, NNNN its last number."""
    versions = [migration.version for migration in packaged()]
    assert [version for version in versions[:-1] if version not in TOGETHER and version not in KEPT] == []
    assert all((STORES / f"{version:04d}.duckdb.gz").stat().st_size < 1_000_000 for version in KEPT)


@pytest.mark.parametrize("version", KEPT)
def test_it_opens_upgrades_and_keeps_every_row(tmp_path: Path, version: int) -> None:
    path = kept_file(version, tmp_path / "data")
    with duckdb.connect(str(path), read_only=True) as raw:
        raw.execute("SET TimeZone = 'UTC'")
        before = everything(raw)
    assert all(rows for table, (_, rows) in before.items() if table != "append_only")
    fresh = _fresh(tmp_path)
    with owning(tmp_path / "data") as store, store.cursor() as cursor:
        assert audit.verify(store).ok
        after = everything(cursor)
        for table, (names, had) in before.items():
            has = after[table][1] if table in MOVED else rows_of(cursor, table, names)
            assert table == "audit_head" or [row for row in had if row not in has] == [], table
            assert table in {"audit", "schema_migration"} or len(has) == len(had), table
        cursor.execute(f"ATTACH '{fresh}' AS fresh (READ_ONLY)")
        assert catalogue_differences(cursor, "general", "fresh") == []
        cursor.execute("DETACH fresh")


def _fresh(tmp_path: Path) -> Path:
    with owning(tmp_path / "fresh") as store:
        return store.path


def test_every_step_between_the_versions_is_one_that_a_killed_upgrade_goes_on_from(tmp_path: Path) -> None:
    path, migrations = kept_file(1, tmp_path / "data"), packaged()
    with opened_at(path) as store:
        for number in range(2, len(migrations)):
            migrate(store, migrations[:number])
            assert audit.verify(store).ok
    with owning(tmp_path / "data") as store:
        assert rows(store, "SELECT max(version) FROM schema_migration") == [(migrations[-1].version,)]


class opened_at:  # noqa: N801 (reads as a function)
    """The file as it is, not upgraded."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path.parent)
        self.database.attach(Compartment.GENERAL, path)

    def __enter__(self) -> Store:
        return Store(self.database)

    def __exit__(self, *_: object) -> None:
        self.database.close()


NEXT = Migration(9001, "next", "CREATE TABLE added (id INTEGER); INSERT INTO added SELECT * FROM range(1000);")
WRONG = Migration(9002, "wrong", "INSERT INTO nowhere VALUES (1);")


def test_a_copy_of_the_file_before_is_kept_for_a_day(folder: Path) -> None:
    path = folder / FILES[Compartment.GENERAL]
    before = sha256_hex(path.read_bytes())
    with opened_at(path) as store:
        upgrade.upgrade(store, [*packaged(), NEXT])
        assert rows(store, "SELECT count(*) FROM added") == [(1000,)]
    copy = folder / "general.duckdb.before-9001"
    assert sha256_hex(copy.read_bytes()) == before
    assert copy.stat().st_mode & 0o077 == 0
    with opened_at(path) as store:
        upgrade.upgrade(store, [*packaged(), NEXT])
        assert copy.exists()
        os.utime(copy, (time.time() - 25 * 3600,) * 2)
        upgrade.upgrade(store, [*packaged(), NEXT])
    assert not copy.exists()
    assert [one.name for one in folder.iterdir() if "before" in one.name or one.name.startswith("new-")] == []


def test_a_file_that_needs_no_upgrade_is_not_copied(folder: Path) -> None:
    with owning(folder):
        assert list(folder.glob("*before*")) == []


def test_an_erasure_takes_the_copy_with_it(folder: Path) -> None:
    (folder / "general.duckdb.before-0001").write_bytes(b"it holds what is erased")
    with owning(folder) as store:
        erasing.compact(store)
    assert list(folder.glob("*before*")) == []


def test_an_upgrade_that_fails_midway_leaves_the_file_byte_for_byte(folder: Path) -> None:
    path = folder / FILES[Compartment.GENERAL]
    before = sha256_hex(path.read_bytes())
    with (
        opened_at(path) as store,
        pytest.raises(StorageError, match=r"general\.duckdb: could not be upgraded.*and is as it was: use the Plainview that made it"),
    ):
        upgrade.upgrade(store, [*packaged(), NEXT, WRONG])
    assert sha256_hex(path.read_bytes()) == before
    assert [one.name for one in folder.iterdir() if one.name.startswith(("general.duckdb.", "new-"))] == []
    with owning(folder) as store:
        assert audit.verify(store).ok


def test_with_no_room_for_the_copy_nothing_is_changed_and_there_is_one_clear_line(folder: Path) -> None:
    path = folder / FILES[Compartment.GENERAL]
    before = sha256_hex(path.read_bytes())
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with opened_at(path) as store:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(path.read_bytes()) // 2, limits[1]))
            with pytest.raises(DiskFull, match=r"before-9001: the disk is full; nothing was half-written"):
                upgrade.upgrade(store, [*packaged(), NEXT])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
    assert sha256_hex(path.read_bytes()) == before
    assert list(folder.glob("*before*")) == []


def test_with_no_room_for_the_upgrade_itself_the_file_is_put_back(folder: Path) -> None:
    path = folder / FILES[Compartment.GENERAL]
    before, size = sha256_hex(path.read_bytes()), path.stat().st_size
    large = replace(NEXT, sql="CREATE TABLE added AS SELECT md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS text FROM range(200000);")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with opened_at(path) as store:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1_000_000, limits[1]))
            with pytest.raises(DiskFull):
                upgrade.upgrade(store, [*packaged(), large])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
    assert sha256_hex(path.read_bytes()) == before
    with owning(folder) as store:
        assert audit.verify(store).ok


def test_a_newer_file_is_refused_and_not_copied(folder: Path) -> None:
    with opened_at(folder / FILES[Compartment.GENERAL]) as store:
        migrate(store, [*packaged(), NEXT])
    with pytest.raises(StoreNewer), opened(folder):
        pass
    assert list(folder.glob("*before*")) == []


def test_an_upgrade_that_was_killed_before_it_began_starts_over(tmp_path: Path) -> None:
    path = kept_file(1, tmp_path / "data")
    shutil.copy(path, path.with_name("new-general.duckdb.before-0002"))
    shutil.copy(path, path.with_name("general.duckdb.before-0002"))
    with owning(tmp_path / "data") as store:
        assert audit.verify(store).ok
    assert [one.name for one in path.parent.iterdir() if one.name.startswith("new-")] == []
