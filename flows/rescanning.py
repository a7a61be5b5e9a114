"""Going through a detector's backlog: slices are asked for, shards are looked at in parallel and stored in their order, each with the cursor's new place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from detectors.detector import Detector
from flows.examine_media import key_of, permitted_accounts
from flows.look_again import Budget, Looked, Settled, Settling, copies_among
from flows.shards import CORES, shard_size, shards
from flows.station import Station
from storage import rescans
from storage.outbox import RescannedBatch, RescanStep
from storage.rescans import Standing, Waiting

SLICE = 2000  # pictures that are asked for at once: the list costs the store a look at all that it holds
Cursors: TypeAlias = dict[str, tuple[datetime | None, str | None]]


class Awaited(Protocol):
    """A shard under way, such as a future."""

    def result(self) -> list[Looked]: ...


Start: TypeAlias = Callable[[Sequence[Waiting], frozenset[str], Budget], Awaited]  # shard, those in it that need no look, and until when


def standing(station: Station, detector: Detector) -> Standing:
    """How far the detector has come with the accounts on which it may look today."""
    return station.door.call(
        rescans.standing, detector=key_of(detector), account_ids=permitted_accounts(station, detector.name), compartment=station.compartment
    )


def gone_through(station: Station, detector: Detector, budget: Budget, start: Start) -> Iterator[Sequence[Settled]]:
    """Goes through the detector's backlog, in its order, until `budget` is spent or nothing moves any more; answers each shard when it is stored.

    However small the budget, one picture is looked at: a rescan always goes on. `start` begins a shard.
    """
    settling, first = Settling(station, detector), None
    while True:
        ids = permitted_accounts(station, detector.name)
        waiting = station.door.call(rescans.backlog, detector=key_of(detector), account_ids=ids, limit=SLICE, compartment=station.compartment)
        if not waiting or waiting[0] == first:  # the same one again: the cursor waits in the outbox, for room
            return
        first, cursors = waiting[0], cursors_of(waiting)
        for looked in _looked(station, detector, waiting, budget, start):
            settled = [settling.settle(one) for one in looked]
            station.submit(_batch(detector, settled, cursors))
            yield settled
        if budget.spent:
            return


def _looked(station: Station, detector: Detector, waiting: Sequence[Waiting], budget: Budget, start: Start) -> Iterator[list[Looked]]:
    """What was seen in `waiting`, shard after shard in their order, as far as the budget went."""
    copies = copies_among(detector, waiting)
    under_way = [(waiting[:1], start(waiting[:1], copies, Budget()))]
    size = shard_size(len(waiting), station.collect.shard_size, CORES)
    under_way += [(shard, start(shard, copies, budget)) for shard in shards(waiting[1:], size)]
    try:
        for shard, awaited in under_way:
            looked = awaited.result()
            if looked:
                yield looked
            if len(looked) < len(shard):  # what later shards have still seen is seen again by the next run
                return
    except BaseException:
        budget.stop()  # for the shards that are still at it
        raise


def cursors_of(waiting: Sequence[Waiting]) -> Cursors:
    """Where the cursor of each account stands, by account id."""
    return {one.account_id: (one.reached_at, one.reached_sha256) for one in waiting}


def counted(settled: Sequence[Settled]) -> Counter[str]:
    """How many were `looked` at and readable, in how many something was `found`, and how many were `missing` in the vault."""
    return Counter(
        looked=sum(one.looked.counts for one in settled),
        found=sum(one.row is not None for one in settled),
        missing=sum(one.looked.missing for one in settled),
    )


def _batch(detector: Detector, settled: Sequence[Settled], cursors: Cursors) -> RescannedBatch:
    """What the store is to keep of them. Moves `cursors`."""
    by_account: dict[str, list[Settled]] = {}
    for one in settled:
        by_account.setdefault(one.looked.waiting.account_id, []).append(one)
    steps = tuple(_step(detector, account_id, own, cursors) for account_id, own in by_account.items())
    return RescannedBatch(tuple(one.row for one in settled if one.row), steps)


def _step(detector: Detector, account_id: str, settled: Sequence[Settled], cursors: Cursors) -> RescanStep:
    last, counts, start = settled[-1].looked.waiting, counted(settled), cursors[account_id]
    cursors[account_id] = (last.since, last.media_sha256)
    key = (detector.name, detector.version, detector.settings_sha256)
    return RescanStep(account_id, *key, *start, last.since, last.media_sha256, counts["looked"], counts["found"], counts["missing"])
