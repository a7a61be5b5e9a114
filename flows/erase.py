"""The flow `erase`: all that is due to go. Prefect keeps what a flow returns in clear: a number, and nothing about what it was."""

from __future__ import annotations

from prefect import flow

from flows.content_free import content_free
from flows.station import Station
from storage.erasure import erasures
from storage.owner.door import Door
from storage.owner.remote_door import RemoteDoor

PURGED_BY = "plainview"
LONGEST_S = 3600.0  # rewriting a large database takes minutes, and whoever holds the store does it while this waits


@flow(name="erase", persist_result=False, log_prints=False)
def erase() -> int:
    """Erase what is due. Returns how many erasures of the general compartment there were."""
    return content_free(erase_due)(Station.here())


def erase_due(station: Station) -> int:
    """What the flow does, with the station given. On a worker's host it does nothing: the owner's machine erases."""
    if isinstance(station.door, RemoteDoor):
        return 0
    return len(Door(station.door.folder, LONGEST_S).call(erasures.purge, by=PURGED_BY, now=station.now(), sparing=True))
