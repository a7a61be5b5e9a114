"""Which vault files a store's rows speak of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

# In the undercover file the same columns hold the names that its subjects' keys made, which are the names of its vault's files.
REFERENCES: Mapping[str, str] = {
    "authorization": "document_sha256",
    "capture": "sha256",
    "media": "sha256",
    "permit": "document_sha256",
    "reference": "sha256",
}
_ALL = " UNION ".join(f'SELECT "{column}" AS name FROM "{table}"' for table, column in REFERENCES.items())  # noqa: S608 (names are ours)
_ALONE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_WAITING = (b'"table":"capture"', b'"table":"media"')
_MANY = 10_000


def names_in(database: Path) -> Iterator[str]:
    """Every name that a database file speaks of, in order. Only for a file that is open nowhere, such as a copy."""
    with duckdb.connect(str(database), read_only=True, config=dict(_ALONE)) as connection:
        yield from names_of(connection)


def names_of(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Every name that the store of this cursor speaks of, in order."""
    connection.execute(f"SELECT name FROM ({_ALL}) WHERE name IS NOT NULL ORDER BY name")  # noqa: S608
    while rows := connection.fetchmany(_MANY):
        yield from (row[0] for row in rows)


def still_named(connection: duckdb.DuckDBPyConnection, names: list[str]) -> frozenset[str]:
    """Those of `names` that the store of this cursor speaks of now."""
    rows = connection.execute(f"SELECT name FROM ({_ALL}) WHERE name IN (SELECT unnest(?))", [names]).fetchall()  # noqa: S608
    return frozenset(row[0] for row in rows)


def names_waiting(outbox: Path) -> list[str]:
    """What the batches in a folder speak of and no table does yet, in order. A line that cannot be read is left to whoever takes the batch in."""
    found: set[str] = set()
    for path in sorted(outbox.glob("*.ndjson")):
        with path.open("rb") as lines:
            found.update(name for line in lines if any(table in line for table in _WAITING) and (name := _named_in(line)))
    return sorted(found)


def _named_in(line: bytes) -> str | None:
    try:
        name = json.loads(line)["row"]["sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) else None
