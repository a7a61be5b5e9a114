"""A small server in place of the review site: it hands each request to `storage.owner.service`, or first misbehaves as a test asks it to."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from storage.batching.room import BOUNDS, Bounds
from storage.owner import service
from storage.owner.open import publish_card, withdraw_card
from storage.owner.service import Answer, Asked
from storage.store import Store

TOKEN = "token of the tests"
Misbehaving = Callable[[Answer], Answer]


@dataclass
class Served:
    """Where it listens, the calls it was asked for, and what to do with the next answers instead of sending them as they are."""

    url: str
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    misbehave: list[Misbehaving] = field(default_factory=list)
    bounds: Bounds = BOUNDS


@contextmanager
def listening(store: Store | None) -> Iterator[Served]:
    """A server on a free port; without a store it is a stranger, who answers 200 to everything."""
    served = Served("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = io.BytesIO(self.rfile.read(int(self.headers["Content-Length"] or 0)))
            name = self.path.removeprefix("/store/")
            served.asked.append(name)
            served.tokens.append(self.headers["Authorization"])
            answer = (200, {}, b"true") if store is None else self._answer(store, Asked(dict(self.headers.items()), body.read), name)
            self._send(*(served.misbehave.pop(0)(answer) if served.misbehave else answer))

        do_GET = do_PUT = do_POST  # noqa: N815 (http.server's names)

        def _answer(self, store: Store, asked: Asked, name: str) -> Answer:
            match self.command, name.split("/"):
                case "POST", [call]:
                    return service.answer(store, TOKEN, asked, call)
                case "PUT", ["outbox", batch_id]:
                    return service.take_batch(store, TOKEN, asked, batch_id, served.bounds)
                case "PUT", ["vault", sha256]:
                    return service.take_picture(store, TOKEN, asked, sha256)
                case "GET", ["vault", sha256]:
                    return service.give_picture(store, TOKEN, asked, sha256)
            return 404, {}, b""

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # whoever asked was killed
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serving(store: Store) -> Iterator[Served]:
    """The owner, answering, with its card published."""
    with listening(store) as served:
        publish_card(store.folder, served.url, TOKEN)
        try:
            yield served
        finally:
            withdraw_card(store.folder)
