"""One deadline over a whole exchange. Socket time-outs alone never end a server that sends one byte now and then."""

from __future__ import annotations

import math
import os
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
        _WATCHDOG.add(watch, self.left(), lambda: self._cut_through(watch))
        try:
            yield
        finally:
            watch.end()
            _WATCHDOG.remove(watch)
            _here.watch = None

    def _cut_through(self, watch: _Watch) -> None:
        if watch.shut_down():
            self._cut = True


class _Watchdog:
    """One thread that cuts every exchange whose time is up: a timer of its own for each would start a thread for each request.

    It looks when the earliest end comes that it knows of. An exchange that ends later than that need not wake it, so that nearly none waits for the lock.
    """

    def __init__(self) -> None:
        self._ends: dict[_Watch, tuple[float, Callable[[], None]]] = {}
        self._next = math.inf  # when it looks next, in monotonic seconds
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, watch: _Watch, seconds: float, cut: Callable[[], None]) -> None:
        """Call `cut` in that many seconds, unless `watch` was taken out before."""
        end = time.monotonic() + seconds
        self._ends[watch] = (end, cut)
        if self._thread is None:
            self._begin()
        elif end < self._next:
            with self._changed:
                self._changed.notify()

    def remove(self, watch: _Watch) -> None:
        """It has ended."""
        self._ends.pop(watch, None)

    def _begin(self) -> None:
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        while True:
            for watch in self._over():
                if ended := self._ends.pop(watch, None):
                    ended[1]()

    def _over(self) -> list[_Watch]:
        """What is over, once something is or an earlier end was added."""
        with self._changed:
            self._next = math.inf  # before they are listed: what is added from now on waits for the lock, to wake us
            self._next = min((end for end, _ in self._ends.copy().values()), default=math.inf)
            if self._next > time.monotonic():
                self._changed.wait(min(self._next - time.monotonic(), threading.TIMEOUT_MAX) if self._next < math.inf else None)
        return [watch for watch, (end, _) in self._ends.copy().items() if end <= time.monotonic()]


class _Watch:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._ended = False

    def see(self, sock: Any) -> None:
        with self._lock:
            self._sockets.append(sock)

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
# A forked process has the list and not the thread; and what its parent asked for is the parent's to cut, on sockets that both hold.
os.register_at_fork(after_in_child=_WATCHDOG.__init__)  # type: ignore[misc]
WATCHED_POOLS = {"http": _Pool, "https": _SecurePool}
