"""Reading one batch file with DuckDB's own JSON reader, strictly: what it would drop or blank in silence is noticed here."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from storage.batch_columns import SCHEMA, WIRE, Columns, Header
from storage.store import Transaction

# How a value of each type stands in the file. DuckDB would take 5 or NaN for a text, and round 1.5 to an integer.
_WRITTEN_AS = {
    "VARCHAR": {"VARCHAR", "NULL"},
    "TIMESTAMPTZ": {"VARCHAR", "NULL"},
    "BIGINT": {"BIGINT", "UBIGINT", "NULL"},
    "DOUBLE": {"DOUBLE", "BIGINT", "UBIGINT", "NULL"},
}

_READ = """CREATE OR REPLACE TEMP TABLE in_line AS SELECT {batch} AS batch_id, n, "table", "row" FROM
    read_json(?, format = 'newline_delimited', filename = {named}, columns = {{n: 'BIGINT', "table": 'VARCHAR', "row": 'JSON'}}) WHERE n > 0"""


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


def stage(tx: Transaction, headers: Mapping[Path, Header]) -> dict[str, int]:
    """Reads these files, all of one kind, into one temporary table for each kind of row, `in_post`, `in_media`…, and answers how many rows each has got.

    Rows are numbered by `n` within their file; those of collected batches, of which several may be read at once, also say their `batch_id`.
    Raises BadBatch and DuckDB's errors of content.
    """
    tx.execute(_reading(headers), [[_literal(path) for path in headers]])
    kind = next(iter(headers.values())).kind
    found = _counted(tx, headers)
    if strange := sorted(found.keys() - WIRE[kind].keys()):
        raise BadBatch(f"it holds rows for {len(strange)} tables that a batch of kind {kind} has not")
    names = {"batch_id": "VARCHAR", "n": "BIGINT"} if kind == "collected" else {"n": "BIGINT"}
    for table, columns in WIRE[kind].items():
        if table in found:
            _refuse_odd(tx, table, columns)
        tx.execute(_into_table(table, columns, names) if table in found else _empty_table(table, {**names, **columns}))
    return dict(found)


def _reading(headers: Mapping[Path, Header]) -> str:
    if len(headers) > 1:
        return _READ.format(batch="parse_filename(filename, true)", named="true")
    (path,) = headers
    return _READ.format(batch=f"'{_checked_id(path.stem)}'", named="false")


def _checked_id(name: str) -> str:
    """`name`, which names a batch file. Raises BadBatch when it is not a batch's id, 64 lower-case hexadecimal digits."""
    if not re.fullmatch(r"[0-9a-f]{64}", name):
        raise BadBatch("its name is not a batch's id")
    return name


def _counted(tx: Transaction, headers: Mapping[Path, Header]) -> Counter[str]:
    """How many rows were read for each table, once each file has as many as its header says."""
    tables: Counter[str] = Counter()
    batches: Counter[str] = Counter()
    for batch_id, table, count in tx.rows("SELECT batch_id, coalesce(\"table\", ''), count(*) FROM in_line GROUP BY ALL"):
        tables[table] += count
        batches[batch_id] += count
    for path, header in headers.items():
        if batches[path.stem] != header.rows:
            raise BadBatch(f"it holds {batches[path.stem]} rows where its header says {header.rows}")
    return tables


def _refuse_odd(tx: Transaction, table: str, columns: Columns) -> None:
    """Every row has exactly the table's columns, and each value the type that is written for it. Few shapes come up, however many rows there are."""
    paths = ", ".join(f"'$.{name}'" for name in columns)
    sql = f'SELECT json_type("row", [{paths}]), len(json_keys("row")), count(*) FROM in_line WHERE "table" = ? GROUP BY ALL'  # noqa: S608 (names are ours)
    shapes = tx.rows(sql, [table])
    if odd := sum(count for types, keys, count in shapes if keys != len(columns) or None in types):
        raise BadBatch(f"{odd} of its rows for {table} lack a column or have one too many")
    if odd := sum(count for types, _, count in shapes if not _written_as(types, columns)):
        raise BadBatch(f"{odd} of its rows for {table} hold a value of another type than the column's")


def _written_as(types: Sequence[str], columns: Columns) -> bool:
    return all(kind not in _WRITTEN_AS or said in _WRITTEN_AS[kind] for said, kind in zip(types, columns.values(), strict=True))


def _into_table(table: str, columns: Columns, names: Iterable[str]) -> str:
    transformed = f"unnest(json_transform_strict(\"row\", '{json.dumps(dict(columns))}'))"
    return f"CREATE OR REPLACE TEMP TABLE in_{table} AS SELECT {', '.join(names)}, {transformed} FROM in_line WHERE \"table\" = '{table}'"  # noqa: S608 (ours)


def _empty_table(table: str, columns: Columns) -> str:
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    return f"CREATE OR REPLACE TEMP TABLE in_{table} ({listed})"


def _literal(path: Path) -> str:
    """`path` so that DuckDB takes no character of it for a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))
