"""Reading one batch file with DuckDB's own JSON reader, strictly: what it would drop or blank in silence is noticed here."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from storage.batching.batch_columns import LATER_COLUMNS, SCHEMA, WIRE, Columns, Header
from storage.store import Transaction

# How a value of each type stands in the file. DuckDB would take 5 or NaN for a text, and round 1.5 to an integer.
_WRITTEN_AS = {
    "VARCHAR": {"VARCHAR", "NULL"},
    "TIMESTAMPTZ": {"VARCHAR", "NULL"},
    "BIGINT": {"BIGINT", "UBIGINT", "NULL"},
    "DOUBLE": {"DOUBLE", "BIGINT", "UBIGINT", "NULL"},
}

_READ = """CREATE OR REPLACE TEMP TABLE in_line AS SELECT parse_filename(filename, true) AS batch_id, n, "table", "row" FROM
    read_json(?, format = 'newline_delimited', filename = true, columns = {n: 'BIGINT', "table": 'VARCHAR', "row": 'JSON'}) WHERE n > 0"""


class BadBatch(Exception):
    """The batch itself is at fault; the message says how, without content."""


def checked_header(content: bytes) -> Header:
    """The header of a batch file. Raises BadBatch."""
    try:
        header = Header(**json.loads(content[: content.find(b"\n") + 1])["row"])
    except (ValueError, KeyError, TypeError):
        raise BadBatch("its first line is not a batch's header") from None
    if header.schema != SCHEMA or header.kind not in WIRE:
        raise BadBatch(f"it is of kind {header.kind!r}, format {header.schema!r}, which this Plainview does not know: upgrade, then move it back to the outbox")
    return header


def stage(tx: Transaction, path: Path, header: Header) -> None:
    """Reads the file into one temporary table for each kind of row: `in_examination`, `in_hit`…, numbered by `n`.

    `storage.batching.collected_file` does it for collected batches. Raises BadBatch and DuckDB's errors of content.
    """
    tx.execute(_READ, [literal(path)])
    tables = WIRE[header.kind]
    found = counted(tx, "in_line", {path: header})
    if strange := found.keys() - tables.keys():
        raise BadBatch(f"it holds rows for {len(strange)} tables that a batch of kind {header.kind} has not")
    for table, columns in tables.items():
        if table in found:
            sql = f'SELECT {written_types(columns)}, len(json_keys("row")), count(*) FROM in_line WHERE "table" = ? GROUP BY ALL'  # noqa: S608 (names are ours)
            odd_shapes(table, columns, tx.rows(sql, [table]))
        tx.execute(_into_table(table, columns) if table in found else _empty_table(table, columns))


def counted(tx: Transaction, read: str, headers: Mapping[Path, Header]) -> Counter[str]:
    """How many rows of each table are in the table `read`. Raises BadBatch unless each file has as many as its header says."""
    tables: Counter[str] = Counter()
    batches: Counter[str] = Counter()
    for batch_id, table, count in tx.rows(f"SELECT batch_id, coalesce(\"table\", ''), count(*) FROM {read} GROUP BY ALL"):  # noqa: S608 (names are ours)
        tables[table] += count
        batches[batch_id] += count
    for path, header in headers.items():
        if batches[path.stem] != header.rows:
            raise BadBatch(f"it holds {batches[path.stem]} rows where its header says {header.rows}")
    return tables


def written_types(columns: Columns) -> str:
    """SQL for the types of a row's values as they are written, in the order of `columns`; none for a value that is missing."""
    paths = ", ".join(f"'$.{name}'" for name in columns)
    return f'json_type("row", [{paths}])'


def odd_shapes(table: str, columns: Columns, shapes: Iterable[Sequence[Any]]) -> None:
    """Raises BadBatch unless each of the `shapes` (`written_types`, the number of keys, the number of rows) has exactly these columns, of these types."""
    shapes = list(shapes)
    if odd := sum(count for types, keys, count in shapes if not _whole(table, columns, types, keys)):
        raise BadBatch(f"{odd} of its rows for {table} lack a column or have one too many")
    if odd := sum(count for types, _, count in shapes if not _fits(types, columns)):
        raise BadBatch(f"{odd} of its rows for {table} hold a value of another type than the column's")


def _whole(table: str, columns: Columns, types: Sequence[str | None], keys: int) -> bool:
    missing = {name for name, kind in zip(columns, types, strict=True) if kind is None}
    return keys == len(columns) - len(missing) and missing in (frozenset(), LATER_COLUMNS.get(table, frozenset()))


def _fits(types: Sequence[str | None], columns: Columns) -> bool:
    return all(kind not in _WRITTEN_AS or said is None or said in _WRITTEN_AS[kind] for said, kind in zip(types, columns.values(), strict=True))


def _into_table(table: str, columns: Columns) -> str:
    transformed = f"unnest(json_transform_strict(\"row\", '{json.dumps(dict(columns))}'))"
    return f"CREATE OR REPLACE TEMP TABLE in_{table} AS SELECT n, {transformed} FROM in_line WHERE \"table\" = '{table}'"  # noqa: S608 (names are ours)


def _empty_table(table: str, columns: Columns) -> str:
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    return f"CREATE OR REPLACE TEMP TABLE in_{table} (n BIGINT, {listed})"


def literal(path: Path) -> str:
    """`path` so that DuckDB takes no character of it for a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))
