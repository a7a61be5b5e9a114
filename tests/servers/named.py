"""Servers that the environment names, and what is waited for on them."""

from __future__ import annotations

import io
import os
import secrets
import struct
import time
import zlib
from collections.abc import Callable
from typing import TypeVar

import pytest
from PIL import Image

T = TypeVar("T")
SECRET = "not for everybody"


def address(variable: str) -> str:
    """Where the server is, or a skip that says how to name it."""
    if not (found := os.environ.get(variable)):
        pytest.skip(f"set {variable} to a server's address to run this (docs/sources.md)")
    return found


def login(variable: str) -> tuple[str, str]:
    """Name and password of who may write there."""
    name, _, password = address(variable).partition(":")
    return name, password


def a_picture() -> bytes:
    """A PNG of 2 by 2 pixels of a random colour."""
    rows = b"".join(b"\0" + secrets.token_bytes(3) * 2 for _ in range(2))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)


def a_photograph() -> bytes:
    """A JPEG of random dots, for servers that take no PNG."""
    out = io.BytesIO()
    Image.frombytes("RGB", (8, 8), secrets.token_bytes(192)).save(out, "jpeg")
    return out.getvalue()


def eventually(make: Callable[[], T], good: Callable[[T], bool], ignoring: tuple[type[Exception], ...] = (), seconds: float = 15) -> T:
    """What `make` gives once it is good; errors of the kinds `ignoring` are not good yet. Asks again until then, at most so many seconds."""
    end = time.monotonic() + seconds
    while True:
        try:
            made = make()
            if good(made):
                return made
        except ignoring:
            pass
        assert time.monotonic() < end, "the server did not follow in time"
        time.sleep(0.05)


def a_later_second() -> None:
    """Until the clock of this machine, which the servers share, shows another second: several name things by times without fractions."""
    begun = int(time.time())
    eventually(lambda: int(time.time()), lambda now: now > begun)
