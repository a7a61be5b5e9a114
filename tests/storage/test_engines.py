"""The engine that is kept: handed on as new, to one at a time, and to nobody once something is left in it."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from storage import engines
from storage.owner.open import owning
from tests.storage.filling import rows

MEMORY = 2_000


@pytest.fixture(autouse=True)
def none_is_kept() -> None:
    engines.stop()


def taken(folder: Path) -> duckdb.DuckDBPyConnection:
    return engines.take(MEMORY, folder / "spilled")


def is_kept(folder: Path, engine: duckdb.DuckDBPyConnection) -> bool:
    engines.give_back(engine, folder / "spilled")
    again = taken(folder)
    again.close()
    return again is engine


def setting(engine: duckdb.DuckDBPyConnection, name: str) -> object:
    (found,) = engine.execute("SELECT current_setting(?)", [name]).fetchall()[0]
    return found


def test_it_is_handed_on_with_the_settings_of_whoever_has_it(tmp_path: Path) -> None:
    first = engines.take(300, tmp_path / "one")
    assert (setting(first, "memory_limit"), setting(first, "temp_directory")) == ("286.1 MiB", str(tmp_path / "one"))
    engines.give_back(first, tmp_path / "one")
    second = engines.take(600, tmp_path / "two's")
    assert second is first
    assert (setting(second, "memory_limit"), setting(second, "temp_directory")) == ("572.2 MiB", str(tmp_path / "two's"))
    assert (setting(second, "TimeZone"), setting(second, "autoload_known_extensions")) == ("UTC", False)
    second.close()


def test_two_at_a_time_have_one_each_and_one_is_kept(tmp_path: Path) -> None:
    first, second = taken(tmp_path), taken(tmp_path)
    assert first is not second
    engines.give_back(first, tmp_path / "spilled")
    engines.give_back(second, tmp_path / "spilled")
    with pytest.raises(duckdb.ConnectionException):
        second.execute("SELECT 1")
    assert is_kept(tmp_path, taken(tmp_path))


def test_one_that_has_spilled_stops_and_takes_it_along(tmp_path: Path) -> None:
    engine = engines.take(60, tmp_path / "spilled")
    engine.execute("CREATE TEMP TABLE much AS SELECT range, repeat('x', 200) FROM range(600000)")
    assert (tmp_path / "spilled").exists()
    assert not is_kept(tmp_path, engine)
    assert not (tmp_path / "spilled").exists()


def test_one_to_which_a_database_is_still_attached_stops_and_lets_go_of_it(tmp_path: Path) -> None:
    engine = taken(tmp_path)
    engine.execute(f"ATTACH '{tmp_path / 'left.duckdb'}' AS leftover")
    assert not is_kept(tmp_path, engine)
    duckdb.connect(str(tmp_path / "left.duckdb")).close()  # nobody has it open


def test_one_that_answers_nothing_any_more_is_not_kept(tmp_path: Path) -> None:
    engine = taken(tmp_path)
    engine.close()
    assert not is_kept(tmp_path, engine)


def test_whoever_still_has_a_closed_store_never_meets_the_next_one(folder: Path, tmp_path: Path) -> None:
    with owning(folder) as old:
        reading = old.cursor()
        cursor = reading.__enter__()
        cursor.execute("SELECT * FROM audit")
    with owning(tmp_path / "another") as new:
        assert rows(new, "SELECT count(*) > 0 FROM audit") == [(True,)]
        with pytest.raises(duckdb.Error):
            cursor.execute("SELECT * FROM audit").fetchall()
        with pytest.raises(duckdb.ConnectionException), old.cursor():
            pass
    reading.__exit__(None, None, None)


def test_a_child_process_starts_with_none(folder: Path) -> None:
    with owning(folder):
        pass
    child = os.fork()
    if child == 0:
        with owning(folder) as store:
            os._exit(0 if rows(store, "SELECT count(*) > 0 FROM audit") == [(True,)] else 1)
    assert os.waitpid(child, 0)[1] == 0
