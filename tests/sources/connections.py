"""Every connection that this process tries to make, as Python itself reports it: nothing under test can go round it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

_open: list[Connections] = []


class Connections:
    """`tried` is every address and port that a socket was told to connect to. Those that are not in `allowed` are cut before a packet leaves."""

    def __init__(self, allowed: frozenset[tuple[str, int]]) -> None:
        self._allowed = allowed
        self.tried: list[tuple[str, int]] = []

    def see(self, address: Any) -> None:
        """Called for each; raises, as a refused connection would, for what is not allowed."""
        target = (str(address[0]), int(address[1])) if isinstance(address, tuple) else (str(address), 0)
        self.tried.append(target)
        if target not in self._allowed:
            raise ConnectionRefusedError(f"the test lets nobody connect to {target}")

    @property
    def elsewhere(self) -> list[tuple[str, int]]:
        """Those that went anywhere but to the allowed ones."""
        return [target for target in self.tried if target not in self._allowed]


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _open and event in {"socket.connect", "socket.sendto"}:
        _open[-1].see(arguments[1])


sys.addaudithook(_hook)  # it cannot be taken away again, so it looks at a list


@contextmanager
def watched(*allowed: str) -> Iterator[Connections]:
    """Within it, connections to anything but these `address:port` are noted and cut."""
    split = (one.rpartition(":") for one in allowed)
    seen = Connections(frozenset((host, int(port)) for host, _, port in split))
    _open.append(seen)
    try:
        yield seen
    finally:
        _open.remove(seen)


def resolve(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Let names be answered as given: a list of addresses for each look-up in turn, the last for good. Returns the names as they are looked up.

    Other names are looked up by the machine if they are numbers in any spelling, and are not known otherwise.
    """
    real, left, asked = socket.getaddrinfo, {name: list(answers) for name, answers in names.items()}, list[str]()

    def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002 (the library's own name)
        name = host.decode() if isinstance(host, bytes) else str(host)
        asked.append(name)
        answers = left.get(name.rstrip(".").lower())
        if answers is None:
            return real(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        chosen = answers.pop(0) if len(answers) > 1 else answers[0]
        return [one for address in chosen for one in real(address, port, family, type, proto, socket.AI_NUMERICHOST)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
