"""A loopback server that a test scripts: real sockets, so that time-outs, redirects, streams and refused addresses are real too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    client: int = 0  # the port it came from
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """A reply as it is sent; its length is added."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def redirect(target: str, status: int = 302) -> Answer:
    return Answer(status, b"moved", {"Location": target})


Raw = Callable[[BinaryIO, Event], None]  # writes what it likes to the socket; the event says that the test is over
Page = Answer | Callable[[Asked], Answer | None]


@dataclass
class Site:
    """What is served. `pages` answer a path, `raw` writes to its socket, `otherwise` answers the rest (None: 404). `asked` is what was asked for, in order."""

    host: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    raw: dict[str, Raw] = field(default_factory=dict)
    otherwise: Callable[[Asked], Answer | None] = lambda _asked: None
    asked: list[Asked] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        page = self.pages.get(asked.path, self.otherwise)
        found = page if isinstance(page, Answer) else page(asked)
        return found or Answer(404, b"not here")

    def account(self, platform: str, handle: str, path: str) -> Account:
        return an_account(platform, handle, self.origin + path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Site

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def do_GET(self) -> None:
        self._serve(b"")

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        if write := self.site.raw.get(parts.path):
            self.site.asked.append(Asked(parts.path, {}, dict(self.headers)))
            self.close_connection = True
            self._write(write)
            return
        headers = {name.title(): value for name, value in self.headers.items()}
        self._send(self.site.answer(Asked(parts.path, dict(parse_qsl(parts.query)), headers, self.client_address[1], body)))

    def _write(self, write: Raw) -> None:
        try:
            write(self.wfile, self.site.over)
        except OSError:
            return  # the client had enough, which is what those tests are about

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        body = b"" if answer.status == 304 else answer.body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """A client that cuts the connection is what some tests are about."""


@contextmanager
def served() -> Iterator[Site]:
    """A site on a free port of 127.0.0.1."""
    site = Site()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    site.host = f"127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
