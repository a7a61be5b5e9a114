"""One run at a time on a data folder: two would fetch everything twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.durable import private_folder
from storage.errors import disk_errors


class RunUnderWay(Exception):
    """Another run works on this data folder."""


@contextmanager
def running_alone(folder: Path) -> Iterator[None]:
    """Hold the folder's run lock for the body of the `with`; the operating system frees it however the run ends. Raises RunUnderWay."""
    private_folder(folder)
    with disk_errors(folder):
        descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise RunUnderWay(f"another run is under way on {folder}: wait until it has ended, or name another folder under [storage] in plainview.toml") from None
    try:
        yield
    finally:
        os.close(descriptor)
