"""The vault: captured bytes, each named by its SHA-256. Needs no lock, because the same name always holds the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

from domain.identity import sha256_hex
from storage.durable import private_folder, write_whole
from storage.errors import NotFound, StoreDamaged, disk_errors

_NAME = re.compile(r"[0-9a-f]{64}")


class VaultFiles:
    """Files under `<folder>/ab/abcd…`, each under a name of 64 hexadecimal digits."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made until something is put."""
        self.folder = folder

    def path(self, name: str) -> Path:
        """Where the file of that name lies or would. Raises NotFound for what is no name."""
        if not _NAME.fullmatch(name):
            raise NotFound("the vault's names are SHA-256 in 64 lower-case hexadecimal digits")
        return self.folder / name[:2] / name

    def read(self, name: str) -> bytes:
        """The file's bytes. Raises NotFound."""
        path = self.path(name)
        with disk_errors(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise NotFound(f"the vault holds nothing under {name}: it was erased, or belongs to another data folder than {self.folder.parent}") from None

    def has(self, name: str) -> bool:
        """Whether there is a file of that name; it is not read."""
        return self.path(name).is_file()


class Vault:
    """Bytes under `<data folder>/vault`, for this user alone. Safe to use from any thread and process at once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the data folder; nothing is made until something is put."""
        self.files = VaultFiles(folder / "vault")

    def put(self, content: bytes) -> str:
        """Keeps `content` durably and answers its SHA-256. Putting it again mends a damaged copy. Raises DiskFull and StoreUnwritable."""
        sha256 = sha256_hex(content)
        if not self._holds(sha256, content):
            path = self.files.path(sha256)
            try:
                write_whole(path, content)
            except FileNotFoundError:  # the first of its folder
                private_folder(path.parent)
                write_whole(path, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that name. Raises NotFound, and StoreDamaged when they are no longer what was captured."""
        content = self.files.read(sha256)
        if sha256_hex(content) != sha256:
            raise StoreDamaged(f"{self.files.path(sha256)}: these are not the bytes that were captured: restore this file from a backup")
        return content

    def has(self, sha256: str) -> bool:
        """Whether there are bytes of that name; they are not read."""
        return self.files.has(sha256)

    def name_of(self, sha256: str) -> str:
        """Under which name bytes with that SHA-256 lie here."""
        return sha256

    def _holds(self, sha256: str, content: bytes) -> bool:
        try:
            return self.files.has(sha256) and self.files.read(sha256) == content
        except NotFound:  # erased meanwhile
            return False
