"""The open store: one DuckDB connection, a cursor per call, one mutex for all writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from storage.database import FILE, database_errors
from storage.vault import Vault

Row = tuple[Any, ...]


class Reading:
    """A cursor in one transaction: all that it reads is of one moment."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row that `sql` answers, times as aware UTC."""
        return [tuple(_in_utc(value) for value in row) for row in self._cursor.execute(sql, list(values)).fetchall()]

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row that `sql` answers, or None."""
        return next(iter(self.rows(sql, values)), None)

    def named(self, sql: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Every row that `sql` answers, by column name."""
        rows = self.rows(sql, values)
        names = [column[0] for column in self._cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def batches(self, sql: str, size: int) -> Iterator[list[Row]]:
        """The rows that `sql` answers, `size` at a time, for what is too long to hold at once."""
        self._cursor.execute(sql)
        while rows := self._cursor.fetchmany(size):
            yield [tuple(_in_utc(value) for value in row) for row in rows]


class Transaction(Reading):
    """A cursor that may write. What it writes is stored whole, or not at all."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Runs one statement."""
        self._cursor.execute(sql, list(values))

    def insert(self, table: str, row: dict[str, object]) -> None:
        """One row of `table`, by column name. For single rows: batches go through the outbox."""
        columns = ", ".join(f'"{column}"' for column in row)
        self.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join("?" * len(row))})', list(row.values()))  # noqa: S608 (names are ours)


class Store:
    """The store of one data folder. Only its owner has one (`storage.open`); its methods may be called from any thread."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self.vault = Vault(folder)
        self.clock = clock
        self._connection = connection
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A view of one moment; writers do not wait for it."""
        with self._cursor() as cursor:
            cursor.begin()
            try:
                yield Reading(cursor)
            finally:
                with suppress(duckdb.Error):  # a failed statement may have ended it
                    cursor.rollback()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """The one writer: waits for its turn, commits at the end, rolls back on any error. Not to be nested."""
        with self._writing, self._cursor() as cursor:
            cursor.begin()
            try:
                yield Transaction(cursor)
            except BaseException:
                with suppress(duckdb.Error):  # the first error is the one to tell
                    cursor.rollback()
                raise
            cursor.commit()  # when this fails, the transaction is over: there is nothing left to roll back

    def close(self) -> None:
        """Closes the database once no one is writing; what was committed is folded into the file. Whoever still reads is cut off: drain first."""
        with self._writing, database_errors(self.folder / FILE):
            self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with database_errors(self.folder / FILE):
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()


def _in_utc(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
