"""The files of checkpoints: one signed note for each, in a folder outside the data folder, and the key that signs them."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.auditing.audit_settings import AuditSettings
from storage.auditing.signed_notes import LONGEST, Signer, UnusableKey, UnusableNote, Verifier, checkpoint_text, is_key_name, opened_checkpoint
from storage.auditing.tree_head import TreeHead
from storage.durable import private_folder, write_whole
from storage.errors import StorageError, StoreDamaged, disk_errors

SUFFIX = ".checkpoint"
STAMP = ".tsr"


class NoCheckpoints(StorageError):
    """Checkpoints cannot be written or checked as things are set; the message says the mend."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One file of the folder. `head` is None for one that proves nothing, and `problem` says why; `written_at` is the file's own time (UTC)."""

    path: Path
    written_at: datetime
    head: TreeHead | None
    problem: str = ""

    @property
    def stamp(self) -> Path:
        """Where its time-stamp lies, if it has one."""
        return self.path.with_name(self.path.name + STAMP)


def checkpoint_folder(settings: AuditSettings, data: Path) -> Path:
    """The folder that the settings name. Raises NoCheckpoints where they name none, or one in the data folder `data`."""
    if settings.checkpoints is None:
        raise NoCheckpoints('no folder for checkpoints is set: name one outside the data folder in plainview.toml, [audit] checkpoints = "/…"')
    return _outside(settings.checkpoints, data, "checkpoints")


def signing_key(settings: AuditSettings, data: Path) -> Signer:
    """The key that signs. Raises NoCheckpoints where there is none that can be used."""
    path = _key_file(settings, data)
    try:
        with disk_errors(path):
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise NoCheckpoints(f"{path}: others on this machine may open this key; run: chmod 600 {path}")
            return Signer.read(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoCheckpoints(f"{path}: there is no signing key yet: run `plainview audit checkpoint` once, and keep the line that it prints") from None
    except (UnusableKey, UnicodeDecodeError) as wrong:
        raise NoCheckpoints(f"{path}: is no signing key ({wrong}): restore it, or name another file under [audit] signing_key_file") from None


def new_signing_key(settings: AuditSettings, data: Path) -> Signer | None:
    """Makes the key (0600) where there is no file yet; None where there is one. Raises NoCheckpoints."""
    path = _key_file(settings, data)
    name = settings.log_name or f"plainview-{secrets.token_hex(4)}"
    if not is_key_name(name):
        raise NoCheckpoints(f"[audit] log_name = {name!r}: a key's name has no space and no plus in it")
    if path.exists():
        return None
    with disk_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = Signer.new(name)
        write_whole(path, signer.secret_line().encode())
    return signer


def write_checkpoints(folder: Path, signer: Signer, heads: Sequence[TreeHead]) -> list[Path]:
    """The note of each head, written where it is not there yet. Raises StoreDamaged where another history was signed, and DiskFull, StoreUnwritable."""
    private_folder(folder)
    return [_write(folder / f"{head.compartment}-{head.size:012d}{SUFFIX}", signer.signed(checkpoint_text(head, signer.name))) for head in heads]


def read_checkpoints(folder: Path, verifier: Verifier) -> list[Checkpoint]:
    """Every checkpoint in `folder`, by name. Raises NoCheckpoints for a folder that cannot be read."""
    try:
        with disk_errors(folder):
            return [_read(path, verifier) for path in sorted(folder.iterdir()) if path.name.endswith(SUFFIX)]
    except FileNotFoundError:
        raise NoCheckpoints(f"{folder}: there is no such folder of checkpoints") from None


def newest_checkpoint(folder: Path) -> datetime | None:
    """When the newest file of a checkpoint was written, by the file's own time (UTC), whether or not it holds. None where there is none."""
    times = [path.stat().st_mtime for path in folder.glob(f"*{SUFFIX}")]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _write(path: Path, note: bytes) -> Path:
    if not path.exists():
        write_whole(path, note)
    elif path.read_bytes() != note:
        raise StoreDamaged(
            f"{path}: holds another checkpoint of that many entries, or one by another key: run `plainview audit verify`; if all is well, move it"
        )
    return path


def _read(path: Path, verifier: Verifier) -> Checkpoint:
    with path.open("rb") as file:
        note = file.read(LONGEST + 1)
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        return Checkpoint(path, written_at, opened_checkpoint(note, verifier))
    except UnusableNote as why:
        return Checkpoint(path, written_at, None, str(why))


def _key_file(settings: AuditSettings, data: Path) -> Path:
    if settings.signing_key_file is None:
        raise NoCheckpoints('no signing key is set: name a file outside the data folder in plainview.toml, [audit] signing_key_file = "/…"')
    return _outside(settings.signing_key_file, data, "signing_key_file")


def _outside(path: Path, data: Path, key: str) -> Path:
    if path.resolve().is_relative_to(data.resolve()):
        raise NoCheckpoints(f"[audit] {key} = {path}: lies in the data folder, and whoever changes the store could change it too: name a place elsewhere")
    return path
