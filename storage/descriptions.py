"""What detectors described of pictures, so that they can look for something new in them without the picture: derived bytes, which never outlive it.

One file for each picture, under the picture's name. Kept only of what the department itself published (docs/decisions/0051-stored-descriptors.md), never in
the undercover compartment and in no backup: without it a picture is looked at as if for the first time.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storage.durable import private_folder
from storage.errors import DiskFull, NotFound, disk_errors
from storage.store import Reading
from storage.vault import Vault, VaultFiles

_DIGEST = 32  # bytes of SHA-256 before the content: what a power cut left half-written is taken for nothing

# What an account that the department does not run shows, or a visitor's comment, in any version.
SHOWN_BY_OTHERS = """SELECT m.media_sha256 FROM post_media m JOIN account a ON a.id = m.account_id
    WHERE m.media_sha256 IS NOT NULL AND (a.custody <> 'department_run' OR m.post_id IN (SELECT id FROM post WHERE kind = 'visitor_comment'))"""


class Descriptions:
    """Files under `<data folder>/descriptions`, for this user alone. Safe to use from any thread and process at once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the data folder; nothing is made until something is kept."""
        self.files = VaultFiles(folder / "descriptions")
        self._vault = Vault(folder)

    def keep(self, sha256: str, content: bytes) -> None:
        """Keeps what was described of the vault's picture of that SHA-256; not where there is no room, since it can be had again.

        An erasure takes first the picture and then this. So whether the picture is still there is asked last, and nothing is left behind an erasure.
        """
        path = self.files.path(sha256)
        private_folder(path.parent)
        with suppress(DiskFull), disk_errors(path):
            _put(path, hashlib.sha256(content).digest() + content)
        if not self._vault.has(sha256):
            path.unlink(missing_ok=True)

    def of(self, sha256: str) -> bytes | None:
        """What was kept of that picture; None where there is nothing, it is damaged, or the picture itself is gone."""
        if not self._vault.has(sha256):
            return None
        try:
            read = self.files.read(sha256)
        except NotFound:
            return None
        return read[_DIGEST:] if hashlib.sha256(read[_DIGEST:]).digest() == read[:_DIGEST] else None

    def names(self) -> Iterator[str]:
        """The SHA-256 of every picture of which something is kept."""
        return (path.name for path in self.files.folder.glob("??/*") if len(path.name) == 64)


def groundless(view: Reading, names: list[str]) -> list[str]:
    """Those of the pictures that the store does not know any more, or that others than the department show too."""
    sql = f"""SELECT name FROM (SELECT unnest(?) AS name)
        WHERE name NOT IN (SELECT sha256 FROM media) OR name IN ({SHOWN_BY_OTHERS}) ORDER BY name"""  # noqa: S608 (ours)
    return [row[0] for row in view.rows(sql, [names])]


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all to whoever reads it; that it survives a power cut is not worth waiting for."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
