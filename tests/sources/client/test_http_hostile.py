"""Servers that mean ill or are broken: each ends soon, with an error of ours."""

from __future__ import annotations

import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import BinaryIO

import pytest

from sources.client.http import Http
from sources.source import SourceError, TryAgainLater, UnexpectedReply
from tests.sources.serving import Answer, Raw, Site

NewClient = Callable[..., Http]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
DEADLINE = 0.25
ROOT = Path(__file__).parents[3]


def never_answers(_socket: BinaryIO, over: Event) -> None:
    over.wait(5)


def drips(start: bytes, drop: bytes = b"x") -> Raw:
    def write(socket: BinaryIO, over: Event) -> None:
        socket.write(start)
        while not over.wait(0.02):
            socket.write(drop)

    return write


def endless(socket: BinaryIO, over: Event) -> None:
    socket.write(HEAD + b"\r\n")
    while not over.is_set():
        socket.write(b"x" * 65_536)


def says(content: bytes) -> Raw:
    def write(socket: BinaryIO, _over: Event) -> None:
        socket.write(content)

    return write


@pytest.fixture
def http(new_client: NewClient) -> Http:
    return new_client(real_time=True, deadline_s=DEADLINE, read_timeout_s=5, connect_timeout_s=5, retries=1, page_bytes=100_000)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(never_answers, id="accepts and never answers"),
        pytest.param(drips(b""), id="drips its first line"),
        pytest.param(drips(HEAD + b"X-Long: "), id="drips a header"),
        pytest.param(drips(HEAD, b"X-Header: 1\r\n"), id="headers without end"),
        pytest.param(drips(HEAD + b"\r\n"), id="drips a body that ends with the connection"),
        pytest.param(drips(HEAD + b"Content-Length: 90000\r\n\r\n"), id="drips a body of known length"),
        pytest.param(drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), id="drips chunks"),
    ],
)
def test_a_server_that_hangs_ends_by_the_deadline(http: Http, site: Site, raw: Raw) -> None:
    site.raw["/a"] = raw
    began = time.monotonic()
    with pytest.raises(TryAgainLater):
        http.get(f"{site.origin}/a?token=secret", robots=False)
    assert time.monotonic() - began < DEADLINE + 0.5


FORKED = """
import os, sys
from sources.client.http import Http
from sources.settings import NetworkSettings
from sources.source import TryAgainLater
at = sys.argv[1]
http = Http(NetworkSettings(allow_hosts=[at.partition("//")[2]], deadline_s=0.5, read_timeout_s=5, retries=0))
http.get(f"{at}/whole", robots=False)
child = os.fork()
if not child:
    try:
        http.get(f"{at}/drips", robots=False)
    except TryAgainLater:
        os._exit(7)
    os._exit(1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_the_deadline_holds_in_a_forked_process_too(site: Site) -> None:
    site.pages["/whole"] = Answer(200, b"x")
    site.raw["/drips"] = drips(HEAD + b"X-Long: ")
    done = subprocess.run([sys.executable, "-c", FORKED, site.origin], cwd=ROOT, timeout=20, check=False)
    assert done.returncode == 7


def test_a_read_time_out_comes_before_the_deadline(new_client: NewClient, site: Site) -> None:
    site.raw["/a"] = never_answers
    with pytest.raises(TryAgainLater, match="no whole answer"):
        new_client(real_time=True, read_timeout_s=0.1, deadline_s=30).get(f"{site.origin}/a", robots=False)
    assert site.paths == ["/a"]  # a server that hangs is not asked again


def test_an_endless_body_ends_at_the_limit(http: Http, site: Site) -> None:
    site.raw["/a"] = endless
    with pytest.raises(UnexpectedReply, match="more than 100000 bytes"):
        http.get(f"{site.origin}/a", robots=False)


def test_an_endless_body_of_a_redirect_ends_too(http: Http, site: Site) -> None:
    def write(socket: BinaryIO, over: Event) -> None:
        socket.write(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n")
        while not over.is_set():
            socket.write(b"x" * 65_536)

    site.raw["/a"] = write
    with pytest.raises(UnexpectedReply, match="more than 100000 bytes"):
        http.get(f"{site.origin}/a", robots=False)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\x01\x02", id="no HTTP"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="no status"),
        pytest.param(HEAD + b"X-Huge: " + b"x" * 200_000 + b"\r\n\r\nbody", id="a huge header"),
        pytest.param(HEAD + b"X-Many: 1\r\n" * 500 + b"\r\nbody", id="very many headers"),
        pytest.param(HEAD + b"Content-Length: 100\r\n\r\nshort", id="less than it promises"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", id="chunks that are none"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", id="a chunk cut short"),
        pytest.param(HEAD + b"Content-Length: -1\r\n\r\n", id="a negative length"),
        pytest.param(HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08broken", id="packed and broken"),
    ],
)
def test_broken_http_is_an_error_or_an_answer(http: Http, site: Site, content: bytes) -> None:
    site.raw["/a"] = says(content)
    url = f"{site.origin}/a?token=" + "4f1e" + "-mark"
    try:
        http.get(url, robots=False)
    except SourceError as problem:
        told = "".join(traceback.format_exception(problem))
    else:
        told = ""
    assert "4f1e-mark" not in told


def test_a_hung_server_stops_no_later_request(http: Http, site: Site) -> None:
    site.raw["/a"] = drips(HEAD + b"\r\n")
    site.pages["/b"] = lambda asked: None
    with pytest.raises(TryAgainLater):
        http.get(f"{site.origin}/a", robots=False)
    for _ in range(3):
        assert http.get(f"{site.origin}/b", robots=False).status == 404
