"""Robots: each origin's robots.txt as it was last fetched (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.identity import clean_text
from storage.store import Store


@dataclass(frozen=True, slots=True)
class RobotsText:
    """What `origin` (https://example.gov) answered for /robots.txt: text, HTTP status, and when (aware UTC)."""

    origin: str
    text: str
    status: int
    fetched_at: datetime


def get(store: Store, *, origin: str) -> RobotsText | None:
    """What is kept of that origin, however old."""
    with store.read() as view:
        row = view.row("SELECT origin, text, status, fetched_at FROM robots WHERE origin = ?", [origin])
    return RobotsText(*row) if row else None


SHORT = 20_000  # characters: longer ones are asked for one by one


def short_ones(store: Store) -> list[RobotsText]:
    """Every copy of at most SHORT characters, by origin: for a run that is going to ask for most of them."""
    with store.read() as view:
        rows = view.rows("SELECT origin, text, status, fetched_at FROM robots WHERE length(text) <= ? ORDER BY origin", [SHORT])
    return [RobotsText(*row) for row in rows]


def put(store: Store, *, origin: str, text: str, status: int, fetched_at: datetime) -> None:
    """Keeps the answer in place of the one before."""
    kept = [clean_text(text), status, fetched_at, origin]
    with store.transaction() as tx:
        if tx.row("SELECT 1 FROM robots WHERE origin = ?", [origin]):
            tx.execute("UPDATE robots SET text = ?, status = ?, fetched_at = ? WHERE origin = ?", kept)
        else:
            tx.execute("INSERT INTO robots (text, status, fetched_at, origin) VALUES (?, ?, ?, ?)", kept)
