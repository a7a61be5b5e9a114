"""DuckDB's engines: one takes fifteen milliseconds to start, and a run opens the store hundreds of times, so one that is free is kept for the next opening."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import duckdb

# Nothing is ever downloaded: DuckDB would fetch extensions by itself, for instance when it meets an SQLite file.
# What is committed is folded into the file once the .wal has 64 MB, not 16: each time costs as much as storing thousands of posts (docs/performance.md).
_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "checkpoint_threshold": "64MB"}
_ATTACHED = "SELECT count(*) FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory'"

_turn = threading.Lock()
_kept: list[duckdb.DuckDBPyConnection] = []  # one at most


def take(memory_megabytes: int, spilled: Path) -> duckdb.DuckDBPyConnection:
    """An engine without databases, the caller's alone: connections to it are its cursors. Values spilled from memory go to the folder `spilled`."""
    with _turn:
        engine = _kept.pop() if _kept else duckdb.connect(":memory:", config=dict(_CONFIG))
    engine.execute(f"SET GLOBAL memory_limit = '{memory_megabytes}MB'")
    engine.execute("SET GLOBAL temp_directory = ?", [str(spilled)])
    engine.execute("SET GLOBAL TimeZone = 'UTC'")  # else the process's own zone, which Django changes
    return engine


def give_back(engine: duckdb.DuckDBPyConnection, spilled: Path) -> None:
    """Keeps `engine`, whose other connections are closed, or stops it where one is kept already, or it is not as it was: what it spilled leaves with it."""
    with _turn:
        if not _kept and not spilled.exists() and _as_new(engine):
            _kept.append(engine)
            return
    engine.close()


def stop() -> None:
    """Stops the engine that is kept."""
    with _turn:
        while _kept:
            _kept.pop().close()


def _as_new(engine: duckdb.DuckDBPyConnection) -> bool:
    with suppress(duckdb.Error):  # an engine that met a fatal error answers nothing any more
        return engine.execute(_ATTACHED).fetchall() == [(0,)]
    return False


os.register_at_fork(before=stop)  # its threads would be missing in the child
