"""The vault: captured bytes, each named by its SHA-256. Needs no lock, because the same name always holds the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

from domain.identity import sha256_hex
from storage.durable import private_folder, write_whole
from storage.errors import NotFound, StoreDamaged, disk_errors

_NAME = re.compile(r"[0-9a-f]{64}")


class Vault:
    """Bytes under `<data folder>/vault/ab/abcd…`, for this user alone. Safe to use from any thread and process at once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the data folder; nothing is made until something is put."""
        self.folder = folder / "vault"

    def put(self, content: bytes) -> str:
        """Keeps `content` durably and answers its SHA-256. Putting it again mends a damaged copy. Raises DiskFull and StoreUnwritable."""
        sha256 = sha256_hex(content)
        path = self._path(sha256)
        if self._read(path) != content:
            private_folder(path.parent)
            write_whole(path, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that name. Raises NotFound, and StoreDamaged when they are no longer what was captured."""
        content = self._read(self._path(sha256))
        if content is None:
            raise NotFound(f"the vault holds nothing under {sha256}: it was erased, or belongs to another data folder than {self.folder.parent}")
        if sha256_hex(content) != sha256:
            raise StoreDamaged(f"{self._path(sha256)}: these are not the bytes that were captured: restore this file from a backup")
        return content

    def has(self, sha256: str) -> bool:
        """Whether there are bytes of that name; they are not read."""
        return self._path(sha256).is_file()

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise NotFound("the vault's names are SHA-256 in 64 lower-case hexadecimal digits")
        return self.folder / sha256[:2] / sha256

    @staticmethod
    def _read(path: Path) -> bytes | None:
        with disk_errors(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None
