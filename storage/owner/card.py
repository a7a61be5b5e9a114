"""The owner's card, `owner.json`: where the holder of the store answers, and how the two sides know each other."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from storage.durable import write_whole


@dataclass(frozen=True, slots=True)
class Card:
    """`url` and `token` (sent with each call), and `owner` (must come back with each answer: a stranger on the port cannot know it).

    `pid` is for messages alone. Where the site speaks TLS, `certificate_sha256` (hexadecimal, of the DER form) is the certificate to expect.
    """

    url: str
    token: str = field(repr=False)
    owner: str = field(repr=False)
    pid: int
    certificate_sha256: str | None = None


def publish_card(folder: Path, url: str, token: str, certificate_sha256: str | None = None) -> Card:
    """Says that the store of `folder` answers at `url` (http://127.0.0.1:8261) to `token`. Only the owner may; the owner id is fresh each time."""
    card = Card(url.rstrip("/"), token, secrets.token_hex(16), os.getpid(), certificate_sha256)
    write_whole(folder / "owner.json", json.dumps(asdict(card)).encode())
    return card


def withdraw_card(folder: Path) -> None:
    """Takes the card away: from now on nobody is sent here."""
    (folder / "owner.json").unlink(missing_ok=True)


def read_card(folder: Path) -> Card | None:
    """The card as it lies there, or None when there is none or it cannot be read as one. It may be stale: the lock decides, never the card."""
    try:
        return Card(**json.loads((folder / "owner.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
