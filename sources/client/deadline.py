"""One deadline over a whole exchange. Socket time-outs alone never end a server that sends one byte now and then."""

from __future__ import annotations

import heapq
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_here = threading.local()  # the watch over what this thread is doing, if any


class Deadline:
    """Seconds that are left for an answer. `extend` gives back what was spent waiting for our own pace."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds
        self._cut = False

    def left(self) -> float:
        """Seconds that are left, never below 0."""
        return 0.0 if self._cut else max(0.0, self._end - self._clock())

    def extend(self, seconds: float) -> None:
        """Move the end by `seconds`."""
        self._end += seconds

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Within it, sockets that this thread connects or uses again are shut down when the time is up, whatever they are doing."""
        watch = _Watch()
        _here.watch = watch
        _WATCHDOG.call_in(self.left(), lambda: self._cut_through(watch), watch)
        try:
            yield
        finally:
            watch.end()
            _here.watch = None

    def _cut_through(self, watch: _Watch) -> None:
        if watch.shut_down():
            self._cut = True


class _Watchdog:
    """One thread that cuts every exchange whose time is up: a timer of its own for each would start a thread for each request."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None], _Watch]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def call_in(self, seconds: float, cut: Callable[[], None], watch: _Watch) -> None:
        with self._changed:
            first = self._due[0][0] if self._due else None
            at = time.monotonic() + seconds
            heapq.heappush(self._due, (at, next(self._count), cut, watch))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif first is None or at < first:
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                while self._due and self._due[0][3].over:
                    heapq.heappop(self._due)
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
                cut = heapq.heappop(self._due)[2]
            cut()


class _Watch:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._ended = False

    def see(self, sock: Any) -> None:
        with self._lock:
            self._sockets.append(sock)

    @property
    def over(self) -> bool:
        """Whether the exchange has ended."""
        return self._ended

    def end(self) -> None:
        with self._lock:
            self._ended = True

    def shut_down(self) -> bool:
        """Shut every socket down, unless the exchange is over and its socket may already serve another. Returns whether it did."""
        with self._lock:
            if not self._ended:
                for sock in self._sockets:
                    # Not sock.shutdown: an SSLSocket's own forgets its keys, and what is read next would be taken for plain text.
                    with suppress(OSError):
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)
            return not self._ended


def _show(sock: Any) -> None:
    watch: _Watch | None = getattr(_here, "watch", None)
    if watch is not None and sock is not None:
        watch.see(sock)


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _show(self.sock)

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        _show(self.sock)
        super().putrequest(*args, **kwargs)


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _show(self.sock)

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        _show(self.sock)
        super().putrequest(*args, **kwargs)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_WATCHDOG = _Watchdog()
WATCHED_POOLS = {"http": _Pool, "https": _SecurePool}
