"""DuckDB: one connection to which each compartment's file is attached; the one place that says how, and what its errors mean to a user."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from domain.account import Compartment
from storage import engines
from storage.errors import StorageError, StoreBusy, StoreDamaged, StoreNewer, disk_full, unwritable
from storage.gate import Gate
from storage.settings import StorageSettings

FILES = {compartment: f"{compartment.value}.duckdb" for compartment in Compartment}
FILE = FILES[Compartment.GENERAL]

_FULL = ("No space left", "File too large", "Disk quota exceeded")
_DAMAGED = (
    "not a valid DuckDB database",
    "Corrupt database",
    "Could not read enough bytes",
    "Serialization Error",
    "has been invalidated",
    "Failure while replaying WAL",
)


class Database:
    """The databases of one data folder in one DuckDB connection, each attached under its compartment's name. Only under the owner's lock.

    A cursor for each use, from any thread; `writing` is the one turn that all writers of all compartments take. A transaction may read every file
    and write to one. Values spilled from memory go to the folder of `general.duckdb.tmp` and leave with the connection.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing is attached yet."""
        self.folder = folder
        self.writing = threading.Lock()
        self._paths: dict[Compartment, Path] = {}
        self._gate = Gate()
        self._spilled = folder / f"{FILE}.tmp"
        self._engine = engines.take(StorageSettings.load().memory_megabytes, self._spilled)
        self._connection = self._engine.cursor()

    def attach(self, compartment: Compartment, path: Path) -> None:
        """Opens the file at `path`, made where it is not there. Raises StoreDamaged, StoreNewer, StoreBusy, StoreUnwritable and DiskFull."""
        with database_errors(path):
            self._connection.execute(f"ATTACH '{_quoted(path)}' AS {compartment.value}")
        self._paths[compartment] = path

    def detach(self, compartment: Compartment) -> None:
        """Closes a file; what was committed is folded into it. Raises what `attach` raises."""
        with database_errors(self._paths.pop(compartment)):
            self._connection.execute(f"DETACH {compartment.value}")

    def path(self, compartment: Compartment) -> Path:
        """Where that compartment's file lies. Raises KeyError when it is not attached."""
        return self._paths[compartment]

    def holds(self, compartment: Compartment) -> bool:
        """Whether that compartment's file is attached."""
        return compartment in self._paths

    @contextmanager
    def cursor(self, compartment: Compartment) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for which that compartment's tables need no prefix; those of the other are `general.main.post` and the like."""
        with self._gate.entered(), database_errors(self._paths.get(compartment, self.folder)):
            cursor = self._connection.cursor()
            try:
                cursor.execute(f"USE {compartment.value}")
                yield cursor
            finally:
                cursor.close()

    @contextmanager
    def exclusively(self, compartment: Compartment, before: Callable[[duckdb.DuckDBPyConnection], None] | None = None) -> Iterator[Path]:
        """That compartment's file, closed for the block and opened again after it: for putting a rewritten file in its place. Everybody else waits.

        `before` is called with a cursor once no one writes and while others still read: what takes long belongs there.
        Not from within a cursor of the same thread.
        """
        with self.writing:
            if before is not None:
                with self.cursor(compartment) as cursor:
                    before(cursor)
            with self._gate.closed():
                path = self._paths[compartment]
                self.detach(compartment)
                try:
                    yield path
                finally:
                    self.attach(compartment, path)

    def close(self) -> None:
        """Closes every file once no one is writing. Whoever still reads is cut off: drain first."""
        with self.writing:
            with suppress(duckdb.Error):  # a reader that is still there keeps a file attached: closing the connection ends it all the same
                for compartment in list(self._paths):
                    self.detach(compartment)
            with database_errors(self.folder / FILE):
                self._connection.close()  # with every cursor of it
            engines.give_back(self._engine, self._spilled)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


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
