"""Secrets on their way to a platform: added to a request at the last moment, to the asked host alone, and to be found nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

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
        """`content` without it: servers write it into the addresses of further pages."""
        for known in {self.value, quote_plus(self.value)}:
            content = content.replace(known.encode(), REDACTED.encode())
        return content


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
