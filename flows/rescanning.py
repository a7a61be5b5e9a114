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
from storage.batching.outbox import RescannedBatch, RescanStep
from storage.rescans import Standing, Waiting

SLICE = 20_000  # pictures that are asked for at once: the list costs the store a look at all that it holds
PART = 1000  # pictures after which it is asked again what is allowed
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
        waiting = _backlog(station, detector)
        if not waiting:
            close(station, detector)
            return
        if waiting[0] == first:  # the same one again: the cursor waits in the outbox, for room
            return
        first, cursors, copies = waiting[0], cursors_of(waiting), copies_among(detector, waiting)
        for part in _permitted(station, detector, waiting):
            for looked in _looked(station, part, copies, budget, start):
                settled = [settling.settle(one) for one in looked]
                station.submit(_batch(detector, settled, cursors))
                yield settled
            if budget.spent:
                return


def close(station: Station, detector: Detector) -> None:
    """Where nothing is left, moves the cursors to the end, so that finding that out again costs little."""
    ids = permitted_accounts(station, detector.name)
    steps = station.door.call(rescans.finished, detector=key_of(detector), account_ids=ids, compartment=station.compartment)
    if steps:
        station.submit(RescannedBatch((), tuple(steps)))


def _backlog(station: Station, detector: Detector) -> list[Waiting]:
    ids = permitted_accounts(station, detector.name)
    return station.door.call(rescans.backlog, detector=key_of(detector), account_ids=ids, limit=SLICE, compartment=station.compartment)


def _permitted(station: Station, detector: Detector, waiting: Sequence[Waiting]) -> Iterator[Sequence[Waiting]]:
    """`waiting` in parts, without the accounts on which the detector may no longer look when a part begins: those keep their place in the line."""
    allowed = {one.account_id for one in waiting}
    for part in shards(waiting, PART):
        allowed &= set(permitted_accounts(station, detector.name))
        if mine := [one for one in part if one.account_id in allowed]:
            yield mine


def _looked(station: Station, waiting: Sequence[Waiting], copies: frozenset[str], budget: Budget, start: Start) -> Iterator[list[Looked]]:
    """What was seen in `waiting`, shard after shard in their order, as far as the budget went."""
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
    """How many were `passed`: `looked` at and readable, with something `found` or not; `missing` in the vault; or no readable pictures."""
    return Counter(
        passed=len(settled),
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
