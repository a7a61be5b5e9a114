"""Migrations: from nothing to the newest, each once, and a store that another Plainview made is left as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from domain.account import Compartment
from storage.auditing import audit
from storage.database import FILE, Database
from storage.errors import StoreDamaged, StoreNewer
from storage.migrate import Migration, migrate, packaged
from storage.owner.open import owning
from storage.store import Store
from tests.storage.filling import rows

SECOND = Migration(packaged()[-1].version + 1, "second", "CREATE TABLE added (id INTEGER); INSERT INTO added VALUES (7);")


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    database = Database(tmp_path)
    database.attach(Compartment.GENERAL, tmp_path / FILE)
    return Store(database)


def test_they_are_numbered_from_one_without_a_gap() -> None:
    """Over both compartments: a number that one of them has for itself is none of the other's."""
    every = {one.version: one.name for compartment in Compartment for one in packaged(compartment)}
    assert sorted(every) == list(range(1, len(every) + 1))
    for compartment in Compartment:
        versions = [one.version for one in packaged(compartment)]
        assert versions == sorted(set(versions))
        assert all(every[one.version] == one.name and one.sql.strip() for one in packaged(compartment))


def test_from_nothing_to_the_newest(empty: Store) -> None:
    migrate(empty, packaged())
    assert rows(empty, "SELECT version, name, sha256 FROM schema_migration ORDER BY version") == [(one.version, one.name, one.sha256) for one in packaged()]
    assert audit.verify(empty).entries == len(packaged())


def test_a_second_time_changes_nothing(store: Store) -> None:
    before = rows(store, "SELECT * FROM schema_migration")
    migrate(store, packaged())
    assert rows(store, "SELECT * FROM schema_migration") == before
    assert audit.verify(store).entries == len(packaged())


def test_a_new_one_is_applied_to_a_store_that_has_the_others(store: Store) -> None:
    migrate(store, [*packaged(), SECOND])
    assert rows(store, "SELECT id FROM added") == [(7,)]
    assert rows(store, "SELECT action, subject FROM audit ORDER BY seq DESC LIMIT 1") == [("store:migrated", f"schema:{SECOND.version}")]


def test_one_that_fails_halfway_changes_nothing_and_is_not_recorded(store: Store) -> None:
    with pytest.raises(duckdb.CatalogException):
        migrate(store, [*packaged(), replace(SECOND, sql=SECOND.sql + "INSERT INTO nowhere VALUES (1);")])
    assert rows(store, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'added'") == [(0,)]
    migrate(store, [*packaged(), SECOND])
    assert rows(store, "SELECT id FROM added") == [(7,)]


def test_a_newer_store_is_refused_and_untouched(folder: Path) -> None:
    with owning(folder) as store:
        migrate(store, [*packaged(), SECOND])
    with pytest.raises(StoreNewer, match=r"its schema is \d+, this one knows \d+\): upgrade"), owning(folder):
        pass
    with duckdb.connect(str(folder / FILE)) as raw:
        assert raw.execute("SELECT id FROM added").fetchall() == [(7,)]


def test_a_store_made_with_another_text_of_a_migration_is_refused(store: Store) -> None:
    first, *others = packaged()
    with pytest.raises(StoreDamaged, match=r"was made with another 0001_first_store\.sql"):
        migrate(store, [replace(first, sql=first.sql + "-- changed\n"), *others])
