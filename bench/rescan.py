"""What a rescan costs the store beside the looking: `python -m bench.rescan [POSTS]` (1,000,000 by default; under a minute, 2 GB of disk).

Half of the posts show a picture of their own that an earlier setting of the detector has seen. Printed are seconds of processor time, since other work on the
machine does not change those much; medians of three.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bench.storage_fill import fill
from flows.rescanning import SLICE
from storage import rescans
from storage.examinations import DetectorKey
from storage.owner.open import owning
from storage.store import Store

T = TypeVar("T")
NOW = DetectorKey("artwork", "1", "e" * 64)


def main() -> None:
    """Fill a store and print the figures."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, owning(Path(folder) / "data") as store:
        fill(store, posts)
        with store.read() as view:
            ids = [str(row[0]) for row in view.rows("SELECT id FROM account")]
        left = _timed("pictures left, counted", lambda: rescans.standing(store, detector=NOW, account_ids=ids).left)
        first = _timed(f"the first {SLICE} of them listed", lambda: rescans.backlog(store, detector=NOW, account_ids=ids, limit=SLICE))
        print(f"  {left} are left; a list is asked for once for {len(first)} pictures")
        _pass_all(store)
        left = _timed("the same when none is left", lambda: rescans.standing(store, detector=NOW, account_ids=ids).left)
        print(f"  {left} are left")


def _pass_all(store: Store) -> None:
    """As if everything had been looked at in vain: each account's cursor goes to the end of what waits."""
    with store.transaction() as tx:
        tx.execute(
            "INSERT INTO rescan SELECT id, $1, $2, $3, (SELECT max(stored_at) FROM ingest_ledger), repeat('f', 64), 0, 0, 0 FROM account",
            [NOW.name, NOW.version, NOW.settings_sha256],
        )


def _timed(what: str, work: Callable[[], T]) -> T:
    times, answer = [], work()
    for _ in range(3):
        before = time.process_time()
        answer = work()
        times.append(time.process_time() - before)
    print(f"{what:34} {statistics.median(times):6.2f} s", flush=True)
    return answer


if __name__ == "__main__":
    main()
