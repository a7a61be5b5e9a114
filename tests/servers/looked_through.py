"""Every file of a folder, looked through for what must stand in none of them, however it is packed or written there."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
from warcio.archiveiterator import ArchiveIterator

GZIP = b"\x1f\x8b"


def spellings(secret: str) -> set[bytes]:
    """As it is, as an address, JSON or base64 writes it: base64 at each of the three places where it may begin."""
    plain = secret.encode()
    shifted = {base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 :].rstrip(b"=")[: -2 or None] for shift in range(3)}
    return {plain, quote(secret, safe="").encode(), quote(quote(secret, safe=""), safe="").encode(), json.dumps(secret)[1:-1].encode(), *shifted}


def found_in(folder: Path, secrets: Iterable[str]) -> list[str]:
    """The files, rows and records in which one of them stands."""
    wanted = [(secret, spelling) for secret in secrets for spelling in spellings(secret)]
    return [f"{where}: {secret[:12]}…" for where, content in contents(folder) for secret, spelling in wanted if spelling in content]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file as it lies there; what DuckDB packs row by row, and what a WARC packs record by record."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        yield str(file), content
        if file.suffix == ".duckdb":
            yield from rows_of(file)
        if content.startswith(GZIP):
            yield from ((f"{file} {address}", head + body) for address, head, body in records_of(content))


def rows_of(file: Path) -> Iterator[tuple[str, bytes]]:
    with duckdb.connect(str(file), read_only=True) as database:
        tables = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in tables:
            yield f"{file} {name}", "\n".join(map(str, database.execute(f'SELECT * FROM "{name}"').fetchall())).encode()


def records_of(content: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Address, headers and body of each record."""
    for record in ArchiveIterator(io.BytesIO(content), check_digests="raise"):
        head = f"{record.rec_headers}\n{record.http_headers or ''}"
        yield str(record.rec_headers.get_header("WARC-Target-URI")), head.encode(), record.content_stream().read()
