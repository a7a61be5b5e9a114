"""Asking the holder of the store over loopback HTTP."""

from __future__ import annotations

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout
from requests.exceptions import ConnectionError as NotConnected

from storage.calls import error_in
from storage.card import Card
from storage.errors import StorageError

_CONNECT_S = 5.0


class NobodyAnswers(Exception):
    """Whoever is at the card's address is not the owner, or is just coming or going: ask again."""


def post(card: Card, name: str, body: bytes, wait_s: float) -> bytes:
    """The answer to the call `name`. Raises NobodyAnswers when it is worth asking again, and what the call itself raised.

    No proxy, no .netrc and no redirect: the token goes to the card's address and nowhere else.
    """
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {card.token}", "Content-Type": "application/json"}
        try:
            reply = session.post(f"{card.url}/store/{name}", data=body, headers=headers, timeout=(min(_CONNECT_S, wait_s), wait_s), allow_redirects=False)
        except (NotConnected, ChunkedEncodingError, ContentDecodingError, Timeout) as error:
            raise NobodyAnswers(type(error).__name__) from None
    if reply.headers.get("X-Owner") != card.owner or reply.status_code in {401, 503}:
        raise NobodyAnswers(f"status {reply.status_code}")
    return _said(name, reply.status_code, reply.content)


def _said(name: str, status: int, content: bytes) -> bytes:
    if status == 200:
        return content
    if status == 409:
        raise error_in(content)
    if status in {400, 404}:
        raise StorageError(f"the process that holds the store does not know the call {name} as it was made: it runs another version: restart it")
    raise StorageError(f"the process that holds the store failed in {name} (status {status}): its own log says why")
