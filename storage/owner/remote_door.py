"""A worker's door and vault: the same as the local ones, with the store on another machine."""

from __future__ import annotations

from pathlib import Path

from domain.identity import sha256_hex
from storage.batching import ingest
from storage.errors import StoreDamaged
from storage.owner.door import Door
from storage.owner.remote_owner import RemoteOwner


class RemoteDoor(Door):
    """The way to a store that another machine owns. `folder` is this host's own, for what a run needs beside the store; no store is ever opened in it."""

    def __init__(self, folder: Path, owner: RemoteOwner) -> None:
        super().__init__(folder, owner.wait_s)
        self.owner = owner

    @property
    def place(self) -> str:
        """The owner's address."""
        return self.owner.url

    def keep(self, content: bytes) -> str:
        """Keeps the batch file `content` in the owner's outbox, and answers its id, its SHA-256. Handing it over again is harmless.

        Raises OutboxFull after `wait_s` seconds without room there, StoreBusy when nobody answers, WorkerRefused.
        """
        batch_id = sha256_hex(content)
        self.owner.persistently("PUT", f"outbox/{batch_id}", content)
        return batch_id

    def take_in(self, batch_id: str) -> str | None:
        """As `Door.take_in`; the outbox is the owner's."""
        return self.call(ingest.take_in, batch_id=batch_id)

    def _here(self, work: object) -> None:
        """Never here."""

    def _there(self, name: str, body: bytes, wait_s: float) -> bytes:
        return self.owner.once("POST", name, body, wait_s)

    def _pause(self, deadline: float, why: str) -> None:
        self.owner.pause(deadline, why, 0.05, 0.5)


class RemoteVault:
    """Captured bytes in the owner's vault, as far as this worker's scope goes. Safe to use from any thread."""

    def __init__(self, owner: RemoteOwner) -> None:
        """Nothing is asked until something is put or got."""
        self._owner = owner

    def put(self, content: bytes) -> str:
        """Keeps `content` durably and answers its SHA-256. Raises StoreBusy, OutboxFull, DiskFull and WorkerRefused."""
        sha256 = sha256_hex(content)
        self._owner.persistently("PUT", f"vault/{sha256}", content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that name. Raises NotFound, WorkerRefused, StoreBusy, and StoreDamaged when they are no longer what was captured."""
        content = self._owner.persistently("GET", f"vault/{sha256}")
        if sha256_hex(content) != sha256:
            raise StoreDamaged(f"{self._owner.url}: what it holds under {sha256} are not the bytes that were captured: restore that file there from a backup")
        return content
