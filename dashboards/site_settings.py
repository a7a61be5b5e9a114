"""The `[site]` table of plainview.toml: where the review site listens and which names it answers to."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from pydantic import Field

from settings.table import Table

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 (compared, not listened on)


class SiteSettings(Table, table="site"):
    """Where the review site listens. Passwords would travel in clear, so it listens on loopback unless it speaks TLS, or a proxy in front does."""

    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8261, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    threads: int = Field(default=8, ge=2, le=64, description="requests answered at the same time")
    names: tuple[str, ...] = Field(default=(), description="further host names that the site answers to, such as the one a proxy passes on")
    behind_tls_proxy: bool = Field(default=False, description="a proxy in front speaks TLS and sets X-Forwarded-Proto itself")
    certificate: Path | None = Field(default=None, description="a PEM file with the site's certificate and those that vouch for it: the site speaks TLS itself")
    private_key: Path | None = Field(default=None, description="a PEM file with the certificate's private key, without a password; for this user alone")

    @property
    def answers_to(self) -> list[str]:
        """The host names that a request may be addressed to: this machine's own, the address listened on, and `names`."""
        here = [] if self.host in EVERY_ADDRESS else [f"[{self.host}]" if ":" in self.host else self.host]
        return ["127.0.0.1", "localhost", "[::1]", *here, *self.names]

    @property
    def speaks_tls(self) -> bool:
        """Whether the site itself encrypts."""
        return self.certificate is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
