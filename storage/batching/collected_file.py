"""Reading files of collected batches, most of what comes: parsed once, into typed rows, while another thread looks at how every value is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from domain.identity import sha256_hex
from storage.batching.batch_columns import WIRE, Header
from storage.batching.batch_file import BadBatch, counted, literal, odd_shapes, written_types
from storage.store import Store, Transaction

_TABLES = WIRE["collected"]
_COLUMNS = {name: kind for columns in _TABLES.values() for name, kind in columns.items()}
_ROW = f"STRUCT({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})"

_READ = f"""CREATE OR REPLACE TEMP TABLE in_row AS SELECT {{batch}} AS batch_id, n, "table", unnest("row") FROM
    read_json(?, format = 'newline_delimited', filename = {{named}}, columns = {{{{n: 'BIGINT', "table": 'VARCHAR', "row": '{_ROW}'}}}}) WHERE n > 0"""  # noqa: S608 (names are ours)

_VIEWS = "; ".join(
    f"CREATE OR REPLACE TEMP VIEW in_{table} AS SELECT batch_id, n, {', '.join(columns)} FROM in_row WHERE \"table\" = '{table}'"  # noqa: S608 (names are ours)
    for table, columns in _TABLES.items()
)

_SHAPES = f"""SELECT "table", CASE "table" {" ".join(f"WHEN '{table}' THEN {written_types(columns)}" for table, columns in _TABLES.items())} END,
    len(json_keys("row")), count(*)
    FROM read_json(?, format = 'newline_delimited', columns = {{n: 'BIGINT', "table": 'VARCHAR', "row": 'JSON'}}) WHERE n > 0 GROUP BY ALL"""  # noqa: S608


@contextmanager
def reading(store: Store, tx: Transaction, headers: Mapping[Path, Header]) -> Iterator[dict[str, int]]:
    """Reads these files, each of another account, into `in_post`, `in_media`…, by `batch_id` and by `n` within a file; how many rows each table has got.

    What DuckDB would drop, blank or convert in silence is looked for meanwhile, and found before the block is left: nothing may be committed within it.
    Raises BadBatch and DuckDB's errors of content.
    """
    with ThreadPoolExecutor(1, "batch-shapes") as beside:
        checking = beside.submit(_refuse_odd, store, list(headers))
        try:
            yield _read(tx, headers)
        except Exception:
            checking.result()  # what is wrong with how it is written says more than what came of it
            raise
        checking.result()


def _read(tx: Transaction, headers: Mapping[Path, Header]) -> dict[str, int]:
    several = len(headers) > 1
    batch = "parse_filename(filename, true)" if several else f"'{_id(next(iter(headers)))}'"
    tx.execute(_READ.format(batch=batch, named=several), [[literal(path) for path in headers]])
    found: Counter[str] = counted(tx, "in_row", headers)
    if strange := found.keys() - _TABLES.keys():
        raise BadBatch(f"it holds rows for {len(strange)} tables that a batch of kind collected has not")
    tx.execute(_VIEWS)
    return dict(found)


def _id(path: Path) -> str:
    if len(path.stem) != 64 or not set(path.stem) <= set("0123456789abcdef"):
        raise BadBatch("its name is not a batch's id")
    return path.stem


def _refuse_odd(store: Store, paths: list[Path]) -> None:
    """Every file is what its name says, and every row has exactly its table's columns, each value of the type that is written for it."""
    for path in paths:
        if sha256_hex(path.read_bytes()) != path.stem:
            raise BadBatch("the file is not what was written")
    with store.cursor() as cursor:
        shapes = cursor.execute(_SHAPES, [[literal(path) for path in paths]]).fetchall()
    for table, columns in _TABLES.items():
        odd_shapes(table, columns, [shape for name, *shape in shapes if name == table])
