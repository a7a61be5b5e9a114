"""The door: one call, done here when the store is free, else by the process that holds it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

from domain.identity import sha256_hex
from storage.batching import ingest
from storage.batching.room import BOUNDS, Bounds, no_room
from storage.durable import private_folder, write_whole
from storage.errors import DiskFull, OutboxFull, StoreBusy
from storage.owner import calls, remote
from storage.owner.card import read_card
from storage.owner.lock import try_lock
from storage.owner.open import opened
from storage.store import Store

P = ParamSpec("P")
R = TypeVar("R")


ROOM_HOLDS_S = 0.1  # how long a look at a roomy outbox is believed: with many threads, looking at every file for every file would take longer than storing them


class Door:
    """The way to the store of one data folder, from any thread. It holds the store for one call at a time and never between calls."""

    def __init__(self, folder: Path, wait_s: float = 30.0, bounds: Bounds = BOUNDS) -> None:
        """`wait_s`: seconds that a call asks for before it raises StoreBusy; `bounds`: how much may wait in the outbox."""
        self.folder = folder
        self.wait_s = wait_s
        self.bounds = bounds
        self._turn = threading.Lock()
        self._storing = threading.Lock()
        self._roomy_until = 0.0

    def call(self, function: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `function`, one of `storage.owner.calls.CALLS`, answers. An answer that is cut off is asked for again: every call may be repeated.

        Raises StoreBusy, and whatever StorageError the call raises.
        """
        name, deadline = calls.name_of(function), time.monotonic() + self.wait_s
        while True:
            if (done := self._here(lambda store: function(store, *args, **kwargs))) is not None:
                return done[0]
            try:
                body = calls.asked(function, _arguments(function, *args, **kwargs))
                return cast(R, calls.result(function, self._there(name, body, max(deadline - time.monotonic(), 0.05))))
            except remote.NobodyAnswers as error:
                self._pause(deadline, str(error))

    def take_in(self, batch_id: str) -> str | None:
        """Has the kept batch stored, and answers why it was refused; None when it was not. Raises what `call` raises.

        Whoever has the turn stores all that wait: of many threads, most find theirs stored when theirs comes, and the store need not be opened again.
        """
        with self._storing:
            if not (ingest.outbox_folder(self.folder) / f"{batch_id}.ndjson").exists():
                return ingest.refusal(self.folder, batch_id)
            return self.call(ingest.take_in, batch_id=batch_id)

    @property
    def place(self) -> str:
        """Where the store is, in words for a message."""
        return str(self.folder)

    def keep(self, content: bytes) -> str:
        """Keeps the batch file `content` durably in the outbox, and answers its id, its SHA-256. From here on it is safe; storing it is another matter.

        Raises OutboxFull after `wait_s` seconds without room, DiskFull and StoreUnwritable.
        """
        outbox, batch_id = private_folder(ingest.outbox_folder(self.folder)), sha256_hex(content)
        self._wait_for_room(outbox)
        write_whole(outbox / f"{batch_id}.ndjson", content)
        return batch_id

    def _wait_for_room(self, outbox: Path) -> None:
        deadline = time.monotonic() + self.wait_s
        if time.monotonic() < self._roomy_until:
            return
        while why := no_room(outbox, self.bounds):
            if time.monotonic() >= deadline:
                raise OutboxFull(f"{outbox}: takes no more batches: {why}: nothing was kept of this one; `plainview doctor` says what stands in the way")
            with suppress(StoreBusy, DiskFull):  # where nobody owns the store, this is what empties the outbox
                self.call(ingest.sweep)
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 (spreads the askers, hides nothing)
        self._roomy_until = time.monotonic() + ROOM_HOLDS_S

    def _here(self, work: Callable[[Store], R]) -> tuple[R] | None:
        """The call done in this process, or None while another one holds the store."""
        with self._turn:
            lock = try_lock(self.folder)
            if lock is None:
                return None
            try:
                with opened(self.folder) as store:
                    return (work(store),)
            finally:
                lock.release()

    def _there(self, name: str, body: bytes, wait_s: float) -> bytes:
        card = read_card(self.folder)
        if card is None:
            raise remote.NobodyAnswers("no card")
        return remote.post(card, name, body, wait_s)

    def _pause(self, deadline: float, why: str) -> None:
        if time.monotonic() >= deadline:
            card = read_card(self.folder)
            holder = f" (process {card.pid})" if card else ""
            raise StoreBusy(
                f"{self.folder}: another Plainview process{holder} holds this store and did not answer within {self.wait_s:g} s ({why}):"
                " wait until it is done, or stop it"
            )
        time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 (spreads the askers, hides nothing)


def _arguments(function: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs) -> dict[str, object]:
    bound = signature(function).bind(None, *args, **kwargs).arguments
    return {name: value for name, value in bound.items() if name != "store"}
