"""The key that signs sessions: made once, random, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(file: Path) -> str:
    """The key kept in `file`, which is made (0600) when it is not there. Raises OSError when the folder cannot be written."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(file)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48))
        opened.flush()
        os.fsync(opened.fileno())
    return _kept(file)


def _kept(file: Path) -> str:
    key = file.read_text(encoding="ascii")
    if len(key) < 64:
        raise OSError(f"{file} holds no whole key. Remove it: a new one is made at the next start and everybody signs in again.")
    return key
