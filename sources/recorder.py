"""Replies as they came, as WARC records (ISO 28500): request and response with their headers and times, without what signs in.

Transfer and content codings are undone before a reply is kept, and the header that named them says so. A picture's record holds its headers and the SHA-256 of
its bytes, which lie in the vault under that name (a `revisit` record, WARC 1.1 section 6.7): kept once, and put back by `plainview export warc`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from sources.secret import Secret, without

Redact: TypeAlias = Callable[[bytes], bytes]
SAME_BYTES = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
CODINGS = {"content-encoding", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request and its answer. `url` and `sent` are without the secret, which is named apart so that it can be looked for. `at` is aware UTC."""

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
    """Keeps what one visit is answered. Not for several threads at once."""

    def __init__(self, software: str) -> None:
        """`software`: who made the file, for its `warcinfo` record."""
        self._software = software
        self._begin()

    def keep(self, one: Exchanged, *, elsewhere: bool = False, redact: Redact | None = None) -> str:
        """Keeps the exchange and answers the WARC-Record-ID of its response.

        `elsewhere`: the body is kept by its SHA-256 in the vault, and not here. `redact` takes out of it what must not be kept, such as others' names.
        """
        body = redact(one.body) if redact else one.body
        body = one.secret.redacted(body) if one.secret else body
        record_id = f"<{uuid4().urn}>"
        self._write(_response(self._writer, one, body, record_id, elsewhere=elsewhere), _request(self._writer, one))
        self._replies += 1
        return record_id

    def take(self) -> Records | None:
        """Everything since it was taken last; None when there is nothing."""
        if not self._replies:
            return None
        taken = Records(self._out.getvalue(), self._replies)
        self._begin()
        return taken

    def _begin(self) -> None:
        self._out = io.BytesIO()
        self._replies = 0
        self._writer: Any = _Writer(self._out, gzip=True, warc_version="1.1")
        self._writer.write_record(self._writer.create_warcinfo_record("", {"software": self._software, "format": "WARC File Format 1.1"}))

    def _write(self, response: Any, request: Any) -> None:
        self._writer.write_request_response_pair(request, response)


class _Writer(WARCWriter):  # type: ignore[misc]
    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


def _response(writer: Any, one: Exchanged, body: bytes, record_id: str, *, elsewhere: bool) -> Any:
    head = StatusAndHeaders(f"{one.status} {_reason(one.status)}", _kept_headers(one, len(body)), protocol="HTTP/1.1")
    said = {"WARC-Record-ID": record_id, "WARC-Date": _time(one.at)}
    if not elsewhere:
        return writer.create_warc_record(one.url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=said)
    digest = Digester("sha256")
    digest.update(body)
    said |= {"WARC-Profile": SAME_BYTES, "WARC-Payload-Digest": str(digest)}
    return writer.create_warc_record(one.url, "revisit", http_headers=head, warc_headers_dict=said)


def _request(writer: Any, one: Exchanged) -> Any:
    parts = urlsplit(one.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = [("Host", parts.netloc), *((name, _printable(value)) for name, value in without(one.sent, one.secret).items())]
    head = StatusAndHeaders(f"{one.method} {target} HTTP/1.1", headers, is_http_request=True)
    return writer.create_warc_record(one.url, "request", payload=io.BytesIO(one.sent_body), length=len(one.sent_body), http_headers=head)


def _kept_headers(one: Exchanged, length: int) -> list[tuple[str, str]]:
    """The response's headers; those that describe how the body was packed on the way are kept under another name, since the body is kept unpacked."""
    secret = one.secret
    headers = {name: _printable(secret.redacted(value.encode()).decode() if secret else value) for name, value in without(one.received, secret).items()}
    return [(f"X-Archive-Orig-{name}" if name.lower() in CODINGS else name, value) for name, value in headers.items()] + [("Content-Length", str(length))]


def _printable(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in {one.value for one in HTTPStatus} else ""


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
