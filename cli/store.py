"""The way to the working folder's store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.door import Door


def store_door() -> Door:
    """The door of the data folder that plainview.toml names. Raises SettingsError."""
    from storage.door import Door
    from storage.settings import StorageSettings

    settings = StorageSettings.load()
    return Door(settings.folder, settings.wait_seconds)
