"""The undercover vault: captured bytes, each file sealed under its subject's key, under a name that only the key can make."""

from __future__ import annotations

from pathlib import Path

from domain.identity import sha256_hex
from storage.durable import private_folder, write_whole
from storage.errors import CompartmentClosed, NotFound, StoreDamaged
from storage.sealed.keys import SubjectKeys
from storage.sealed.sealing import SubjectKey, subject_of_file
from storage.vault import VaultFiles


class SealedVault:
    """The bytes of one data folder's undercover compartment, under `<data folder>/vault-undercover`. Safe from any thread and process at once."""

    def __init__(self, folder: Path, keys: SubjectKeys | None, subject: str | None = None) -> None:
        """`subject`: whose what is put is. `keys` None: nothing can be put or read."""
        self.files = VaultFiles(folder / "vault-undercover")
        self._keys = keys
        self._subject = subject

    def put(self, content: bytes) -> str:
        """Keeps `content` sealed, and answers its name (64 hexadecimal digits; the same for the same bytes and subject).

        Raises CompartmentClosed, KeyDestroyed, DiskFull and StoreUnwritable.
        """
        name = self.name_of(sha256_hex(content))
        if not self._holds(name, content):
            path = self.files.path(name)
            private_folder(path.parent)
            write_whole(path, self._own_key().seal_file(content))
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name. Raises NotFound, KeyDestroyed, CompartmentClosed, and StoreDamaged when they are no longer what was captured."""
        subject, sealed = subject_of_file(self.files.read(name))
        key = self._of(subject)
        content = key.unseal(sealed)
        if key.keyed(sha256_hex(content)) != name:
            raise StoreDamaged(f"{self.files.path(name)}: these are not the bytes that were captured under this name: restore this file from a backup")
        return content

    def has(self, name: str) -> bool:
        """Whether there are bytes of that name; they are not read."""
        return self.files.has(name)

    def name_of(self, sha256: str) -> str:
        """Under which name bytes of the subject with that SHA-256 lie here. Raises CompartmentClosed and KeyDestroyed."""
        return self._own_key().keyed(sha256)

    def _own_key(self) -> SubjectKey:
        if self._subject is None:
            raise CompartmentClosed("nothing is sealed without a subject: this is a defect in Plainview")
        return self._of(self._subject)

    def _of(self, subject: str) -> SubjectKey:
        if self._keys is None:
            raise CompartmentClosed("the undercover vault is closed: its keys are not here")
        return self._keys.of(subject)

    def _holds(self, name: str, content: bytes) -> bool:
        try:
            return self.get(name) == content
        except (NotFound, StoreDamaged):
            return False
