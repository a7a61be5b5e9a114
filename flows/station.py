"""What every step of a run works with: the way to the store, the vault, the directive and the settings. Made once per process from the working folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from detectors import registry
from detectors.detector import Detector
from detectors.registry import ReferencePicture
from domain.authorization import DetectorName
from domain.directive import Directive
from flows.settings import CollectSettings
from policy.directives import load_directive
from sources.settings import NetworkSettings
from storage import references
from storage.door import Door
from storage.reach import AnyVault, door_of, vault_of
from storage.settings import StorageSettings


@dataclass
class Station:
    """The surroundings of a run. Tests build one directly."""

    storage: StorageSettings
    network: NetworkSettings
    collect: CollectSettings

    @classmethod
    def here(cls) -> Station:
        """The station that the working folder's plainview.toml describes. Raises SettingsError."""
        return cls(StorageSettings.load(), NetworkSettings.load(), CollectSettings.load())

    @cached_property
    def door(self) -> Door:
        """The way to the store."""
        return door_of(self.storage)

    @cached_property
    def vault(self) -> AnyVault:
        """Where captured bytes are kept."""
        return vault_of(self.door)

    @cached_property
    def directive(self) -> Directive:
        """The written directive that hits cite."""
        return load_directive()

    def detectors(self) -> tuple[Detector, ...]:
        """Every detector that exists, with the references registered by now."""
        pictures = [ReferencePicture(reference.label, self.vault.get(reference.sha256)) for reference in self.door.call(references.every)]
        return registry.build(frozenset(DetectorName) - registry.NOT_YET, pictures)

    def now(self) -> datetime:
        """The time, aware UTC."""
        return datetime.now(UTC)
