"""What a backup says of itself: `manifest.json`, and `files.ndjson` with every file's SHA-256 and size. All paths in it are of the few forms named here.

Hashes find damage, not forgery: whoever may write the backup can write both files anew. What they cannot forge is the audit's history against a checkpoint
that is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from domain.account import Compartment
from domain.identity import canonical_json
from storage.backups.whole_files import opened_plainly
from storage.errors import StoreDamaged, StoreNewer

MANIFEST = "manifest.json"
LIST = "files.ndjson"
FORMAT: Final = "plainview backup 1"
NAME = re.compile(r"plainview-\d{8}T\d{6}Z")
_LONGEST = 64 * 1024 * 1024
_STRICT = ConfigDict(extra="forbid")

# Nothing else goes into a backup or comes out of one: no key, no card, no lock, and no path that leads elsewhere.
_PATH = re.compile(
    r"(general|undercover)\.duckdb"
    r"|site\.sqlite3"
    r"|vault(-undercover)?/(?P<two>[0-9a-f]{2})/(?P=two)[0-9a-f]{62}"
    r"|outbox/[0-9a-f]{64}\.ndjson"
    r"|outbox/refused/[0-9a-f]{64}\.(ndjson|reason)"
)
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a backup: its path in it, the SHA-256 of its bytes, how many they are."""

    path: str
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """A database at the moment of the backup: its migrations (number: SHA-256 of the text) and where its audit chain ended."""

    schema: Mapping[int, Sha256]
    audit_seq: int
    audit_hash: Sha256

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class Manifest:
    """`databases` by compartment; `files` and `size` (bytes) as files.ndjson lists them, `list_sha256` of it.

    `lost`: vault files that were missing or damaged when the backup was made.
    """

    format: Literal["plainview backup 1"]
    name: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
    made_at: datetime
    plainview: str
    databases: Mapping[Compartment, DatabaseState]
    files: int
    size: int
    list_sha256: Sha256
    lost: tuple[str, ...]

    __pydantic_config__ = _STRICT

    def written(self) -> bytes:
        """As canonical JSON."""
        return canonical_json(json.loads(_MANIFEST.dump_json(self)))


_MANIFEST = TypeAdapter(Manifest)
_LISTED = TypeAdapter(Listed)


class FileList:
    """Writes files.ndjson: a line for each file as it goes in, with the hash over all lines."""

    def __init__(self, file: IO[bytes]) -> None:
        """`file` is open for writing."""
        self._file = file
        self._hash = hashlib.sha256()
        self.files = 0
        self.size = 0

    def add(self, listed: Listed) -> None:
        """One more file. Raises ValueError for a path that no backup holds."""
        if not _PATH.fullmatch(listed.path):
            raise ValueError(f"{listed.path} has no place in a backup")
        line = canonical_json(asdict(listed)) + b"\n"
        self._file.write(line)
        self._hash.update(line)
        self.files += 1
        self.size += listed.size

    @property
    def sha256(self) -> str:
        """Of all lines so far."""
        return self._hash.hexdigest()


def read_manifest(backup: Path) -> tuple[Manifest, str]:
    """The manifest of the folder `backup`, and its SHA-256. Raises StoreDamaged for what is no whole backup, StoreNewer for a later form of one."""
    path = backup / MANIFEST
    try:
        with opened_plainly(path) as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError:
        raise StoreDamaged(f"{backup}: is no backup, or was not finished: it has no {MANIFEST}; name a folder that `plainview backup` made") from None
    _refuse_newer(path, content)
    try:
        return _MANIFEST.validate_json(content), hashlib.sha256(content).hexdigest()
    except ValidationError as error:
        where = ", ".join(sorted({".".join(map(str, one["loc"])) or "the whole" for one in error.errors(include_input=False)}))
        raise StoreDamaged(f"{path}: is not what Plainview wrote ({where}): take another backup") from None


def read_list(backup: Path, manifest: Manifest) -> Iterator[Listed]:
    """Every file of the backup, in the order of the list. Raises StoreDamaged for a list that is not the manifest's, and for a path that no backup holds."""
    path, seen, files, size = backup / LIST, hashlib.sha256(), 0, 0
    for line in _lines(path):
        seen.update(line)
        listed = _listed(path, line)
        files, size = files + 1, size + listed.size
        yield listed
    if (seen.hexdigest(), files, size) != (manifest.list_sha256, manifest.files, manifest.size):
        raise StoreDamaged(f"{path}: is not the list that {MANIFEST} speaks of: the backup is damaged or was changed: take another one")


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with opened_plainly(path) as file:
            while line := file.readline(4096):
                yield line
    except FileNotFoundError:
        raise StoreDamaged(f"{path}: is missing: the backup is incomplete: take another one") from None


def _listed(path: Path, line: bytes) -> Listed:
    try:
        listed = _LISTED.validate_json(line)
    except ValidationError:
        raise StoreDamaged(f"{path}: is not what Plainview wrote: the backup is damaged: take another one") from None
    if not _PATH.fullmatch(listed.path):
        raise StoreDamaged(f"{path}: names {listed.path!r}, which no backup holds: somebody made this up: take another backup")
    return listed


def _refuse_newer(path: Path, content: bytes) -> None:
    try:
        said = json.loads(content)["format"]
    except (ValueError, KeyError, TypeError):
        raise StoreDamaged(f"{path}: is not what Plainview wrote: take another backup") from None
    if isinstance(said, str) and said != FORMAT and re.fullmatch(r"plainview backup \d+", said):
        raise StoreNewer(f"{path}: a newer Plainview made this backup ({said}; this one knows {FORMAT}): upgrade")
