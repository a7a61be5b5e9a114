"""The flow `backup`: a backup into the folder that `[backup]` names, and the oldest ones go. Prefect keeps what a flow returns: a number."""

from __future__ import annotations

from prefect import flow

from flows.content_free import content_free
from flows.station import Station
from storage.backups import backup as backups
from storage.backups.backup_folder import name_at, prune
from storage.backups.backup_settings import BackupSettings
from storage.owner.door import Door
from storage.owner.remote_door import RemoteDoor

LONGEST_S = 6 * 3600.0  # the first backup of a large vault onto another disk


@flow(name="backup", persist_result=False, log_prints=False)
def backup() -> int:
    """Make a backup. Returns how many files it holds; 0 where `[backup] folder` is not set."""
    return content_free(backup_made)(Station.here(), BackupSettings.load())


def backup_made(station: Station, settings: BackupSettings) -> int:
    """What the flow does, with station and settings given. On a worker's host it does nothing: the owner's machine makes the backups."""
    if settings.folder is None or isinstance(station.door, RemoteDoor):
        return 0
    now, into = station.now(), settings.folder.absolute()
    made = Door(station.door.folder, LONGEST_S).call(backups.make, into=into, name=name_at(now))
    prune(into, settings.keep_days, now)
    return made.files
