"""The flow `detect`: every captured picture that a permitted detector was never asked about, then the citing of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.cite_findings import cite_findings
from flows.content_free import content_free
from flows.examine_media import Copy, Look, examine, fingerprints_of, link, looks_due, split
from flows.progress import Progress
from flows.progress_artifact import shown_in_prefect
from flows.shards import CORES, shard_size, shards
from flows.station import Station

T = TypeVar("T")

RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=CORES))


@flow(name="detect", persist_result=False, log_prints=False, task_runner=RUNNER)
def detect() -> dict[str, int]:
    """Examine what is waiting and cite what was seen. Returns the counts `examined`, `copies`, `findings` and `hits`."""
    return detect_all(Station.here())


def detect_all(station: Station) -> dict[str, int]:
    """What the flow does, with the station given."""
    detectors = station.detectors()
    looks = looks_due(station, detectors)
    prints: dict[str, str | None] = {}
    for part in _in_shards(station, "compare", looks, lambda shard, progress: fingerprint_shard.submit(station, shard, progress)):
        prints.update(part)
    originals, copies = split(station, looks, prints)
    seen = sum(_in_shards(station, "examine", originals, lambda shard, progress: examine_shard.submit(station, shard, prints, progress)))
    seen += sum(_in_shards(station, "link", copies, lambda shard, progress: link_shard.submit(station, shard, prints, progress)))
    return {"examined": len(originals), "copies": len(copies), "findings": seen, "hits": content_free(cite_findings)(station, detectors)}


def _in_shards(station: Station, step: str, work: Sequence[T], start: Callable[[Sequence[T], Progress], PrefectFuture[Any]]) -> list[Any]:
    if not work:
        return []
    progress = Progress(step, len(work)).begin()
    with shown_in_prefect(progress) as show:
        results = []
        for future in as_completed([start(shard, progress) for shard in shards(work, shard_size(len(work), station.collect.shard_size, CORES))]):
            results.append(future.result())
            show()
    return results


@task(name="compare-shard", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
@content_free
def fingerprint_shard(station: Station, looks: Sequence[Look], progress: Progress) -> dict[str, str | None]:
    """The fingerprints by which copies are found."""
    prints = fingerprints_of(station, looks)
    progress.advance(len(looks))
    return prints


@task(name="examine-shard", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
@content_free
def examine_shard(station: Station, looks: Sequence[Look], prints: Mapping[str, str | None], progress: Progress) -> int:
    """Show pictures to their detectors; returns how many findings there were."""
    findings = 0
    for look in looks:
        findings += examine(station, [look], prints)
        progress.advance()
    return findings


@task(name="link-shard", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
@content_free
def link_shard(station: Station, copies: Sequence[Copy], prints: Mapping[str, str | None], progress: Progress) -> int:
    """Link copies to their originals; returns how many findings they share."""
    findings = link(station, copies, prints)
    progress.advance(len(copies))
    return findings
