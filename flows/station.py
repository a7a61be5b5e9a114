"""What every step of a run works with: the way to the store, the vault, the directive and the settings. Made once per process from the working folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

from detectors import registry
from detectors.detector import Detector
from detectors.registry import ReferencePicture
from domain.account import Compartment
from domain.authorization import DetectorName
from domain.directive import Directive
from flows.settings import CollectSettings
from policy.directives import load_directive
from settings.table import SettingsError
from sources.settings import NetworkSettings
from storage import references
from storage.batching.batches import Batch
from storage.batching.outbox import submit
from storage.descriptions import Descriptions
from storage.owner.door import Door
from storage.owner.reach import AnyVault, door_of, vault_of
from storage.owner.remote_door import RemoteDoor
from storage.sealed.keys import SubjectKeys
from storage.sealed.sealed_vault import SealedVault
from storage.sealed.sealing import SubjectKey
from storage.settings import StorageSettings


@dataclass
class Station:
    """The surroundings of a run. Tests build one directly. With a `subject`, those of that subject's accounts in the undercover compartment, which `keys` open:
    what is handed in is sealed first."""

    storage: StorageSettings
    network: NetworkSettings
    collect: CollectSettings
    subject: str | None = None
    keys: SubjectKeys | None = field(default=None, repr=False)

    @classmethod
    def here(cls) -> Station:
        """The station that the working folder's plainview.toml describes. Raises SettingsError."""
        storage, network = StorageSettings.load(), NetworkSettings.load()
        if network.tokens and network.tokens.resolve().is_relative_to(storage.folder.resolve()):
            raise SettingsError(f"[network] tokens: {network.tokens} lies in the data folder, and would be copied with every backup: keep it elsewhere")
        return cls(storage, network, CollectSettings.load())

    @cached_property
    def door(self) -> Door:
        """The way to the store."""
        return door_of(self.storage)

    def of_subject(self, subject: str, keys: SubjectKeys) -> Station:
        """The same surroundings for the accounts of that subject."""
        return replace(self, subject=subject, keys=keys)

    @property
    def compartment(self) -> Compartment:
        """Where what is found here belongs."""
        return Compartment.GENERAL if self.subject is None else Compartment.UNDERCOVER

    @cached_property
    def vault(self) -> AnyVault | SealedVault:
        """Where captured bytes are kept."""
        return vault_of(self.door) if self.subject is None else SealedVault(self.storage.folder, self.keys, self.subject)

    @cached_property
    def descriptions(self) -> Descriptions | None:
        """Where what was described of pictures is kept; None in the undercover compartment and on a worker's host, where nothing is."""
        return Descriptions(self.storage.folder) if self.subject is None and not isinstance(self.door, RemoteDoor) else None

    def submit(self, batch: Batch) -> None:
        """Hands `batch` to the store, sealed where it is a subject's. Raises what `storage.batching.outbox.submit` raises, and KeyDestroyed."""
        submit(self.door, batch, self.key)

    @property
    def key(self) -> SubjectKey | None:
        """Under which what is handed in is sealed; None in the general compartment. Raises KeyDestroyed."""
        return self.keys.of(self.subject) if self.keys and self.subject else None

    @cached_property
    def directive(self) -> Directive:
        """The written directive that hits cite."""
        return load_directive()

    def detectors(self) -> tuple[Detector, ...]:
        """Every detector that exists, with the references and look-alikes registered by now."""
        vault, registered = vault_of(self.door), self.door.call(references.every)
        own, others = ([ReferencePicture(one.label, vault.get(one.sha256)) for one in registered if one.ours is ours] for ours in (True, False))
        return registry.build(frozenset(DetectorName) - registry.NOT_YET, own, others)

    def now(self) -> datetime:
        """The time, aware UTC."""
        return datetime.now(UTC)
