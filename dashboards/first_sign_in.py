"""The first sign-in: a one-time address in place of a default password."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model


def offer() -> str | None:
    """A new token for `/setup/<token>` when nobody can sign in yet, else None. An older token stops working."""
    withdraw()
    if get_user_model().objects.exists():
        return None
    token = secrets.token_urlsafe(32)
    descriptor = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(token)
    return token


def accepts(token: str) -> bool:
    """Whether `token` is the one on offer and there is still nobody; compared in constant time."""
    try:
        offered = _file().read_bytes()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(offered, token.encode()) and not get_user_model().objects.exists()


def withdraw() -> None:
    """The token on offer, if any, works no longer."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    folder: Path = settings.FOLDER
    return folder / "setup.token"
