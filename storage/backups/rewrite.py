"""A database written anew into another file: whole, as of one moment, and without anything that was deleted.

DuckDB's own COPY FROM DATABASE leaves triggers out and says nothing about it. So they are made again here, and the two catalogues and the number of rows of
every table are compared before anybody relies on the copy.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from storage.database import database_errors
from storage.errors import StoreDamaged, disk_errors

# What makes a schema: the catalogue of each kind, and the columns that tell its members apart. Only what is ours: DuckDB's own lie in every database.
_CATALOGUE = {
    "duckdb_schemas": "schema_name, comment",
    "duckdb_types": "schema_name, type_name, logical_type, labels, comment",
    "duckdb_tables": "schema_name, table_name, sql, comment",
    "duckdb_columns": "schema_name, table_name, column_index, column_name, data_type, column_default, is_nullable, generation_expression, comment",
    "duckdb_constraints": "schema_name, table_name, constraint_type, constraint_text, constraint_column_names, referenced_table, referenced_column_names",
    "duckdb_indexes": "schema_name, table_name, index_name, is_unique, expressions, sql, comment",
    "duckdb_views": "schema_name, view_name, sql, comment",
    "duckdb_sequences": "schema_name, sequence_name, sql, comment",
    "duckdb_functions": "schema_name, function_name, parameters, macro_definition, comment",
    "duckdb_triggers": "schema_name, table_name, trigger_name, sql, comment",
}
_EVERY_DATABASE_HAS = {"duckdb_types", "duckdb_tables", "duckdb_columns", "duckdb_views", "duckdb_functions"}


def rewrite(connection: duckdb.DuckDBPyConnection, alias: str, target: Path) -> None:
    """Writes the attached database `alias` anew into the file `target`, which is not there yet; afterwards it lies closed on disk, without a .wal.

    `connection` is a cursor of its own, in no transaction. Writers go on meanwhile: the copy is of the moment when it began.
    Raises DiskFull, StoreUnwritable, and StoreDamaged when the copy is not what it was made from; in each case no file is left.
    """
    with attached(connection, target) as copy:
        connection.begin()
        try:
            copy_into(connection, alias, copy)
        except BaseException:
            with suppress(duckdb.Error):  # the first error is the one to tell
                connection.rollback()
            raise
        connection.commit()


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, target: Path) -> Iterator[str]:
    """A new database file at `target`, under the name that the block gets; folded into its one file at the end, removed when the block fails.

    Whoever copies more than one database as of one moment attaches all targets, begins and reads in each, and then calls `copy_into`. Every
    transaction of the thread must be over when the block ends: the end waits for all of them.
    """
    if target.exists():
        raise StoreDamaged(f"{target}: is there already: move it away, a copy never overwrites anything")
    name = f"copy_{secrets.token_hex(8)}"
    try:
        with database_errors(target), disk_errors(target):
            connection.execute(f"ATTACH '{_quoted(target)}' AS {name}")
            try:
                yield name
                # Whoever asks the catalogue anything has a transaction in every database: FORCE waits until it is over.
                connection.execute(f"FORCE CHECKPOINT {name}")
            finally:
                connection.execute(f"DETACH {name}")
    except BaseException:
        for left in (target, _log_of(target)):
            left.unlink(missing_ok=True)
        raise
    if _log_of(target).exists():
        raise StoreDamaged(f"{target}: the copy could not be folded into one file: remove it with its .wal, and do it again")


def copy_into(connection: duckdb.DuckDBPyConnection, alias: str, copy: str) -> None:
    """Everything that `alias` holds into the empty database `copy`, in the transaction that `connection` has begun.

    Raises StoreDamaged when the copy is not what it was made from.
    """
    connection.execute(f'COPY FROM DATABASE "{alias}" TO "{copy}"')
    _recreate_triggers(connection, alias, copy)
    if other := differences(connection, alias, copy):
        raise StoreDamaged(f"the copy of {alias} is not what it was made from ({'; '.join(other)}): nothing was replaced; run `plainview doctor`")


def differences(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[str]:
    """What the catalogues of two attached databases, and the number of rows in each table, do not have in common; empty when they are the same."""
    if kinds := catalogue_differences(connection, one, other):
        return kinds
    return [f"rows of {table[1]}" for table in _tables(connection, one) if _count(connection, one, *table) != _count(connection, other, *table)]


def catalogue_differences(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[str]:
    """The kinds of things (tables, triggers, …) in which the schemas of two attached databases differ."""
    return [kind.removeprefix("duckdb_") for kind in _CATALOGUE if _members(connection, kind, one) != _members(connection, kind, other)]


def _recreate_triggers(connection: duckdb.DuckDBPyConnection, alias: str, copy: str) -> None:
    statements = connection.execute("SELECT sql FROM duckdb_triggers() WHERE database_name = ? ORDER BY table_name, trigger_name", [alias]).fetchall()
    (here,) = connection.execute("SELECT current_database()").fetchall()
    connection.execute(f"USE {copy}")  # the statement names its table without its database
    try:
        for (sql,) in statements:
            connection.execute(sql)
    finally:
        connection.execute(f'USE "{here[0]}"')


def _members(connection: duckdb.DuckDBPyConnection, kind: str, database: str) -> list[tuple[object, ...]]:
    ours = "AND NOT internal" if kind in _EVERY_DATABASE_HAS else ""
    sql = f"SELECT {_CATALOGUE[kind]} FROM {kind}() WHERE database_name = ? {ours} ORDER BY ALL"  # noqa: S608 (names are ours)
    return connection.execute(sql, [database]).fetchall()


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    sql = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal ORDER BY ALL"
    return connection.execute(sql, [database]).fetchall()


def _count(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> object:
    return connection.execute(f'SELECT count(*) FROM "{database}"."{schema}"."{table}"').fetchall()  # noqa: S608 (names are ours)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
