"""A database written anew: the same catalogue and rows, closed in one file, without what was deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from storage.backups.rewrite import attached, copy_into, differences, rewrite
from storage.errors import StoreDamaged
from storage.migrate import packaged

MARK = "a-mark-that-lies-in-the-file-as-it-is"
ODD_ONES = """
CREATE SEQUENCE counted START 5; SELECT nextval('counted');
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE MACRO doubled(x) AS x * 2;
CREATE SCHEMA apart;
CREATE TABLE apart.odd (a INTEGER DEFAULT 7, b INTEGER UNIQUE, c INTEGER GENERATED ALWAYS AS (a + 1), d mood, CONSTRAINT few CHECK (b < 1000));
INSERT INTO apart.odd (b, d) SELECT range, 'calm' FROM range(100);
CREATE INDEX odd_a ON apart.odd (a);
COMMENT ON TABLE apart.odd IS 'odd';
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(tmp_path_factory.mktemp("original") / "general.duckdb"))
    connection.execute(packaged()[0].sql)
    connection.execute(ODD_ONES)
    connection.execute("INSERT INTO audit VALUES (1, now(), 'tests', 'an:action', '', '{}', repeat('0', 64), repeat('1', 64))")
    yield connection
    connection.close()


def test_the_copy_is_the_same_database_and_its_triggers_work(original: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    target, cursor = tmp_path / "it's a copy.duckdb", original.cursor()
    rewrite(cursor, "general", target)
    assert cursor.execute("SELECT current_database()").fetchall() == [("general",)]
    assert cursor.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall() == [("general",)]
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    with duckdb.connect(str(target)) as copy:
        assert copy.execute("SELECT count(*), min(c) FROM apart.odd").fetchall() == [(100, 8)]
        assert copy.execute("SELECT nextval('counted'), doubled(4)").fetchall() == [(6, 8)]
        for change in ("DELETE FROM audit", "UPDATE audit SET actor = 'other'"):
            with pytest.raises(duckdb.ConstraintException, match="append_only"):
                copy.execute(change)
        assert copy.execute("SELECT actor FROM audit").fetchall() == [("tests",)]


def test_what_was_deleted_is_not_in_the_copy(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as connection:
        connection.execute("CREATE TABLE said (text VARCHAR)")
        connection.execute("INSERT INTO said VALUES (?), ('stays')", [MARK])
        connection.execute("CHECKPOINT")
        connection.execute("DELETE FROM said WHERE text <> 'stays'")
        rewrite(connection.cursor(), "kept", tmp_path / "copy.duckdb")
    assert MARK.encode() in (tmp_path / "kept.duckdb").read_bytes()
    assert MARK.encode() not in (tmp_path / "copy.duckdb").read_bytes()
    assert b"stays" in (tmp_path / "copy.duckdb").read_bytes()


def test_the_copy_is_of_the_moment_when_it_began(original: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    target, cursor = tmp_path / "copy.duckdb", original.cursor()
    with attached(cursor, target) as copy:
        cursor.begin()
        cursor.execute("SELECT count(*) FROM apart.odd")
        original.execute("INSERT INTO apart.odd (b) VALUES (500)")
        copy_into(cursor, "general", copy)
        cursor.commit()
    with duckdb.connect(str(target), read_only=True) as written:
        assert written.execute("SELECT count(*) FROM apart.odd WHERE b = 500").fetchall() == [(0,)]
    assert original.execute("SELECT count(*) FROM apart.odd WHERE b = 500").fetchall() == [(1,)]


def test_whatever_is_not_the_same_is_told(original: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rewrite(original.cursor(), "general", tmp_path / "copy.duckdb")
    cursor = original.cursor()
    cursor.execute(f"ATTACH '{tmp_path / 'copy.duckdb'}' AS other")
    changes = {
        "DELETE FROM other.apart.odd WHERE b = 1": ["rows of odd"],
        "DROP VIEW other.current_post": ["columns", "views"],
        "CREATE SEQUENCE other.another": ["sequences"],
        "DROP INDEX other.apart.odd_a": ["indexes"],
        "DROP MACRO other.doubled": ["functions"],
        "ALTER TABLE other.review ALTER COLUMN reason DROP NOT NULL": ["constraints"],
        "USE other; DROP TRIGGER audit_is_never_deleted ON audit; USE general": ["triggers"],
    }
    for change, told in changes.items():
        cursor.execute(change)
        assert set(told) <= set(differences(cursor, "general", "other")), change
    cursor.execute("DETACH other")


def test_a_file_that_is_there_is_never_overwritten(original: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "copy.duckdb").write_bytes(b"mine")
    with pytest.raises(StoreDamaged, match="is there already: move it away"):
        rewrite(original.cursor(), "general", tmp_path / "copy.duckdb")
    assert (tmp_path / "copy.duckdb").read_bytes() == b"mine"


def test_a_copy_that_fails_leaves_no_file_and_nothing_attached(original: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        rewrite(original.cursor(), "nowhere", tmp_path / "copy.duckdb")
    assert list(tmp_path.iterdir()) == []
    assert original.execute("SELECT count(*) FROM duckdb_databases() WHERE NOT internal").fetchall() == [(1,)]


def test_somebody_who_asks_the_catalogue_meanwhile_is_waited_for(original: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    other, cursor, copied = original.cursor(), original.cursor(), threading.Event()

    def copy() -> None:
        with attached(cursor, tmp_path / "copy.duckdb") as name:
            other.begin()
            other.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
            cursor.begin()
            copy_into(cursor, "general", name)
            cursor.commit()
            copied.set()

    copying = threading.Thread(target=copy)
    copying.start()
    assert copied.wait(20)
    other.rollback()
    copying.join(20)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.duckdb"]
