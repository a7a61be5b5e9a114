"""How this host reaches the store, by its settings: a data folder of its own, or an owner on another machine."""

from __future__ import annotations

from typing import TypeAlias

from settings.table import SettingsError
from storage.owner.door import Door
from storage.owner.remote_door import RemoteDoor, RemoteVault
from storage.owner.remote_owner import RemoteOwner, token_in
from storage.settings import StorageSettings, WorkerSettings
from storage.vault import Vault

AnyVault: TypeAlias = Vault | RemoteVault


def door_of(settings: StorageSettings) -> Door:
    """The way to the store. Raises SettingsError and StoreUnwritable for a worker's host that lacks its token."""
    if not settings.owner:
        return Door(settings.folder, settings.wait_seconds, settings.bounds)
    return RemoteDoor(settings.folder, _owner(settings))


def vault_of(door: Door) -> AnyVault:
    """Where that store's captured bytes are."""
    return RemoteVault(door.owner) if isinstance(door, RemoteDoor) else Vault(door.folder)


def _owner(settings: StorageSettings) -> RemoteOwner:
    if (file := WorkerSettings.load().token_file) is None:
        raise SettingsError(
            f"[storage] owner is {settings.owner}, but there is no token for it: name its file in PLAINVIEW_WORKER_TOKEN_FILE or under [worker] token_file"
        )
    if settings.owner_ca and not settings.owner_ca.is_file():
        raise SettingsError(f"[storage] owner_ca: there is no file {settings.owner_ca}: copy the owner's certificate there")
    return RemoteOwner(settings.owner, token_in(file), settings.owner_ca, settings.wait_seconds)
