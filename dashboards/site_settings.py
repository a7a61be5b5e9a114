"""The `[site]` table of plainview.toml: where the review site listens and which names it answers to."""

from __future__ import annotations

import ipaddress

from pydantic import Field

from settings.table import Table


class SiteSettings(Table, table="site"):
    """Where the review site listens. Passwords would travel in clear, so it listens on loopback unless a proxy in front speaks TLS."""

    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8261, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    threads: int = Field(default=8, ge=2, le=64, description="requests answered at the same time")
    names: tuple[str, ...] = Field(default=(), description="further host names that the site answers to, such as the one a proxy passes on")
    behind_tls_proxy: bool = Field(default=False, description="a proxy in front speaks TLS and sets X-Forwarded-Proto itself")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
