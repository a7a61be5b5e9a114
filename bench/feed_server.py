"""Feeds and pictures on loopback ports, each answer 50 ms late: `python -m bench.feed_server HOSTS ITEMS PICTURES`, in a process of its own.

Prints its ports, then serves until its standard input is closed. `/feed/N.xml` answers If-None-Match; `/picture/N/M.jpg` is a JPEG of some 60 kB, each another.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
import sys

from PIL import Image

LATENCY_S = 0.05
SIDE = 178  # pixels of noise, which come to some 60 kB


def _picture() -> bytes:
    noise = Image.frombytes("RGB", (SIDE, SIDE), random.Random(7).randbytes(SIDE * SIDE * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=90, subsampling=0)
    return out.getvalue()


PICTURE = _picture()


async def serve(hosts: int, items: int, pictures: int) -> None:
    """Until standard input ends."""
    servers = [await asyncio.start_server(lambda r, w: _connection(r, w, items, pictures), "127.0.0.1", 0, backlog=256) for _ in range(hosts)]
    sys.stdout.write(" ".join(str(server.sockets[0].getsockname()[1]) for server in servers) + "\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for server in servers:
        server.close()


async def _connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, items: int, pictures: int) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(LATENCY_S)
            writer.write(_answer(head, items, pictures))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _answer(head: bytes, items: int, pictures: int) -> bytes:
    target = head.split(b" ", 2)[1].decode()
    host = next(line[6:].decode() for line in head.split(b"\r\n") if line.lower().startswith(b"host: "))
    kind, body = _body(target, host, items, pictures)
    if not kind:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    tag = f'"{hashlib.sha256(target.encode()).hexdigest()[:16]}"'.encode()
    if b"\r\nif-none-match: " + tag in head.lower():
        return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\nContent-Length: 0\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nETag: " + tag + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def _body(target: str, host: str, items: int, pictures: int) -> tuple[bytes, bytes]:
    if target.startswith("/feed/"):
        return b"application/rss+xml", _feed(target[6:].partition(".")[0], host, items, pictures).encode()
    if target.startswith("/picture/"):
        comment = hashlib.sha256(target.encode()).digest()
        return b"image/jpeg", PICTURE[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + PICTURE[2:]
    return b"", b""


def _feed(number: str, host: str, items: int, pictures: int) -> str:
    entries = "".join(
        f"<item><guid>{number}-{item}</guid><title>Road {item} closed</title><link>http://{host}/post/{number}/{item}</link>"
        f"<pubDate>Mon, 01 Jun 2026 12:{item:02d}:00 GMT</pubDate><description>Repairs until noon."
        + (f"&lt;img src=&quot;/picture/{number}/{item}.jpg&quot;&gt;" if item < pictures else "")
        + "</description></item>"
        for item in range(items)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><link>http://{host}/</link>{entries}</channel></rss>'


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
