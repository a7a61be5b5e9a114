"""Vault files on their way into a backup: shared with the backup before where they are in it, else shared with the vault itself, else copied."""

from __future__ import annotations

from pathlib import Path

from storage.backups.manifest import FileList, Listed, read_list, read_manifest
from storage.backups.whole_files import copied, hashed, linked
from storage.errors import NotFound, StorageError
from storage.vault import VaultFiles

CLEAR = "vault"  # there a file's name is the SHA-256 of its bytes; in the sealed vault only the list knows it


class VaultCopy:
    """Takes vault files into the folder `part` and enters them in the list. Each is read once, when it is first taken; from then on it is shared.

    Nothing that is shared is ever changed: files of the vault are replaced or removed, never written to.
    """

    def __init__(self, part: Path, previous: Path | None, files: FileList) -> None:
        """`previous`: the backup before; one that cannot be read shares nothing."""
        self._part = part
        self._files = files
        self._previous, self._sealed = _usable(previous)
        self.lost: list[str] = []
        self.shared_size = 0

    def take(self, vault: VaultFiles, name: str) -> bool:
        """Takes the file of that name; False when there is none, or not with the bytes that its name says."""
        try:
            source = vault.path(name)
        except NotFound:
            return False
        path = f"{vault.folder.name}/{name[:2]}/{name}"
        if (self._part / path).exists():
            return True
        (self._part / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._shared(path, name) or self._fresh(source, path, name)

    def _shared(self, path: str, name: str) -> bool:
        sha256 = name if path.startswith(f"{CLEAR}/") else self._sealed.get(path)
        if self._previous is None or sha256 is None:
            return False
        try:
            if not linked(self._previous / path, self._part / path):
                return False
        except FileNotFoundError:
            return False
        size = (self._part / path).stat().st_size
        self.shared_size += size
        self._files.add(Listed(path, sha256, size))
        return True

    def _fresh(self, source: Path, path: str, name: str) -> bool:
        target = self._part / path
        try:
            sha256, size = hashed(target) if linked(source, target) else copied(source, target)
        except FileNotFoundError:
            return False
        if path.startswith(f"{CLEAR}/") and sha256 != name:
            target.unlink()
            return False
        self._files.add(Listed(path, sha256, size))
        return True


def _usable(previous: Path | None) -> tuple[Path | None, dict[str, str]]:
    if previous is None:
        return None, {}
    try:
        manifest, _ = read_manifest(previous)
        return previous, {one.path: one.sha256 for one in read_list(previous, manifest) if not one.path.startswith(f"{CLEAR}/")}
    except StorageError:
        return None, {}  # nothing is lost by it: everything is taken from the vault itself
