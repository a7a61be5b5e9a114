"""A process of its own that submits one batch and kills itself, as `kill -9` would, at the named point."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage import durable, migrate
from storage.batching import ingest, ingest_collected, outbox
from storage.database import Database
from storage.owner.door import Door
from tests.builders import a_post, an_account
from tests.storage.filling import a_picture, collected, showing


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def after(real: Callable[..., Any]) -> Callable[..., Any]:
    def then_die(*arguments: Any, **named: Any) -> Any:
        real(*arguments, **named)
        die()

    return then_die


def unless_batch(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda path, *arguments, **named: die() if path.suffix == ".ndjson" else real(path, *arguments, **named)


POINTS: dict[str, Callable[[], None]] = {
    "half a part file": lambda: setattr(os, "fsync", die),
    "part file written": lambda: setattr(os, "replace", die),
    "renamed": lambda: setattr(durable, "sync_folder", die),
    "acknowledged": lambda: setattr(Door, "call", die),
    "inside the transaction": lambda: setattr(ingest_collected, "_record", after(ingest_collected._record)),
    "committed": lambda: setattr(Path, "unlink", unless_batch(Path.unlink)),
    "committed and removed": lambda: setattr(ingest, "remove_parts", die),
    "before closing": lambda: setattr(Database, "close", die),
    "store half made": lambda: setattr(migrate, "_apply", die),
    "store made but not in place": lambda: setattr(Path, "replace", die),
}


def main(folder: Path, point: str) -> None:
    """Submits a post of the account that the test has registered, as far as `point`."""
    POINTS[point]()
    account = an_account()
    outbox.submit(Door(folder), collected(account, showing(a_post(account), a_picture()), checkpoint="after"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
