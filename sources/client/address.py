"""Which addresses may be asked: public ones by http or https, and those that the settings name. Guards against server-side request forgery."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from sources.client.deadline import WATCHED_POOLS
from sources.source import NotPermitted

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 4096
NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\\]")
# A zone or an escape in a host, and a number with a dot behind it, which some take for a name and others for the number.
NO_HOST = re.compile(r"%|(?:^|\.)(?:0x[0-9a-f]*|[0-9]+)\.$")
# What some Pythons call global and still leads inside, or to IPv4 by translation.
ALSO_INSIDE = [
    ipaddress.ip_network("::/96"),  # IPv4-compatible addresses
    ipaddress.ip_network("64:ff9b::/96"),  # NAT64
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("100.64.0.0/10"),  # carrier-grade NAT
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.ip_network("2001::/23"),  # Teredo and other tunnels
    ipaddress.ip_network("2002::/16"),  # 6to4
    ipaddress.ip_network("3fff::/20"),
    ipaddress.ip_network("5f00::/16"),
    ipaddress.ip_network("fec0::/10"),  # site-local
]


def checked(url: str) -> SplitResult:
    """The parts of `url`. Raises NotPermitted for anything but http and https, for credentials in it, and for what is no address at all."""
    if len(url) > LONGEST or NOT_IN_ADDRESSES.search(url):
        raise NotPermitted(f"an address of {len(url)} characters is too long or holds blanks, backslashes or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPermitted("not an address: its host or port cannot be read") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise NotPermitted(f"only http and https are read, not {parts.scheme[:20] or 'an address without a scheme'}")
    if not parts.hostname or port == 0:
        raise NotPermitted(f"an address without a host cannot be read: {parts.scheme}")
    if NO_HOST.search(parts.hostname):
        raise NotPermitted("a host must not hold a zone or an escape, nor be a number with a dot at its end")
    if "@" in parts.netloc:
        raise NotPermitted(f"{parts.hostname}: an address must not hold a user name or password")
    return parts


def where(url: str) -> str:
    """`url` as errors may show it: host and path, without query, fragment or credentials."""
    try:
        parts = urlsplit(url)
        shown = f"{parts.hostname or ''}{':' + str(parts.port) if parts.port else ''}{parts.path}"
    except ValueError:
        return "(an address that cannot be read)"
    return re.sub(r"[^\x21-\x7e]", "?", shown)[:200]


@lru_cache(maxsize=1024)  # asked for several times on the way of each request
def origin(url: str) -> str:
    """Scheme, host and port of `url`, lower case, without the scheme's default port."""
    parts = checked(url)
    port = f":{parts.port}" if parts.port not in (None, DEFAULT_PORTS[parts.scheme]) else ""
    return f"{parts.scheme}://{_host(parts)}{port}"


def same_origin(one: str, other: str) -> bool:
    """Whether both lie on one scheme, host and port. What may not be asked at all lies nowhere."""
    try:
        return origin(one) == origin(other)
    except NotPermitted:
        return False


@lru_cache(maxsize=1024)
def host_and_port(url: str) -> str:
    """`host:port` as `[network] allow_hosts` writes it."""
    parts = checked(url)
    return f"{_host(parts)}:{parts.port or DEFAULT_PORTS[parts.scheme]}"


def leads_inside(address: str) -> bool:
    """Whether an IP address (brackets allowed) is none of the public internet: private, loopback, link-local, multicast, reserved, or hiding such."""
    ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in block for block in ALSO_INSIDE if block.version == ip.version)


class GuardedAdapter(IPFilterAdapter):  # type: ignore[misc]
    """requests-hardened's filter, which resolves a name once and connects to that very address, with our list of exceptions and our deadline."""

    def __init__(self, *, https: bool, allow_hosts: frozenset[str]) -> None:
        self._allow_hosts = allow_hosts
        super().__init__(is_https_proto=https)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does it, with connections that a deadline can cut."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = WATCHED_POOLS

    def build_connection_pool_key_attributes(self, request: requests.PreparedRequest, verify: Any, cert: Any = None) -> Any:
        """Where to connect to. Raises InvalidIPAddress when the name resolves to an inside address and is no exception."""
        if host_and_port(request.url or "") in self._allow_hosts:
            return HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert)
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if leads_inside(host["host"]):
            raise InvalidIPAddress(host["host"])
        return host, pool


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").lower()
    return f"[{name}]" if ":" in name else name
