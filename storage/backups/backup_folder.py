"""The folder that backups go into: which are there, what killed ones left, and which are too old."""

from __future__ import annotations

import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.backups.manifest import MANIFEST, NAME
from storage.backups.whole_files import placing

_FORM = "plainview-%Y%m%dT%H%M%SZ"
_PART_LIFE_S = 24 * 3600


def name_at(now: datetime) -> str:
    """How a backup made at `now` (aware) is called: plainview-20260601T120000Z."""
    return now.astimezone(UTC).strftime(_FORM)


def newest(into: Path) -> Path | None:
    """The latest finished backup in that folder."""
    return max(_finished(into), key=lambda path: path.name, default=None)


def made_at(backup: Path) -> datetime:
    """When the backup of that name was made (aware UTC)."""
    return datetime.strptime(backup.name, _FORM).replace(tzinfo=UTC)


def sweep(into: Path, name: str) -> None:
    """Removes what killed backups left: one of this name, and others that are a day old. Somebody else's may be under way."""
    for left in into.glob("plainview-*.part"):
        if left.name == f"{name}.part" or time.time() - left.stat().st_mtime > _PART_LIFE_S:
            shutil.rmtree(left)


def prune(into: Path, keep_days: int, now: datetime) -> list[str]:
    """Removes finished backups that were made more than `keep_days` before `now`, but never the latest one. Answers their names.

    Each loses its manifest first, so that none is taken for whole while it goes. Raises StoreUnwritable.
    """
    latest, removed = newest(into), []
    with placing(into):
        for backup in sorted(_finished(into)):
            if backup != latest and made_at(backup) < now - timedelta(days=keep_days):
                (backup / MANIFEST).unlink()
                shutil.rmtree(backup)
                removed.append(backup.name)
    return removed


def _finished(into: Path) -> list[Path]:
    return [path for path in into.glob("plainview-*") if re.fullmatch(NAME, path.name) and (path / MANIFEST).is_file()]
