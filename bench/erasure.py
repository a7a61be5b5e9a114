"""How long an erasure takes in a large store: the rows, the rewriting of the file, and how long a reader waits meanwhile.

python -m bench.erasure [POSTS]     a temporary store, a thousandth of whose posts go; needs about a kilobyte of disk for each post
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from domain.account import Account, Custody
from domain.authorization import Authorization, Basis, DetectorName
from domain.retention import ErasureReason
from storage import accounts, authorizations
from storage.erasure import erasing, erasures
from storage.owner.open import owning
from storage.store import Store

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GOES, STAYS = (Account("feed", name, f"https://{name}.example", Custody.DEPARTMENT_RUN) for name in ("goes", "stays"))
FILL = """INSERT INTO post BY NAME SELECT 'post_' || md5(i::VARCHAR) AS id, 1 AS version, CASE WHEN i % 1000 = 0 THEN $goes ELSE $stays END AS account_id,
    'https://goes.example/' || i AS native_id, 'post' AS kind, 'https://goes.example/' || i AS url, '' AS title,
    concat(md5(i::VARCHAR), sha256((i + 1)::VARCHAR), sha256((i + 2)::VARCHAR)) AS text, $now AS posted_at, NULL AS edited_at,
    sha256(i::VARCHAR) AS content_sha256, $now AS first_seen, $now AS captured_at, 'filled' AS batch_id, i AS n, i AS first_n, true AS newest
    FROM range($posts) r(i)"""


def main(posts: int) -> None:
    """Prints what each step took, in seconds."""
    with tempfile.TemporaryDirectory(prefix="plainview-erasure-") as temporary:
        folder = Path(temporary) / "data"
        with owning(folder) as store:
            fill(store, posts)
        with owning(folder) as store:
            say(f"{posts} posts, {store.path.stat().st_size / 1e6:.0f} MB")
            with timed("a purge that finds nothing to do"):
                erasures.purge(store, by="bench", now=NOW)
            order = erasing.of_account(GOES.id, ErasureReason.ORDERED, "bench", NOW, {})
            with timed(f"{posts // 1000} posts deleted and listed"):
                erasing.begin(store, order, refuse_held=True)
            with waiting(store), timed("the file rewritten, and put on record"):
                erasing.finish(store)


def fill(store: Store, posts: int) -> None:
    """Two accounts with a permission, and the posts of both."""
    for account in (GOES, STAYS):
        accounts.add(store, account=account, by="bench", now=NOW)
        terms = ("IV.B.2", "Chief of Police", "approval.pdf", "a" * 64, date(2026, 1, 1), date(2026, 12, 31), frozenset({DetectorName.ARTWORK}))
        authorizations.grant(store, authorization=Authorization(account.id, Basis.WRITTEN_APPROVAL, *terms), by="bench", now=NOW)
    sql = FILL.replace("$goes", f"'{GOES.id}'").replace("$stays", f"'{STAYS.id}'").replace("$now", f"TIMESTAMPTZ '{NOW.isoformat()}'")
    with store.transaction() as tx:
        tx.execute(sql.replace("$posts", str(posts)))


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Says how long the block took."""
    started = time.perf_counter()
    yield
    say(f"{what}: {time.perf_counter() - started:.2f} s")


@contextmanager
def waiting(store: Store) -> Iterator[None]:
    """Reads a hundred times a second beside the block, and says how long the slowest of these took."""
    slowest, ended = [0.0], threading.Event()

    def read() -> None:
        while not ended.wait(0.01):
            started = time.perf_counter()
            with store.read() as view:
                view.rows("SELECT count(*) FROM account")
            slowest[0] = max(slowest[0], time.perf_counter() - started)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        ended.set()
        reader.join()
        say(f"the longest that a reader waited meanwhile: {slowest[0]:.2f} s")


def say(line: str) -> None:
    """A line on standard output."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
