"""How fast the store is as it grows, as ratios: `python -m bench.storage [POSTS…]` (100 000, 1 000 000 and 10 000 000 by default; see docs/performance.md).

Each size is filled into a store of its own and measured in a process of its own, which opens it as an owner does. Beside each batch stands what DuckDB's own
`read_json` takes for the same file into empty tables without keys, checks, ledger or audit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.storage_fill import fill
from storage.owner.open import owning
from tests.builders import an_account
from tests.storage.filling import register

SIZES = (100_000, 1_000_000, 10_000_000)

# What is measured, and at most how many times as long it may take as at the size before; None: printed, not judged.
LOOKS = {
    "a page of the queue": 1.5,
    "the next page": 1.5,
    "the posts of a page, with their text": 1.5,
    "one hit with all that defends it": None,
    "a decision": None,
    "hits decided last": None,
    "counts by clause": None,
    "how every account stands": None,
    "which accounts are in doubt, learnt anew": None,
    "which accounts are in doubt": None,
    "what 100 accounts have to be examined": None,
    "what 100 accounts have to be cited": None,
    "health": None,
}
BATCHES = ("500 posts", "500 posts with pictures", "20000 posts", "20000 posts with pictures", "40 waiting batches of 500 posts")


def main() -> None:
    """Fill, measure, print."""
    sizes = [int(one) for one in sys.argv[1:]] or list(SIZES)
    measured = [_one_size(size) for size in sizes]
    for name, bound in LOOKS.items():
        _print_look(name, bound, [one["ms"][name] for one in measured])
    for name in BATCHES:
        for size, one in zip(sizes, measured, strict=True):
            ours, plain = one["batches"][name]
            print(f"{name:40} at {size:>10} posts: {ours:8.1f} ms, read_json alone {plain:7.1f} ms: {plain / ours:.2f} of its rate (wanted: 0.5)")
    for size, one in zip(sizes, measured, strict=True):
        idle, busy = one["p95"]
        print(f"{'queue, hit and decision, p95':40} at {size:>10} posts: idle {idle:.0f} ms, beside a writer {busy:.0f} ms: {busy / idle:.1f}x (wanted: 2.5)")
        print(f"{'memory of the owner, at most':40} at {size:>10} posts: {one['peak_mb']:.0f} MB; the files: {one['file_mb']:.0f} MB")


def _one_size(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        start = time.monotonic()
        with owning(folder) as store:
            register(store, an_account())
            fill(store, size)
        print(f"{size} posts filled in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "bench.storage_looks", str(folder)]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # type: ignore[no-any-return]


def _print_look(name: str, bound: float | None, took: list[float]) -> None:
    ratios = [later / before for before, later in pairwise(took)]
    wanted = f" (wanted: {bound})" if bound and ratios else ""
    print(f"{name:40} {' '.join(f'{one:9.1f}' for one in took)} ms; each to the one before: {' '.join(f'{one:.2f}' for one in ratios) or '-'}{wanted}")


if __name__ == "__main__":
    main()
