"""Measures one filled store and prints what it found as JSON: `python -m bench.storage_looks FOLDER`. Run by `bench.storage`."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bench.storage_batches import batches
from domain.review import Outcome, Review, ReviewState
from storage import account_health, accounts, decided, examinations, health, hits, posts, reviews
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON
from tests.storage.filling import ARTWORK, DIRECTIVE_SHA256, SUPERVISOR
from tests.storage.serving import serving

ROUNDS, DECISIONS = 9, 60
T = TypeVar("T")


def main() -> None:
    """All that there is to measure."""
    folder = Path(sys.argv[1])
    with owning(folder) as store:
        found: dict[str, object] = {"ms": looks(store)}
        found["p95"] = [p95(store, 0), _beside_a_writer(store)]
        found["batches"] = batches(store)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    found["file_mb"] = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
    print(json.dumps(found))


def looks(store: Store) -> dict[str, float]:
    """Medians in milliseconds of what the review site and a run ask for."""
    queue = hits.queue(store, viewer=SUPERVISOR)
    few = [account.id for account in accounts.every(store)][:100]
    return {
        "a page of the queue": timed(lambda _: hits.queue(store, viewer=SUPERVISOR)),
        "the next page": timed(lambda _: hits.queue(store, viewer=SUPERVISOR, after=queue[-1].id)),
        "the posts of a page, with their text": timed(lambda _: posts.listing(store, viewer=SUPERVISOR, limit=50)),
        "one hit with all that defends it": timed(lambda number: hits.show(store, viewer=SUPERVISOR, hit_id=queue[number].id, now=NOON)),
        "a decision": timed(lambda number: _decide(store, queue[number].id)),
        "hits decided last": timed(lambda _: decided.latest(store, viewer=SUPERVISOR)),
        "counts by clause": timed(lambda _: hits.count(store, viewer=SUPERVISOR)),
        "how every account stands": timed(lambda _: accounts.standing(store, now=NOON), 3),
        "which accounts are in doubt, learnt anew": timed(lambda _: account_health.every(store, now=NOON), 1),
        "which accounts are in doubt": timed(lambda _: account_health.every(store, now=NOON), 3),
        "what 100 accounts have to be examined": timed(lambda _: examinations.pending(store, detector=ARTWORK, account_ids=few), 3),
        "what 100 accounts have to be cited": timed(
            lambda _: examinations.uncited(store, detector=ARTWORK, account_ids=few, directive_sha256=DIRECTIVE_SHA256), 3
        ),
        "health": timed(lambda _: health.overview(store, now=NOON), 3),
    }


def p95(store: Store, skipped: int) -> float:
    """The 95th percentile, in milliseconds, of DECISIONS times each: the queue, its hit number `skipped`, and the decision on that."""
    took: list[float] = []
    for _ in range(DECISIONS):
        hit = _clocked(took, lambda: hits.queue(store, viewer=SUPERVISOR, state=ReviewState.NEW))[skipped]
        _clocked(took, lambda hit=hit: hits.show(store, viewer=SUPERVISOR, hit_id=hit.id, now=NOON))  # type: ignore[misc]
        _clocked(took, lambda hit=hit: _decide(store, hit.id))  # type: ignore[misc]
    return statistics.quantiles(took, n=20)[-1]


def _beside_a_writer(store: Store) -> float:
    """The same, while another process submits batches of 500 posts without pause."""
    with serving(store):
        writer = subprocess.Popen([sys.executable, "-m", "bench.storage_writer", str(store.folder)], stdout=subprocess.PIPE, text=True)
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            return p95(store, 0)
        finally:
            writer.kill()
            writer.communicate()


def _decide(store: Store, hit_id: str) -> None:
    review = Review(hit_id, Outcome.DISMISSED, "a poster", SUPERVISOR.name, NOON + timedelta(seconds=time.monotonic_ns() / 1e9))
    reviews.decide(store, viewer=SUPERVISOR, review=review)


def _clocked(took: list[float], work: Callable[[], T]) -> T:
    start = time.perf_counter()
    done = work()
    took.append((time.perf_counter() - start) * 1000)
    return done


def timed(work: Callable[[int], object], rounds: int = ROUNDS) -> float:
    """The median of `rounds` in milliseconds."""
    took: list[float] = []
    for number in range(rounds):
        _clocked(took, lambda number=number: work(number))  # type: ignore[misc]
    return statistics.median(took)


if __name__ == "__main__":
    main()
