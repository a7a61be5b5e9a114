"""The accounts of the undercover compartment: collected, examined and cited like all others, subject by subject, and without a trace in Prefect.

Prefect's database keeps what it is told in clear. So these steps are no tasks and show no progress; not even how many there are is for everybody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.detector import Detector
from domain.account import Compartment
from flows.cite_findings import cite_findings
from flows.collect import budgets_of, outcomes_of
from flows.content_free import StepFailed, described
from flows.examine_media import examine, fingerprints_of, link, looks_due, split
from flows.look_again import Budget, Looked, look_at_all
from flows.progress import Progress
from flows.rescanning import gone_through
from flows.station import Station
from sources.client.http import Http
from storage import checkpoints
from storage.checkpoints import Due
from storage.owner.remote_door import RemoteDoor
from storage.rescans import Waiting
from storage.sealed import compartments
from storage.sealed.own_keys import own_keys


def watch_undercover(station: Station) -> None:
    """Does for every subject what a run does; where their keys are not here, standard error is told, and nothing is done.

    Raises StepFailed, which tells nothing: what went wrong is said on standard error, which Prefect does not keep.
    """
    try:
        if why := why_closed(station):
            sys.stderr.write(f"plainview: the accounts of the undercover compartment were not collected: {why}\n")
        else:
            _watch(station)
    except Exception as error:  # noqa: BLE001 (raised again below, without its words)
        sys.stderr.write(f"plainview: the undercover compartment: {described(error)}\n")
    else:
        return
    raise StepFailed("one step could not be finished: what was wrong was said on standard error and is not kept here")  # outside the except: without its cause


def why_closed(station: Station) -> str:
    """Why what the undercover compartment asks for cannot be done here; empty when it can, when there is none, and on a worker's host, which never meets it."""
    if isinstance(station.door, RemoteDoor):
        return ""
    if why := station.door.call(compartments.closed):
        return why
    if station.door.call(compartments.is_open) and own_keys(station.storage.folder) is None:
        return "whoever holds the store has its keys, but this process does not: set PLAINVIEW_MASTER_KEY_FILE for it as well"
    return ""


def _watch(station: Station) -> None:
    keys = own_keys(station.storage.folder)
    if keys is None or isinstance(station.door, RemoteDoor) or not station.door.call(compartments.is_open):
        return
    due = station.door.call(checkpoints.due, now=station.now(), compartment=Compartment.UNDERCOVER)
    detectors = station.detectors()
    for subject in sorted({one.account.subject_id for one in due if one.account.subject_id} & keys.ids()):
        _watch_subject(station.of_subject(subject, keys), [one for one in due if one.account.subject_id == subject], detectors)


def _watch_subject(station: Station, due: Sequence[Due], detectors: Sequence[Detector]) -> None:
    with Http(station.network) as http:  # robots.txt is forgotten afterwards: in the store it would say which sites were asked
        outcomes_of(station, http, due, Progress("", len(due), shown=False), budgets_of(station))
    looks = looks_due(station, detectors)
    prints = fingerprints_of(station, looks)
    originals, copies = split(station, looks, prints)
    examine(station, originals, prints)
    link(station, copies, prints)
    budget = Budget(time.monotonic() + station.collect.rescan_seconds)
    for detector in detectors if station.collect.rescan_seconds > 0 else ():
        for _ in gone_through(station, detector, budget, _Here(station, detector)):
            pass  # each shard is stored as it comes
    cite_findings(station, detectors)


@dataclass(frozen=True, slots=True)
class _Done:
    looked: list[Looked]

    def result(self) -> list[Looked]:
        return self.looked


@dataclass(frozen=True, slots=True)
class _Here:
    """Looks at a shard at once, in this thread."""

    station: Station
    detector: Detector

    def __call__(self, waiting: Sequence[Waiting], copies: frozenset[str], budget: Budget) -> _Done:
        return _Done(list(look_at_all(self.station, self.detector, waiting, copies, budget)))
