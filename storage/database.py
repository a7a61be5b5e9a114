"""Opening DuckDB: the one place that says how, and what its errors mean to a user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from storage.errors import StorageError, StoreBusy, StoreDamaged, StoreNewer, disk_full, unwritable

FILE = "general.duckdb"

# Nothing is ever downloaded: DuckDB would fetch extensions by itself, for instance when it meets an SQLite file.
_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_FULL = ("No space left", "File too large", "Disk quota exceeded")
_DAMAGED = (
    "not a valid DuckDB database",
    "Corrupt database",
    "Could not read enough bytes",
    "Serialization Error",
    "has been invalidated",
    "Failure while replaying WAL",
)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """The database at `path`, made where it is not there; all its cursors tell time in UTC. Only under the owner's lock.

    Raises StoreDamaged, StoreBusy, StoreUnwritable and DiskFull.
    """
    with database_errors(path):
        connection = duckdb.connect(str(path), config=dict(_CONFIG))
        connection.execute("SET GLOBAL TimeZone = 'UTC'")  # else the process's own zone, which Django changes
        return connection


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turns DuckDB's errors about the file at `path` into ours. Errors about a statement or its values pass through."""
    try:
        yield
    except duckdb.Error as error:
        known = _meaning(path, str(error))
        if known is None:
            raise
        raise known from error


def _meaning(path: Path, said: str) -> StorageError | None:
    if any(mark in said for mark in _FULL):
        return disk_full(path)
    if "Could not set lock" in said:
        return StoreBusy(f"{path}: another program has opened this database file itself: close it, and leave the file to Plainview")
    if "Permission denied" in said or "Read-only file system" in said:
        return unwritable(path, "permission denied" if "Permission" in said else "read-only file system")
    if "storage version number" in said:
        return StoreNewer(f"{path}: a newer DuckDB wrote this database file: upgrade Plainview")
    if "Is a directory" in said or "sqlite_scanner" in said or any(mark in said for mark in _DAMAGED):
        return StoreDamaged(f"{path}: is not a whole DuckDB database: move it away, with its .wal, and restore it from a backup")
    return None
