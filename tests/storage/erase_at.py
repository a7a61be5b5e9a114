"""A process that erases what is due in copies of a data folder, each time in a child of its own that kills itself, as `kill -9` would, at the named point."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from domain.audit import AuditAction
from storage.backups import rewrite
from storage.erasure import compaction, erasing
from storage.owner.open import owning
from tests.storage.stocked import LATER, purge


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def when_finishing(real: Callable[..., int]) -> Callable[..., int]:
    return lambda tx, action, *rest: die() if action is AuditAction.ERASURE_FINISHED else real(tx, action, *rest)


POINTS: dict[str, Callable[[], None]] = {
    "rows deleted": lambda: setattr(erasing, "finish", die),
    "bytes removed": lambda: setattr(erasing, "compact", die),
    "draft half written": lambda: setattr(rewrite, "differences", die),
    "draft whole": lambda: setattr(compaction, "_put_in_place", die),
    "in its place": lambda: setattr(compaction, "sync_folder", die),
    "not yet recorded": lambda: setattr(erasing, "_entry", when_finishing(erasing._entry)),
}


def main(template: Path, target: Path) -> None:
    """A copy of `template` for each point, under its name in `target`. Says how each child ended: the signal's number."""
    for number, (point, patch) in enumerate(POINTS.items()):
        folder = Path(shutil.copytree(template, target / str(number)))
        child = os.fork()
        if child == 0:
            patch()
            with owning(folder) as store:
                purge(store, LATER)
            os._exit(0)
        sys.stdout.write(f"{point} {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
