"""The open store of one compartment: a cursor per call, one mutex for all writes of all compartments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from domain.account import Compartment
from storage.database import Database
from storage.errors import CompartmentClosed
from storage.sealed.keys import SubjectKeys
from storage.sealed.sealed_columns import sealed_row
from storage.sealed.sealed_vault import SealedVault
from storage.sealed.sealing import SubjectKey, opened
from storage.vault import Vault

_NO_KEY = (
    "the undercover compartment needs its master key: `plainview keys new FILE` makes one outside the data folder, and PLAINVIEW_MASTER_KEY_FILE names it;"
    " nothing was written"
)

Row = tuple[Any, ...]
KeyOf = Callable[[str], SubjectKey]


class Reading:
    """A cursor in one transaction: all that it reads is of one moment."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, key_of: KeyOf | None = None) -> None:
        """`key_of`: opens what is sealed; without it a sealed value is read as the token that it is."""
        self._cursor = cursor
        self._key_of = key_of

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row that `sql` answers, times as aware UTC."""
        return self._read(self._cursor.execute(sql, list(values)).fetchall())

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
            yield self._read(rows)

    def bare_batches(self, sql: str, size: int) -> Iterator[list[Row]]:
        """As `batches`, each value as DuckDB hands it out: nothing opened, and times in no certain zone. For millions of rows."""
        self._cursor.execute(sql)
        while rows := self._cursor.fetchmany(size):
            yield rows

    def _read(self, rows: list[Row]) -> list[Row]:
        return [tuple(self._value(value) for value in row) for row in rows]

    def _value(self, value: object) -> object:
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return opened(value, self._key_of) if self._key_of and isinstance(value, str) else value


class Transaction(Reading):
    """A cursor that may write. What it writes is stored whole, or not at all."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Runs one statement."""
        self._cursor.execute(sql, list(values))

    def insert(self, table: str, row: dict[str, object]) -> None:
        """One row of `table`, by column name. For single rows: batches go through the outbox."""
        self.insert_rows(table, [row])

    def insert_rows(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """A few rows of `table`, in their order, in one statement. All name the same columns."""
        columns = list(rows[0])
        listed, row = ", ".join(f'"{column}"' for column in columns), f"({', '.join('?' * len(columns))})"
        values = [one[column] for one in rows for column in columns]
        self.execute(f'INSERT INTO "{table}" ({listed}) VALUES {", ".join([row] * len(rows))}', values)  # noqa: S608 (names are ours)


class Store:
    """The store of one compartment of one data folder. Only the folder's owner has one (`storage.owner.open`); its methods may be called from any thread."""

    def __init__(
        self,
        database: Database,
        compartment: Compartment = Compartment.GENERAL,
        keys: SubjectKeys | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`keys`: those of the undercover compartment, None where they are not here."""
        self.folder = database.folder
        self.compartment = compartment
        self.clock = clock
        self._database = database
        self._keys = keys
        self._others: dict[Compartment, Store] = {compartment: self}
        self._closed = _NO_KEY

    def join(self, other: Store) -> None:
        """Makes the store of the other compartment known to this one, and the other way round."""
        self._others[other.compartment] = other
        other._others = self._others

    def alone(self) -> Store:
        """The general compartment as a store that knows of no other: for whoever may not even learn that there is one."""
        return Store(self._database, Compartment.GENERAL, clock=self.clock)

    def close_undercover(self, because: str) -> None:
        """From now on the undercover compartment has no keys here, and whoever asks for it is told this line."""
        for one in self._others.values():
            one._keys, one._closed = None, because

    @property
    def vault(self) -> Vault | SealedVault:
        """Where this compartment's captured bytes are. That of the undercover one reads; to put something in, ask for `vault_of` its subject."""
        return Vault(self.folder) if self.compartment is Compartment.GENERAL else SealedVault(self.folder, self._keys)

    @property
    def keys(self) -> SubjectKeys:
        """The subjects' keys. Raises CompartmentClosed where they are not here."""
        if self._keys is None:
            raise CompartmentClosed(self._closed)
        return self._keys

    @property
    def general(self) -> Store:
        """The store of the general compartment."""
        return self._others[Compartment.GENERAL]

    @property
    def undercover(self) -> Store:
        """The store of the undercover compartment. Raises CompartmentClosed where its keys are not here."""
        found = self._others.get(Compartment.UNDERCOVER)
        if found is None or found._keys is None:
            raise CompartmentClosed(self._closed)
        return found

    def of(self, compartment: Compartment) -> Store:
        """The store of that compartment. Raises CompartmentClosed."""
        return self.general if compartment is Compartment.GENERAL else self.undercover

    def files(self) -> tuple[Store, ...]:
        """Every compartment that has a file, also one whose keys are not here: for what needs none, such as following its chain, copying and deleting."""
        return tuple(self._others[compartment] for compartment in Compartment if compartment in self._others)

    def open_compartments(self) -> tuple[Store, ...]:
        """Every compartment that can be read here."""
        return tuple(one for one in self.files() if one.compartment is Compartment.GENERAL or one._keys)

    @property
    def path(self) -> Path:
        """Where this compartment's database file lies."""
        return self._database.path(self.compartment)

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A view of one moment; writers do not wait for it. What is sealed stays sealed: `storage.seeing` opens it, and records that."""
        with self.cursor() as cursor:
            cursor.begin()
            try:
                yield Reading(cursor)
            finally:
                with suppress(duckdb.Error):  # a failed statement may have ended it
                    cursor.rollback()

    @contextmanager
    def transaction(self, *, unsealing: bool = False) -> Iterator[Transaction]:
        """The one writer: waits for its turn, commits at the end, rolls back on any error. Not to be nested.

        `unsealing`, for `storage.seeing` alone: what is sealed is opened as it is read.
        """
        key_of = self.keys.of if unsealing else None
        with self._database.writing, self.cursor() as cursor:
            cursor.begin()
            try:
                yield Transaction(cursor, key_of)
            except BaseException:
                with suppress(duckdb.Error):  # the first error is the one to tell
                    cursor.rollback()
                raise
            cursor.commit()  # when this fails, the transaction is over: there is nothing left to roll back

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A bare cursor on this compartment, for what needs no transaction or several databases at once."""
        with self._database.cursor(self.compartment) as cursor:
            yield cursor

    @contextmanager
    def nobody_writing(self) -> Iterator[None]:
        """Whoever wants to write to any compartment waits for the block: for choosing one moment in all of them."""
        with self._database.writing:
            yield

    @contextmanager
    def exclusively(self, before: Callable[[duckdb.DuckDBPyConnection], None] | None = None) -> Iterator[Path]:
        """This compartment's file, closed for the block and opened again after it, while everybody else waits. Not within another use of the store.

        `before` gets a cursor once no one writes and while others still read: what takes long belongs there.
        """
        with self._database.exclusively(self.compartment, before) as path:
            yield path

    def sealed(self, table: str, row: dict[str, Any], subject: str | None) -> dict[str, Any]:
        """`row` as this compartment keeps it: as it is, or sealed under the key of `subject`. Raises CompartmentClosed and KeyDestroyed."""
        if self.compartment is Compartment.GENERAL:
            return row
        if subject is None:
            raise CompartmentClosed(f"a row of {table} for the undercover compartment names no subject: nothing was written in clear")
        return sealed_row(table, row, self.keys.of(subject))
