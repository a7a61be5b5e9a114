"""The flow `rescan`: stored pictures that a detector has seen in an earlier version or setting only, a part in each run, until none is left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture

from detectors.detector import Detector
from flows.cite_findings import cite_findings
from flows.content_free import content_free
from flows.detect import RUNNER
from flows.look_again import Budget, Looked, look_at_all
from flows.progress import Progress
from flows.progress_artifact import shown_in_prefect
from flows.rescanning import close, counted, gone_through, standing
from flows.station import Station
from storage.rescans import Waiting


@flow(name="rescan", persist_result=False, log_prints=False, task_runner=RUNNER)
def rescan(budget_s: float | None = None) -> dict[str, int]:
    """Go on looking at stored pictures for `budget_s` seconds (None: `[collect] rescan_seconds`; 0: not at all).

    Returns how many were `looked` at, in how many something was `found`, the `hits` of that, and how many are `left`.
    """
    return rescan_all(Station.here(), budget_s)


def rescan_all(station: Station, budget_s: float | None) -> dict[str, int]:
    """What the flow does, with the station given."""
    seconds, detectors = station.collect.rescan_seconds if budget_s is None else budget_s, station.detectors()
    left = [standing(station, detector).left for detector in detectors]
    done = Counter[str]()
    if seconds > 0 and any(left):
        waited_for = [detector for detector, waiting in zip(detectors, left, strict=True) if waiting]
        done = _gone_on(station, waited_for, Budget(time.monotonic() + seconds), Progress("rescan", sum(left)))
    for detector, waiting in zip(detectors, left, strict=True):
        if not waiting:
            close(station, detector)
    hits = content_free(cite_findings)(station, detectors) if done["found"] else 0
    return {"looked": done["looked"], "found": done["found"], "hits": hits, "left": max(0, sum(left) - done["passed"])}


def _gone_on(station: Station, detectors: Sequence[Detector], budget: Budget, progress: Progress) -> Counter[str]:
    done = Counter[str]()
    with shown_in_prefect(progress.begin()) as show:
        for detector in detectors:
            for settled in gone_through(station, detector, budget, partial(_started, station, detector, progress)):
                done += counted(settled)
                show()
    return done


def _started(
    station: Station, detector: Detector, progress: Progress, waiting: Sequence[Waiting], copies: frozenset[str], budget: Budget
) -> PrefectFuture[list[Looked]]:
    return rescan_shard.submit(station, detector, waiting, copies, budget, progress)


@task(name="rescan-shard", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
@content_free
def rescan_shard(station: Station, detector: Detector, waiting: Sequence[Waiting], copies: frozenset[str], budget: Budget, progress: Progress) -> list[Looked]:
    """Look at some pictures, in their order, until the budget is spent."""
    looked = []
    for one in look_at_all(station, detector, waiting, copies, budget):
        looked.append(one)
        progress.advance()
    return looked
