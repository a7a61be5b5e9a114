"""Making a checkpoint and checking against all of them: between the store's tree heads and the folder of notes. The store's process needs no key for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rfc3161_client import Verifier as StampVerifier

from domain.account import Compartment
from storage.auditing.audit_chain import AuditReport
from storage.auditing.audit_judgement import Judgement, judged
from storage.auditing.audit_notes import STAMP, Checkpoint, checkpoint_folder, signing_key, write_checkpoints
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.audit_trees import Recomputed
from storage.auditing.remote_time_stamps import NoTimeStamp, stamp_time, stamp_verifier, stamped
from storage.auditing.tree_head import TreeHead
from storage.durable import write_whole


@dataclass(frozen=True, slots=True)
class Made:
    """The checkpoints that vouch for the store as it is, and a line for each that could not be stamped."""

    paths: tuple[Path, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the files and the notes say. `problems`: a line for each note or stamp that proves nothing; `stamps` hold, the newest of `stamped_at`."""

    files: tuple[Judgement, ...]
    problems: tuple[str, ...]
    stamps: int = 0
    stamped_at: datetime | None = None


def make(heads: Sequence[TreeHead], settings: AuditSettings, data: Path) -> Made:
    """Signs these heads of the store in folder `data` and has them stamped where an authority is set; an authority that is missing stops nothing.

    Raises NoCheckpoints, StoreDamaged, StoreUnwritable and DiskFull.
    """
    paths = write_checkpoints(checkpoint_folder(settings, data), signing_key(settings, data), heads)
    return Made(tuple(paths), tuple(_stamp(paths, settings.timestamp_url)) if settings.timestamp_url else ())


def sizes_in(notes: Sequence[Checkpoint]) -> dict[Compartment, list[int]]:
    """Which trees have to be made anew to check these notes."""
    sizes: dict[Compartment, list[int]] = {}
    for note in notes:
        if note.head:
            sizes.setdefault(note.head.compartment, []).append(note.head.size)
    return sizes


def check(reports: Sequence[AuditReport], trees: Sequence[Recomputed], notes: Sequence[Checkpoint], roots: Path | None) -> Checked:
    """Everything held against everything. The notes must have been read before the reports were made. Raises NoTimeStamp for unusable `roots`."""
    problems = [f"{note.path}: {note.problem}" for note in notes if note.head is None]
    times: list[datetime] = []
    if roots:
        verifier = stamp_verifier(roots)
        for note in notes:
            if note.head and note.stamp.exists():
                _check_stamp(note, verifier, times, problems)
    return Checked(tuple(judged(reports, trees, notes)), tuple(problems), len(times), max(times, default=None))


def _check_stamp(note: Checkpoint, verifier: StampVerifier, times: list[datetime], problems: list[str]) -> None:
    try:
        times.append(stamp_time(note.stamp.read_bytes(), note.path.read_bytes(), verifier))
    except NoTimeStamp as wrong:
        problems.append(f"{note.stamp}: {wrong}")


def _stamp(paths: Sequence[Path], url: str) -> Iterator[str]:
    for path in paths:
        stamp = path.with_name(path.name + STAMP)
        if stamp.exists():
            continue
        try:
            write_whole(stamp, stamped(url, path.read_bytes()))
        except NoTimeStamp as missing:
            yield str(missing)
