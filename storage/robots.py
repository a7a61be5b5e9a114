"""Robots: each origin's robots.txt as it was last fetched (RFC 9309)."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Remembered:
    """Every origin of which there is a copy: the `short` ones whole, of the `longer` ones the origin alone."""

    short: list[RobotsText]
    longer: list[str]


def remembered(store: Store) -> Remembered:
    """Every copy, by origin: for a run that is going to ask for most of them."""
    with store.read() as view:
        rows = view.rows("SELECT origin, text, status, fetched_at FROM robots WHERE length(text) <= ? ORDER BY origin", [SHORT])
        longer = view.rows("SELECT origin FROM robots WHERE length(text) > ? ORDER BY origin", [SHORT])
    return Remembered([RobotsText(*row) for row in rows], [origin for (origin,) in longer])


def put(store: Store, *, copies: Sequence[RobotsText]) -> None:
    """Keeps these answers, each in place of the one before."""
    with store.transaction() as tx:
        for one in copies:
            kept = [clean_text(one.text), one.status, one.fetched_at, one.origin]
            if tx.row("SELECT 1 FROM robots WHERE origin = ?", [one.origin]):
                tx.execute("UPDATE robots SET text = ?, status = ?, fetched_at = ? WHERE origin = ?", kept)
            else:
                tx.execute("INSERT INTO robots (text, status, fetched_at, origin) VALUES (?, ?, ?, ?)", kept)
