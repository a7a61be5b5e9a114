"""Secrets on their way to a platform: added to a request at the last moment, to the asked host alone, and to be found nowhere else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

REDACTED = "REDACTED"


@dataclass(frozen=True, slots=True)
class Secret:
    """A token and where the platform wants it: in a header behind `prefix`, or as the parameter `query` of the address."""

    value: str = field(repr=False)
    header: str = ""
    prefix: str = ""
    query: str = ""

    def headers(self) -> dict[str, str]:
        """What it adds to the request's headers."""
        return {self.header: f"{self.prefix}{self.value}"} if self.header else {}

    def address(self, url: str) -> str:
        """`url` with the parameter, where the secret is one."""
        return f"{url}{'&' if '?' in url else '?'}{urlencode({self.query: self.value})}" if self.query else url

    def redacted(self, content: bytes) -> bytes:
        """`content` without it, however it is spelled there: servers write it into the addresses of further pages, and those into JSON or HTML."""
        return _spelled(self.value).sub(REDACTED.encode(), content)

    def redacted_text(self, text: str) -> str:
        """The same for an address or a header."""
        return self.redacted(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def bearer(token: str) -> Secret:
    """A token as OAuth 2.0 sends it (RFC 6750 2.1)."""
    return Secret(token, header="Authorization", prefix="Bearer ")


def in_header(name: str, token: str) -> Secret:
    """A token in a header of its own."""
    return Secret(token, header=name)


def in_query(name: str, token: str) -> Secret:
    """A token as a parameter of the address, for platforms that take it nowhere else."""
    return Secret(token, query=name)


def without(headers: Mapping[str, str], secret: Secret | None) -> dict[str, str]:
    """`headers` as they may be kept: no value that signs in, whoever set it."""
    hidden = {"authorization", "proxy-authorization", "cookie", "set-cookie", *({secret.header.lower()} if secret else ())}
    return {name: REDACTED if name.lower() in hidden else value for name, value in headers.items()}


@lru_cache(maxsize=64)
def _spelled(value: str) -> re.Pattern[bytes]:
    """`value` as it is, and each of its characters as an address (also one within an address), JSON or HTML may write it."""
    return re.compile("".join(map(_character, value)).encode())


def _character(one: str) -> str:
    number = ord(one)
    ways = {re.escape(way) for way in (one, html.escape(one), json.dumps(one)[1:-1], "\\/" if one == "/" else one, "+" if one == " " else one)}
    coded = f"%(?:25)*(?i:{number:02x})|\\\\+u(?i:{number:04x})|&#0*{number};|&#[xX]0*(?i:{number:x});"
    return f"(?:{coded}|{'|'.join(sorted(sorted(ways), key=len, reverse=True))})"  # the longest first: `%` is the beginning of its own code
