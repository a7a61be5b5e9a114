"""Captures on their way out of the vault: the same WARC records, with the pictures that they name by their SHA-256 put back into them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders

from sources.client.recorder import SAME_BYTES, writer_into

Bytes = Callable[[str], bytes | None]
_OF_THE_BLOCK = ("WARC-Profile", "WARC-Block-Digest", "Content-Length", "Content-Type", "WARC-Type")


class NoCapture(Exception):
    """These bytes are no WARC file."""


@dataclass(frozen=True, slots=True)
class Member:
    """One record, packed by itself as it goes into a file. `left_out`: it names bytes that are not there (any more)."""

    content: bytes
    left_out: bool = False


def members(capture: bytes, bytes_of: Bytes) -> Iterator[Member]:
    """The records of a WARC file in their order. A record that names its bytes becomes a full one where `bytes_of` has them (by their SHA-256, checked).

    All others are handed on as they are, bit for bit. Raises NoCapture.
    """
    try:
        records = ArchiveIterator(io.BytesIO(capture), check_digests="raise")
        for record in records:
            said = record.rec_headers
            named = said.get_header("WARC-Payload-Digest") if said.get_header("WARC-Profile") == SAME_BYTES else None
            found = bytes_of(_hexadecimal(named)) if named else None
            if found is not None:
                yield Member(_full(record, found))
                continue
            record.raw_stream.read()
            start, length = records.get_record_offset(), records.get_record_length()
            yield Member(capture[start : start + length], left_out=named is not None)
    except (ArchiveLoadFailed, ValueError, EOFError) as problem:
        raise NoCapture(f"it is no WARC file ({type(problem).__name__})") from None


def _full(record: Any, body: bytes) -> bytes:
    """The response that the record stands for, under the same id and date."""
    out = io.BytesIO()
    writer = writer_into(out)
    said = {name: value for name, value in record.rec_headers.headers if name not in _OF_THE_BLOCK}
    came = record.http_headers
    head = StatusAndHeaders(came.statusline, [*came.headers, ("Content-Length", str(len(body)))], protocol=came.protocol)
    address = record.rec_headers.get_header("WARC-Target-URI")
    full = writer.create_warc_record(address, "response", payload=io.BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=said)
    writer.write_record(full)
    return out.getvalue()


def _hexadecimal(digest: str) -> str:
    """sha256:BASE32 as the vault names it."""
    return base64.b32decode(digest.removeprefix("sha256:")).hex()
