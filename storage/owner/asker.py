"""Who asks the owner over HTTP: this machine's own commands by the card's token, or a worker by its own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from domain.identity import sha256_hex
from storage.owner.scopes import CALLS_OF, KINDS_OF
from storage.owner.workers import COLUMNS, worker_of
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Asker:
    """`worker` is the worker's name, None for this machine's own commands, which may ask for everything."""

    worker: str | None
    calls: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """How the audit names it."""
        return f"worker:{self.worker}" if self.worker else "plainview"

    def may_call(self, name: str) -> bool:
        """Whether that call is open to it."""
        return self.worker is None or name in self.calls

    def may_deliver(self, kind: str) -> bool:
        """Whether it may hand over batches of that kind."""
        return self.worker is None or kind in self.kinds


OWN = Asker(None)


def asker_of(store: Store, card_token: str, headers: Mapping[str, str], from_here: bool) -> Asker | None:
    """Who sent these headers, or None for a token that is unknown, has ended or was revoked. The card's token counts on this machine alone (`from_here`)."""
    sent = {key.lower(): value for key, value in headers.items()}.get("authorization", "")
    if secrets.compare_digest(sent.encode("utf-8", "replace"), f"Bearer {card_token}".encode()):
        return OWN if from_here else None
    return _worker(store, sent.removeprefix("Bearer ")) if sent.startswith("Bearer ") else None


def _worker(store: Store, token: str) -> Asker | None:
    # Looked up by its hash: how long that takes tells nothing about a token.
    with store.general.read() as view:
        row = view.row(f"SELECT {COLUMNS} FROM worker_token WHERE token_sha256 = ?", [sha256_hex(token.encode("utf-8", "replace"))])  # noqa: S608
    if row is None or not (worker := worker_of(row)).live(store.clock()):
        return None
    calls = frozenset[str]().union(*(CALLS_OF[scope] for scope in worker.scopes))
    return Asker(worker.name, calls, frozenset[str]().union(*(KINDS_OF[scope] for scope in worker.scopes)))
