"""What the owner answers over HTTP, to this machine's own commands and to workers. Nothing here knows the web framework."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from domain.audit import AuditAction
from domain.identity import sha256_hex
from storage.auditing import audit
from storage.batching.room import Bounds
from storage.errors import StorageError
from storage.owner import calls, deliveries
from storage.owner.asker import Asker, asker_of
from storage.owner.card import Card, read_card
from storage.owner.deliveries import Said
from storage.owner.owner_address import asked_from_here
from storage.owner.scopes import CHANGING
from storage.store import Store

LARGEST = 256_000_000  # bytes of one request
LARGEST_PICTURE = 64_000_000
TO_WORKERS = "a worker's owner"  # in place of the owner's id, which only this machine's commands may know
RETRY_S = 2
_PIECE = 65_536

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its headers, its body, `read` at most so many bytes at a time (nothing at its end), and the address of its `peer`."""

    headers: Mapping[str, str]
    read: Callable[[int], bytes]
    peer: str = "127.0.0.1"

    @property
    def length(self) -> int:
        """How many bytes its body says it has."""
        said = {key.lower(): value for key, value in self.headers.items()}.get("content-length", "")
        return int(said) if said.isascii() and said.isdigit() else 0

    def pieces(self) -> Iterator[bytes]:
        """The body in pieces."""
        while piece := self.read(_PIECE):
            yield piece


def answer(store: Store, card_token: str, asked: Asked, name: str) -> Answer:
    """Serves POST /store/<name>: status, headers and body of the answer. `card_token` is the one that the card was published with.

    200 result, 400 the body does not fit, 401 unknown token, 403 not in the worker's scope, 404 no such call, 409 a StorageError, 413 too large,
    503 the card was withdrawn: ask again.
    """
    return _to_known(store, card_token, asked, LARGEST, lambda asker: _call(store, asker, name, b"".join(asked.pieces())))


def take_batch(store: Store, card_token: str, asked: Asked, batch_id: str, bounds: Bounds) -> Answer:
    """Serves PUT /store/outbox/<id>: 200 once the batch is durable in the outbox under its SHA-256 `batch_id`, or is stored already.

    400 it is not what its name says, 403 a kind outside the worker's scope, 503 there is no room for more: ask again; and as for `answer`.
    """
    return _to_known(store, card_token, asked, LARGEST, lambda asker: deliveries.batch(store, asker, asked.pieces(), batch_id, bounds))


def take_picture(store: Store, card_token: str, asked: Asked, sha256: str) -> Answer:
    """Serves PUT /store/vault/<sha256>, for workers that collect: 200 once the bytes are in the vault."""
    return _to_known(store, card_token, asked, LARGEST_PICTURE, lambda asker: deliveries.picture_in(store, asker, asked.pieces(), sha256))


def give_picture(store: Store, card_token: str, asked: Asked, sha256: str) -> Answer:
    """Serves GET /store/vault/<sha256>, for workers that examine: captured media and references, never a signed paper."""
    return _to_known(store, card_token, asked, 0, lambda asker: deliveries.picture_out(store, asker, sha256))


def _to_known(store: Store, card_token: str, asked: Asked, largest: int, serve: Callable[[Asker], Said]) -> Answer:
    card = read_card(store.folder)
    if card is None or card.token != card_token:
        return 503, {}, b""
    asker = asker_of(store, card_token, asked.headers, asked_from_here(asked.peer, card.url))
    if asker is None:
        return 401, {}, b""  # before anything of the body is looked at
    status, content = (413, b"") if asked.length > largest else _in_words(serve, asker)
    return status, _headers(card, asker, status), content


def _headers(card: Card, asker: Asker, status: int) -> dict[str, str]:
    headers = {"X-Owner": TO_WORKERS if asker.worker else card.owner, "Content-Type": "application/json"}
    return headers | {"Retry-After": str(RETRY_S)} if status == 503 else headers


def _in_words(serve: Callable[[Asker], Said], asker: Asker) -> Said:
    try:
        return serve(asker)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors(include_input=False)})
        return 400, json.dumps({"error": "the body does not fit the call", "places": places}).encode()
    except StorageError as error:
        return 409, json.dumps({"error": type(error).__name__, "message": str(error)}).encode()


def _call(store: Store, asker: Asker, name: str, body: bytes) -> Said:
    if name not in calls.CALLS:
        return 404, b""
    if not asker.may_call(name):
        return 403, b""
    if asker.worker is None:
        return 200, calls.dispatch(store, name, body)
    if name in CHANGING:
        audit.record(store, action=AuditAction.WORKER_CALLED, actor=asker.actor, subject=name, detail={"body_sha256": sha256_hex(body)}, now=store.clock())
    # A worker meets the general compartment alone; storing what waits is the owner's own work, whoever asks for it.
    return 200, calls.dispatch(store if name == "ingest.take_in" else store.alone(), name, body)
