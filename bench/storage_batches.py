"""Batches of new posts, as a flow hands them in: how long the owner takes to store them, and how long DuckDB's own `read_json` takes for the same files."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from domain.account import Account
from storage.batching import ingest
from storage.batching.batch_columns import WIRE
from storage.batching.batches import CollectedBatch
from storage.batching.wire import written
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import a_picture, collected, put_in_outbox, register, showing

ROUNDS, WAITING = 5, 40
_WORDS = [f"{random.Random(number).getrandbits(64):x}"[: 2 + number % 8] for number in range(5000)]


def a_batch(name: str, size: int, *, pictures: bool = False, account: Account | None = None, at: datetime = NOON) -> CollectedBatch:
    """`size` posts that no store has seen, of about 200 characters each."""
    account, some = account or an_account(), random.Random(name)
    shown = []
    for number in range(size):
        post = a_post(account, f"https://social.example/{name}/{number}", " ".join(some.choices(_WORDS, k=35)))
        shown.append(showing(post, *([a_picture(f"{name} {number}".encode())] if pictures else [])))
    return collected(account, *shown, at=at)


def batches(store: Store) -> dict[str, tuple[float, float]]:
    """Milliseconds for each kind of batch, medians of ROUNDS: ours, and read_json's."""
    found = {}
    ingest.sweep(store)  # what a writer left
    for size in (500, 20_000):
        for pictures in (False, True):
            account = an_account(handle=f"@{size}{pictures}@police.example.gov")
            register(store, account)
            rounds = [[written(a_batch(f"{size} {pictures} {number}", size, pictures=pictures, account=account))] for number in range(ROUNDS)]
            found[f"{size} posts{' with pictures' if pictures else ''}"] = _measured(store, rounds)
    others = [an_account(handle=f"@{number}@police.example.gov") for number in range(WAITING)]
    for account in others:
        register(store, account)
    rounds = [[written(a_batch(f"waiting {number}", 500, account=account)) for account in others] for number in range(ROUNDS)]
    found[f"{WAITING} waiting batches of 500 posts"] = _measured(store, rounds)
    return found


def _measured(store: Store, rounds: Sequence[Sequence[bytes]]) -> tuple[float, float]:
    return statistics.median(_stored(store, contents) for contents in rounds), statistics.median(_plainly(contents) for contents in rounds)


def _stored(store: Store, contents: Sequence[bytes]) -> float:
    waiting = {put_in_outbox(store, content) for content in contents}
    start = time.perf_counter()
    swept = ingest.sweep(store)
    took = (time.perf_counter() - start) * 1000
    if set(swept.stored) != waiting:
        raise SystemExit(f"not stored: {swept}")
    return took


def _plainly(contents: Sequence[bytes]) -> float:
    """Each file into empty tables of an empty database, in a transaction of its own."""
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / f"{number}.ndjson" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        with duckdb.connect(f"{place}/plain.duckdb") as connection:
            connection.execute("SET TimeZone = 'UTC'")
            tables = {table: columns for table, columns in WIRE["collected"].items() if f'"table":"{table}"'.encode() in contents[0] and table != "collection"}
            for table, columns in tables.items():
                connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
            start = time.perf_counter()
            for path in paths:
                connection.begin()
                for table, columns in tables.items():
                    _read_json(connection, path, table, columns)
                connection.commit()
            return (time.perf_counter() - start) * 1000


def _read_json(connection: duckdb.DuckDBPyConnection, path: Path, table: str, columns: object) -> None:
    row = "STRUCT(" + ", ".join(f"{name} {kind}" for name, kind in dict(columns).items()) + ")"  # type: ignore[call-overload]
    sql = f"""INSERT INTO {table} SELECT unnest("row") FROM read_json(?, format = 'newline_delimited', columns = {{"table": 'VARCHAR', "row": '{row}'}})
        WHERE "table" = '{table}'"""
    connection.execute(sql, [str(path)])
