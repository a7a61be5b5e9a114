"""The port and the web server on it. The port is taken first and served last."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable
from typing import Any

from cheroot.server import HTTPConnection
from cheroot.ssl import Adapter
from cheroot.wsgi import Server

from storage.owner.service import LARGEST

DRAIN_S = 10


class ServeError(Exception):
    """The site cannot be served; the message says why and the mend."""


def bound_socket(host: str, port: int) -> socket.socket:
    """A listening socket; who connects before the site is ready waits. Raises ServeError when the port is taken or the address is not this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as wrong:
        raise ServeError(f"{host} is not an address to listen on ({wrong}): set [site] host or --host") from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(64)
    except OSError as wrong:
        bound.close()
        raise ServeError(_why_not(host, port, wrong)) from None
    return bound


def _why_not(host: str, port: int, wrong: OSError) -> str:
    if wrong.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken: stop the program that listens there (perhaps another `plainview serve`), or choose another with --port"
    if wrong.errno == errno.EACCES:
        return f"port {port} may not be used by this user: choose one above 1023 with --port"
    return f"cannot listen on {host} port {port} ({wrong.strerror}): set [site] host or --host to an address of this machine"


class Listener:
    """Cheroot on a socket that was bound earlier, in threads of its own."""

    def __init__(self, bound: socket.socket, application: Callable[..., Any], threads: int) -> None:
        self._server = _OnBoundSocket(bound, application, threads)
        self._server.max_request_body_size = LARGEST
        self._serving = threading.Thread(target=self._server.serve, name="plainview-accept")

    def encrypt(self, adapter: Adapter, connection: type[HTTPConnection]) -> None:
        """Speak TLS through `adapter`, in connections of that class. Before `start`."""
        self._server.ssl_adapter = adapter
        self._server.ConnectionClass = connection

    def start(self) -> None:
        """Answer requests from now on."""
        self._server.prepare()
        self._serving.start()

    def stop(self) -> bool:
        """Accept no more and let the requests under way end, for DRAIN_S at most; whether all ended.

        Cheroot's stop waits for ever on an answer that does not end, so it gets a thread of its own and a deadline.
        """
        stopping = threading.Thread(target=self._server.stop, name="plainview-stop", daemon=True)
        stopping.start()
        stopping.join(DRAIN_S + 1)
        self._serving.join(1)
        return not stopping.is_alive()


class _OnBoundSocket(Server):
    def __init__(self, bound: socket.socket, application: Callable[..., Any], threads: int) -> None:
        super().__init__(bound.getsockname()[:2], application, numthreads=threads, request_queue_size=64, timeout=30, shutdown_timeout=DRAIN_S)
        self._bound = bound

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:  # noqa: A002, ARG002 (cheroot's signature)
        """Hand over the socket that is bound already."""
        self._bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = self._bound
        return self._bound
