"""What was withdrawn, kept outside the data folder, so that a restored backup does not bring it back: revocations, destroyed keys and ordered erasures.

One file for each compartment (`withdrawals.ndjson`, `withdrawals-undercover.ndjson`), one line for each, ids alone. What the store has on record is compared
with the file each time: a line that a crash or a full disk prevented is written the next time.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BufferedWriter
from pathlib import Path
from typing import cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from domain.account import Compartment
from domain.identity import Json, canonical_json
from storage.backups.backup_settings import BackupSettings
from storage.backups.whole_files import placing
from storage.durable import private_folder, sync_folder
from storage.errors import Refused, StorageError, StoreDamaged
from storage.store import Store

FILES = {Compartment.GENERAL: "withdrawals.ndjson", Compartment.UNDERCOVER: "withdrawals-undercover.ndjson"}


class WithdrawalKind(StrEnum):
    """What a line tells of, and what its id names."""

    AUTHORIZATION_REVOKED = "authorization_revoked"
    SUBJECT_DESTROYED = "subject_destroyed"
    ERASURE_ORDERED = "erasure_ordered"  # `account …` or `post …`


_ON_RECORD = {
    WithdrawalKind.AUTHORIZATION_REVOKED: 'SELECT id, revoked_at FROM "authorization" WHERE revoked_at IS NOT NULL',
    WithdrawalKind.ERASURE_ORDERED: "SELECT scope, ordered_at FROM erasure WHERE reason = 'ordered'",
}
_OF_SUBJECTS = "SELECT id, destroyed_at FROM subject WHERE destroyed_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """One line: what, its id, and when (aware UTC)."""

    kind: WithdrawalKind
    id: str
    at: datetime

    __pydantic_config__ = ConfigDict(extra="forbid")

    def written(self) -> bytes:
        """As a line of canonical JSON."""
        said: dict[str, Json] = {**asdict(self), "at": self.at.astimezone(UTC).isoformat(timespec="microseconds")}
        return canonical_json(cast(Json, said)) + b"\n"


_LINE = TypeAdapter(Withdrawn)


def keep(store: Store) -> int:
    """Notes whatever this compartment has on record as withdrawn and the file does not say yet; answers how many lines were added.

    Nothing where `[backup] withdrawals` names no folder. Raises Refused for a folder in the data folder, DiskFull and StoreUnwritable; the store is unharmed.
    """
    folder = BackupSettings.load().withdrawals
    if folder is None:
        return 0
    try:
        if folder.resolve().is_relative_to(store.folder.resolve()):
            raise Refused(f"{folder}: lies in the data folder, and would be lost with it: name another one as withdrawals under [backup] in plainview.toml")
        return _add(folder / FILES[store.compartment], _on_record(store))
    except StorageError as error:
        raise type(error)(
            f"what was withdrawn is on record in the store, but could not be listed outside it, for restoring: {error}; then do this again"
        ) from error


def read(path: Path) -> tuple[list[Withdrawn], int]:
    """The lines of a file, and how many of them a crash left unreadable. Raises StoreDamaged for a file that is not there or is another kind of file."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise StoreDamaged(f"{path}: the list of withdrawals cannot be read ({error.strerror}): name the file that [backup] withdrawals keeps") from None
    found = [one for line in lines if line and (one := _read(line))]
    torn = sum(1 for line in lines if line) - len(found)
    if torn and not found:
        raise StoreDamaged(f"{path}: is no list of withdrawals: name the file that [backup] withdrawals keeps")
    return found, torn


def _on_record(store: Store) -> list[Withdrawn]:
    kinds = _ON_RECORD | ({WithdrawalKind.SUBJECT_DESTROYED: _OF_SUBJECTS} if store.compartment is Compartment.UNDERCOVER else {})
    with store.read() as view:
        return [Withdrawn(kind, *row) for kind, sql in kinds.items() for row in view.rows(f"{sql} ORDER BY ALL")]


def _add(path: Path, withdrawn: list[Withdrawn]) -> int:
    with placing(path.parent):
        private_folder(path.parent)
        with _alone(path) as file:
            content = path.read_bytes()
            known = {(one.kind, one.id, one.at) for line in content.split(b"\n") if (one := _read(line))}
            missing = [one.written() for one in withdrawn if (one.kind, one.id, one.at) not in known]
            if missing:
                torn = b"\n" if content and not content.endswith(b"\n") else b""  # a line that a crash cut off is ended, not continued
                file.write(torn + b"".join(missing))
                file.flush()
                os.fsync(file.fileno())
        sync_folder(path.parent)
    return len(missing)


@contextmanager
def _alone(path: Path) -> Iterator[BufferedWriter]:
    """The file, made where it is not there, to add to while nobody else does."""
    with open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _read(line: bytes) -> Withdrawn | None:
    try:
        return _LINE.validate_json(line)
    except ValidationError:
        return None
