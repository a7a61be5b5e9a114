"""The way to the working folder's store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.owner.door import Door


def store_door() -> Door:
    """The door of the data folder, or to the owner, that plainview.toml names. Raises SettingsError and StorageError."""
    from storage.owner.reach import door_of
    from storage.settings import StorageSettings

    return door_of(StorageSettings.load())
