"""The flow `checkpoint`: the audit's history as it is, signed into the folder that `[audit]` names. Prefect keeps what a flow returns: nothing."""

from __future__ import annotations

from prefect import flow

from flows.content_free import content_free
from flows.station import Station
from storage.auditing import audit_checkpoints, audit_trees
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.remote_time_stamps import NoTimeStamp
from storage.owner.door import Door
from storage.owner.remote_door import RemoteDoor

LONGEST_S = 600.0  # the first tree of a long history


@flow(name="checkpoint", persist_result=False, log_prints=False)
def checkpoint() -> None:
    """Write checkpoints; nothing where `[audit] checkpoints` is not set. The run fails when one cannot be written or stamped."""
    content_free(checkpoint_made)(Station.here(), AuditSettings.load())


def checkpoint_made(station: Station, settings: AuditSettings) -> None:
    """What the flow does, with station and settings given. On a worker's host it does nothing: the owner's machine has the key.

    Raises NoCheckpoints, the store's errors, and NoTimeStamp once the checkpoints are written.
    """
    if settings.checkpoints is None or isinstance(station.door, RemoteDoor):
        return
    heads = Door(station.door.folder, LONGEST_S).call(audit_trees.newest)
    if problems := audit_checkpoints.make(heads, settings, station.door.folder).problems:
        raise NoTimeStamp("; ".join(dict.fromkeys(problems)))
