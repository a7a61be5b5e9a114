"""How fast the store is with a year of posts in it: `python -m bench.store [POSTS]` (100 000 by default; about a minute).

Fills a store, then times what people wait for, and a batch of 500 posts against what one would write first: a row at a time with `executemany`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb

from domain.identity import sha256_hex
from storage import accounts, examinations, hits, ingest, posts
from storage.door import Door
from storage.durable import private_folder, write_whole
from storage.open import owning
from storage.store import Store
from storage.wire import written
from tests.builders import NOON, a_post, an_account
from tests.storage.batching import ARTWORK, SUPERVISOR, a_picture, collected, register, showing
from tests.storage.serving import serving

BATCH, ROUNDS, ACCOUNTS = 500, 9, 1000

FILL = (
    """INSERT INTO account SELECT 'account_' || i, 'mastodon', '@' || i, 'https://x.example/' || i, 'department_run', 'general', 'bench', now()
        FROM range({accounts}) t(i)""",
    """INSERT INTO checkpoint (account_id, last_detail) SELECT 'account_' || i, '' FROM range({accounts}) t(i)""",
    """INSERT INTO post SELECT 'post_' || md5(i::VARCHAR), 1, 'account_' || (i % {accounts}), 'https://x.example/' || i, 'post', 'https://x.example/' || i, '',
        repeat(md5((i * 7)::VARCHAR), 6), now() - to_seconds(i), NULL, repeat(md5(i::VARCHAR), 2), now(), now() - to_seconds(i), 'fill'
        FROM range({posts}) t(i)""",
    """INSERT INTO media SELECT repeat(md5(i::VARCHAR), 2), 'image/jpeg', 1000, 10, 10, now() FROM range({posts} // 2) t(i)""",
    """INSERT INTO post_media SELECT account_id, id, content_sha256, 0, 'https://x.example/1.jpg', '', NULL,
        repeat(md5((row_number() OVER () // 2 % ({posts} // 2))::VARCHAR), 2), '', now(), 'fill' FROM post""",
    """INSERT INTO hit BY NAME SELECT 'hit_' || md5(native_id) AS id, account_id, id AS post_id, content_sha256 AS post_content_sha256,
        content_sha256 AS media_sha256, 'department_artwork' AS kind, 'patch' AS label, 0.9 AS score, 0.5 AS threshold, 'it looks so' AS because,
        'artwork' AS detector, '1' AS detector_version, repeat('b', 64) AS settings_sha256, 'kcmo-261' AS directive, '2014' AS directive_version,
        repeat('d', 64) AS directive_sha256, 'IV.C.1.f' AS clause, 'low' AS severity, 'general' AS compartment, 'as often right as wrong' AS means,
        captured_at, captured_at AS found_at, captured_at + INTERVAL 1 DAY AS review_by, 'fill' AS batch_id FROM post USING SAMPLE 10 PERCENT""",
)


def main() -> None:
    """Fill, time, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        with owning(folder) as store:
            register(store, an_account())
            fill(store, count)
            print(f"{count} posts, {count // 10} hits, {ACCOUNTS} accounts; medians of {ROUNDS}")
            looks(store)
            batches(store)
            with serving(store):
                timed("a call to the holder (accounts.every)", lambda _: Door(folder).call(accounts.every))
        timed("the same call when nobody holds the store", lambda _: Door(folder).call(accounts.every))
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
        print(f"{'the data folder':48} {size / 1e6:9.0f} MB")


def fill(store: Store, count: int) -> None:
    """`count` posts of ACCOUNTS accounts, every tenth with a hit."""
    with store.transaction() as tx:
        for statement in FILL:
            tx.execute(statement.format(posts=count, accounts=ACCOUNTS))


def looks(store: Store) -> None:
    """What the review site and a run ask for."""
    first = hits.queue(store, viewer=SUPERVISOR)
    few = [f"account_{number}" for number in range(100)]
    timed("a page of the queue", lambda _: hits.queue(store, viewer=SUPERVISOR))
    timed("the next page", lambda _: hits.queue(store, viewer=SUPERVISOR, after=first[-1].id))
    timed("counts by clause", lambda _: hits.count(store, viewer=SUPERVISOR))
    timed("one hit with all that defends it", lambda number: hits.show(store, viewer=SUPERVISOR, hit_id=first[number].id, now=NOON))
    timed("the newest 50 posts", lambda _: posts.listing(store, viewer=SUPERVISOR, limit=50))
    timed("how every account stands", lambda _: accounts.standing(store, now=NOON))
    timed("what 100 accounts have to be examined", lambda _: examinations.pending(store, detector=ARTWORK, account_ids=few))


def batches(store: Store) -> None:
    """A batch of BATCH posts, acknowledged and stored; and the same posts a row at a time."""
    outbox = private_folder(ingest.outbox_folder(store.folder))
    contents = iter([one_batch(number) for number in range(ROUNDS)])
    kept: list[float] = []

    def take_in(_: int) -> None:
        content, start = next(contents), time.perf_counter()
        write_whole(outbox / f"{sha256_hex(content)}.ndjson", content)
        kept.append((time.perf_counter() - start) * 1000)
        ingest.sweep(store)

    whole = timed(f"{BATCH} posts kept and stored", take_in)
    print(f"{'  of that, until they are acknowledged':48} {statistics.median(kept):9.1f} ms")
    alone = plainly()
    print(f"{'  the same posts alone with executemany':48} {alone:9.1f} ms = {alone / whole:.1f} times as long")


def one_batch(number: int) -> bytes:
    """A batch of posts with a picture each, as its file's bytes."""
    shown = [showing(a_post(an_account(), f"{number}/{post}", "hello " * 30), a_picture(f"{number}/{post}".encode())) for post in range(BATCH)]
    return written(collected(an_account(), *shown, at=NOON + timedelta(seconds=number)))


def plainly() -> float:
    """Milliseconds for BATCH posts into an empty table of an empty database, without pictures, ledger, audit or any check."""
    with tempfile.TemporaryDirectory() as place, duckdb.connect(f"{place}/plain.duckdb") as connection:
        connection.execute("CREATE TABLE post (id VARCHAR PRIMARY KEY, url VARCHAR, text VARCHAR, posted_at TIMESTAMPTZ)")
        rows = [(f"post_{number}", "https://x.example", "hello " * 30, NOON) for number in range(BATCH)]
        start = time.perf_counter()
        connection.executemany("INSERT INTO post VALUES (?, ?, ?, ?)", rows)
        return (time.perf_counter() - start) * 1000


def timed(what: str, work: Callable[[int], object]) -> float:
    """The median of ROUNDS in milliseconds, printed."""
    took = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        work(number)
        took.append((time.perf_counter() - start) * 1000)
    print(f"{what:48} {statistics.median(took):9.1f} ms")
    return statistics.median(took)


if __name__ == "__main__":
    main()
