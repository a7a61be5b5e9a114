"""Asking over HTTP: the holder of the store on this machine, by its card."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout
from requests.exceptions import ConnectionError as NotConnected

from storage.errors import StorageError
from storage.owner.calls import error_in
from storage.owner.card import Card

_CONNECT_S = 5.0


class NobodyAnswers(Exception):
    """Whoever is at the address is not the owner, or is just coming or going, or has no room for the moment: ask again."""


class _Pinned(HTTPAdapter):
    """Speaks TLS with the one certificate whose SHA-256 it was given, whatever name that bears: a card's address is loopback."""

    def __init__(self, sha256: str) -> None:
        self._sha256 = sha256
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **named: Any) -> None:
        """Every connection is checked against the fingerprint, and by nothing else."""
        super().init_poolmanager(connections, maxsize, block, **named, assert_fingerprint=self._sha256, cert_reqs="CERT_NONE")


def post(card: Card, name: str, body: bytes, wait_s: float) -> bytes:
    """The answer to the call `name`. Raises NobodyAnswers when it is worth asking again, and what the call itself raised.

    No proxy, no .netrc and no redirect: the token goes to the card's address and nowhere else.
    """
    with requests.Session() as session:
        session.trust_env = False
        if card.certificate_sha256:
            session.mount(card.url, _Pinned(card.certificate_sha256))
            session.verify = False  # the fingerprint vouches for it instead
        reply = sent(session, "POST", f"{card.url}/store/{name}", card.token, body, wait_s)
    if reply.headers.get("X-Owner") != card.owner or reply.status_code in {401, 503}:
        raise NobodyAnswers(f"status {reply.status_code}")
    return said(name, reply.status_code, reply.content)


def sent(session: requests.Session, method: str, url: str, token: str, body: bytes, wait_s: float) -> requests.Response:
    """The reply to one request, within `wait_s` seconds without a byte. Raises NobodyAnswers."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        return session.request(method, url, data=body, headers=headers, timeout=(min(_CONNECT_S, wait_s), wait_s), allow_redirects=False)
    except (NotConnected, ChunkedEncodingError, ContentDecodingError, Timeout) as error:
        raise NobodyAnswers(type(error).__name__) from error


def said(name: str, status: int, content: bytes) -> bytes:
    """The body of an answer that the owner gave with that status. Raises what the call itself raised, and StorageError."""
    if status == 200:
        return content
    if status == 409:
        raise error_in(content)
    if status in {400, 404}:
        raise StorageError(f"the process that holds the store does not know the call {name} as it was made: it runs another version: restart it")
    raise StorageError(f"the process that holds the store failed in {name} (status {status}): its own log says why")
