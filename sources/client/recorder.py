"""Replies as they came, as WARC records (ISO 28500): request and response with their headers and times, without what signs in.

Transfer and content codings are undone before a reply is kept, and the header that named them says so. A picture's record holds its headers and the SHA-256 of
its bytes, which lie in the vault under that name (a `revisit` record, WARC 1.1 section 6.7): kept once, and put back by `plainview export warc`.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit
from uuid import uuid4

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from sources.client.secret import Secret, without

Redact: TypeAlias = Callable[[bytes], bytes]
SAME_BYTES = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
GZIP = zlib.MAX_WBITS + 16
CODINGS = {"content-encoding", "transfer-encoding", "content-length"}
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_IN_ADDRESSES = _PRINTABLE.replace(" ", "")
_IN_NAMES = _IN_ADDRESSES.replace(":", "")
_PHRASES = {one.value: one.phrase for one in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request and its answer. `sent` is without the secret, which is named apart so that it can be looked for in all else. `at` is aware UTC."""

    method: str
    url: str
    sent: Mapping[str, str]
    sent_body: bytes
    status: int
    received: Mapping[str, str]
    body: bytes
    at: datetime
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """A WARC file with everything since the last one, and how many replies are in it."""

    content: bytes
    replies: int


class Recorder:
    """Keeps what one visit is answered, until it is taken or dropped. Not for several threads at once."""

    def __init__(self, software: str) -> None:
        """`software`: who made the file, for its `warcinfo` record."""
        self._software = software
        self._kept: list[_Kept] = []

    def keep(self, one: Exchanged, *, elsewhere: bool = False, redact: Redact | None = None) -> str:
        """Keeps the exchange and answers the WARC-Record-ID of its response.

        `elsewhere`: the body is kept by its SHA-256 in the vault, and not here. `redact` takes out of it what must not be kept, such as others' names.
        """
        record_id = f"<{uuid4().urn}>"
        self._kept.append(_Kept(one, record_id, _digest(one.body) if elsewhere else "", redact))
        if elsewhere:
            self._kept[-1] = replace(self._kept[-1], one=replace(one, body=b""))  # the picture is not held in memory until the page ends
        return record_id

    def take(self) -> Records | None:
        """Everything since it was taken or dropped last; None when there is nothing."""
        kept, self._kept = self._kept, []
        if not kept:
            return None
        out = io.BytesIO()
        writer = writer_into(out)
        writer.write_record(writer.create_warcinfo_record("", {"software": self._software, "format": "WARC File Format 1.1"}))
        for one in kept:
            writer.write_request_response_pair(_request(writer, one.one), _response(writer, one))
        return Records(out.getvalue(), len(kept))

    def drop(self) -> None:
        """Forget everything since it was taken last."""
        self._kept = []


@dataclass(frozen=True, slots=True)
class _Kept:
    """`digest`: of a body that is kept elsewhere, else empty."""

    one: Exchanged
    record_id: str
    digest: str
    redact: Redact | None


def writer_into(out: io.BytesIO) -> Any:
    """A writer of WARC 1.1, each record packed by itself, with SHA-256 as its digests."""
    return _Writer(out, gzip=False, warc_version="1.1")


class _Writer(WARCWriter):  # type: ignore[misc]
    def _write_warc_record(self, out: Any, record: Any) -> None:
        """Packs a record as a whole, into a gzip member of its own (ISO 28500, annex D): one call in which other threads go on, where warcio has ten."""
        plain = io.BytesIO()
        super()._write_warc_record(plain, record)
        out.write(zlib.compress(plain.getvalue(), wbits=GZIP))

    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


def _response(writer: Any, kept: _Kept) -> Any:
    one = kept.one
    said = {"WARC-Record-ID": kept.record_id, "WARC-Date": _time(one.at)}
    if kept.digest:
        said |= {"WARC-Profile": SAME_BYTES, "WARC-Payload-Digest": kept.digest}
        head = StatusAndHeaders(f"{one.status} {_reason(one.status)}", _kept_headers(one), protocol="HTTP/1.1")
        return writer.create_warc_record(_address(one), "revisit", http_headers=head, warc_headers_dict=said)
    body = kept.redact(one.body) if kept.redact else one.body
    body = one.secret.redacted(body) if one.secret else body
    headers = [*_kept_headers(one), ("Content-Length", str(len(body)))]
    head = StatusAndHeaders(f"{one.status} {_reason(one.status)}", headers, protocol="HTTP/1.1")
    return writer.create_warc_record(_address(one), "response", payload=io.BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=said)


def _digest(body: bytes) -> str:
    digest = Digester("sha256")
    digest.update(body)
    return str(digest)


def _request(writer: Any, one: Exchanged) -> Any:
    address = _address(one)
    parts = urlsplit(address)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    body = one.secret.redacted(one.sent_body) if one.secret else one.sent_body
    head = StatusAndHeaders(f"{one.method} {target} HTTP/1.1", [("Host", parts.netloc), *_without(one, one.sent)], is_http_request=True)
    return writer.create_warc_record(address, "request", payload=io.BytesIO(body), length=len(body), http_headers=head)


def _kept_headers(one: Exchanged) -> list[tuple[str, str]]:
    """The response's headers; those that describe how the body was packed on the way are kept under another name, since the body is kept unpacked."""
    return [(f"X-Archive-Orig-{name}" if name.lower() in CODINGS else name, value) for name, value in _without(one, one.received)]


def _without(one: Exchanged, headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those headers as they may be kept, each on one line."""
    kept = without(headers, one.secret).items()
    return [(_written(name, _IN_NAMES), _printable(one.secret.redacted_text(value) if one.secret else value)) for name, value in kept]


def _address(one: Exchanged) -> str:
    """Where it was asked. A server may have written the secret into the address that it redirects to."""
    address = one.secret.redacted_text(one.url) if one.secret else one.url
    return _written(address, _IN_ADDRESSES)


def _printable(value: str) -> str:
    """On one line, in the characters that a header may hold; any other is written as in an address."""
    return _written(re.sub(r"[\r\n\0]+[ \t]*", " ", value).strip(), _PRINTABLE)


def _written(text: str, safe: str) -> str:
    return text if _is_safe(text, safe) else quote(text, safe=safe, errors="replace")


def _is_safe(text: str, safe: str) -> bool:
    """Whether nothing in it is to be written otherwise: most texts, at a tenth of what asking for each character takes."""
    return text.isascii() and text.isprintable() and (safe is _PRINTABLE or (" " not in text and (safe is _IN_ADDRESSES or ":" not in text)))


def _reason(status: int) -> str:
    return _PHRASES.get(status, "")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
