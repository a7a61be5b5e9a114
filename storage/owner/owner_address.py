"""The address of an owner on another machine: https, or http where the words never leave this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def checked(address: str) -> str:
    """`address` without a trailing slash. Raises ValueError for what is no address, and for clear text that would cross a network."""
    parts = urlsplit(address.strip())
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise ValueError(f"{address!r} is no address of an owner: write https, its name and its port, such as https://store.police.example.gov:8261")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise ValueError(f"{address!r} would send the token and the batches in clear: use https (docs/workers.md)")
    return f"{parts.scheme}://{parts.netloc}"


def asked_from_here(peer: str, card_url: str) -> bool:
    """Whether the address `peer`, from which a connection came, is this machine's: loopback, or the very address that the owner's card names."""
    return _is_this_machine(peer.removeprefix("::ffff:")) or peer == urlsplit(card_url).hostname


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
