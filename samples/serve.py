"""The server of Example City: the department's platforms on one loopback port, for trying Plainview and for its tests."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from samples.accounts import accounts_toml, write_accounts
from samples.blog import blog_reply
from samples.bluesky import bluesky_reply
from samples.manifest import ARTWORK, DOCUMENTS, SUBJECTS
from samples.mastodon import mastodon_reply
from samples.reply import Reply, json_reply

LOOPBACK = "127.0.0.1"


class ExampleCity:
    """A context manager that serves Example City on 127.0.0.1 while it is open. Port 0 takes any free one. Raises OSError when the port is taken.

    `requests` holds (method, target, status) of everything that was asked, in order.
    """

    def __init__(self, port: int = 8262) -> None:
        self.requests: list[tuple[str, str, int]] = []
        self._server = _Server(port, self.requests)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="example-city")

    def __enter__(self) -> ExampleCity:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:<port>`, without a slash at the end."""
        return self._server.origin

    @property
    def host(self) -> str:
        """`127.0.0.1:<port>`, as `[network] allow_hosts` names it."""
        return urlsplit(self.origin).netloc

    @property
    def references(self) -> tuple[Path, ...]:
        """The registered artworks; each file's stem is its label."""
        return tuple(sorted(ARTWORK.glob("*.png")))

    @property
    def references_folder(self) -> Path:
        """The folder of the registered artworks."""
        return ARTWORK

    @property
    def subjects_folder(self) -> Path:
        """The folder of the enrolled members: one folder each."""
        return SUBJECTS

    def accounts_toml(self, today: date | None = None) -> str:
        """The accounts file for this server, live on `today` (UTC). It names the approvals by their full paths."""
        return accounts_toml(self.origin, today or _today(), str(DOCUMENTS))

    def write_accounts(self, folder: Path, today: date | None = None) -> Path:
        """Write `accounts.toml` and copies of the approvals into `folder`; returns the file's path."""
        return write_accounts(folder, self.origin, today or _today())


def _today() -> date:
    return datetime.now(UTC).date()


class _Server(ThreadingHTTPServer):
    """Threads that end with the server: open connections are shut, then joined."""

    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, port: int, log: list[tuple[str, str, int]]) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.origin = f"http://{LOOPBACK}:{self.server_address[1]}"
        self.log = log
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no matter; anything else is printed as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """Shut the connections that clients keep open, so that their threads end."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD, with conditional requests (RFC 9110, 13)."""

    protocol_version = "HTTP/1.1"
    server_version = "ExampleCity"
    sys_version = ""
    server: _Server

    def do_GET(self) -> None:
        """Answer with what lies there."""
        self._answer(_route(self.server.origin, self.path))

    def do_HEAD(self) -> None:
        """The same headers without the body."""
        self._answer(_route(self.server.origin, self.path))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
        """Nothing on stderr: `requests` holds the log."""

    def _answer(self, reply: Reply) -> None:
        fresh = reply.status == 200 and self._has_it(reply)
        status = 304 if fresh else reply.status
        self.server.log.append((self.command, self.path, status))
        self.send_response(status)
        for name, value in self._headers(reply, fresh).items():
            self.send_header(name, value)
        self.end_headers()
        if not fresh and self.command != "HEAD":
            self.wfile.write(reply.body)

    def _headers(self, reply: Reply, fresh: bool) -> dict[str, str]:
        headers = dict(reply.headers)
        if reply.status == 200:
            headers["ETag"] = reply.etag
        if not fresh:
            headers |= {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))}
        return headers

    def _has_it(self, reply: Reply) -> bool:
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
            return "*" in tags or reply.etag.removeprefix("W/") in tags
        modified = reply.headers.get("Last-Modified")
        return modified is not None and self.headers.get("If-Modified-Since") == modified


def _route(origin: str, target: str) -> Reply:
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        found = blog_reply(origin, parts.path) or mastodon_reply(origin, parts.path, query) or bluesky_reply(origin, parts.path, query)
    except ValueError:  # a limit or an id that is no number
        return json_reply({"error": "Bad Request"}, 400)
    return found or json_reply({"error": "Not Found"}, 404)
