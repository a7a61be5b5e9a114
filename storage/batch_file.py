"""Reading one batch file with DuckDB's own JSON reader, strictly: what it would drop or blank in silence is noticed here."""

from __future__ import annotations

import json
import re
from pathlib import Path

from storage.batch_columns import SCHEMA, WIRE, Columns, Header
from storage.store import Transaction

# How a value of each type stands in the file. DuckDB would take 5 or NaN for a text, and round 1.5 to an integer.
_WRITTEN_AS = {
    "VARCHAR": "('VARCHAR', 'NULL')",
    "TIMESTAMPTZ": "('VARCHAR', 'NULL')",
    "BIGINT": "('BIGINT', 'UBIGINT', 'NULL')",
    "DOUBLE": "('DOUBLE', 'BIGINT', 'UBIGINT', 'NULL')",
}


class BadBatch(Exception):
    """The batch itself is at fault; the message says how, without content."""


def checked_header(content: bytes) -> Header:
    """The header of a batch file. Raises BadBatch."""
    try:
        header = Header(**json.loads(content.split(b"\n", 1)[0])["row"])
    except (ValueError, KeyError, TypeError):
        raise BadBatch("its first line is not a batch's header") from None
    if header.schema != SCHEMA or header.kind not in WIRE:
        raise BadBatch(f"it is of kind {header.kind!r}, format {header.schema!r}, which this Plainview does not know: upgrade, then move it back to the outbox")
    return header


def stage(tx: Transaction, path: Path, header: Header) -> None:
    """Reads the file into one temporary table for each kind of row: `in_post`, `in_media`… Raises BadBatch and DuckDB's errors of content."""
    tx.execute(
        "CREATE OR REPLACE TEMP TABLE in_line AS SELECT * FROM"
        " read_json(?, format = 'newline_delimited', columns = {n: 'BIGINT', \"table\": 'VARCHAR', \"row\": 'JSON'}) WHERE n > 0",
        [_literal(path)],
    )
    tables = WIRE[header.kind]
    found: dict[str, int] = dict(tx.rows("SELECT coalesce(\"table\", ''), count(*) FROM in_line GROUP BY 1"))
    if sum(found.values()) != header.rows:
        raise BadBatch(f"it holds {sum(found.values())} rows where its header says {header.rows}")
    if strange := sorted(found.keys() - tables.keys()):
        raise BadBatch(f"it holds rows for {len(strange)} tables that a batch of kind {header.kind} has not")
    for table, columns in tables.items():
        _stage_table(tx, table, columns)


def _stage_table(tx: Transaction, table: str, columns: Columns) -> None:
    names = ", ".join(f"'{name}'" for name in sorted(columns))
    _refuse_odd(tx, table, f'list_sort(json_keys("row")) IS DISTINCT FROM [{names}]', "lack a column or have one too many")
    typed = [f"json_type(\"row\", '$.{name}') NOT IN {_WRITTEN_AS[kind]}" for name, kind in columns.items() if kind in _WRITTEN_AS]
    _refuse_odd(tx, table, " OR ".join(typed), "hold a value of another type than the column's")
    tx.execute(
        f"CREATE OR REPLACE TEMP TABLE in_{table} AS SELECT n, unnest(json_transform_strict(\"row\", '{json.dumps(dict(columns))}'))"  # noqa: S608 (ours)
        f" FROM in_line WHERE \"table\" = '{table}'"
    )


def _refuse_odd(tx: Transaction, table: str, odd: str, says: str) -> None:
    count = tx.row(f'SELECT count(*) FROM in_line WHERE "table" = ? AND ({odd})', [table])  # noqa: S608 (names are ours)
    if count and count[0]:
        raise BadBatch(f"{count[0]} of its rows for {table} {says}")


def _literal(path: Path) -> str:
    """`path` so that DuckDB takes no character of it for a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))
