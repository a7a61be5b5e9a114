"""A platform's documented API under one address: what every JSON platform with or without a token has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from domain.account import Account
from domain.identity import Json
from sources.client.address import checked, origin, where
from sources.client.http import Http, Reply
from sources.client.recorder import Redact
from sources.client.secret import Secret
from sources.source import AccountGone, NotPermitted, UnexpectedReply

GONE = {404, 410}
REFUSED = {401, 403}


def api_at(account: Account, sites: frozenset[str], api: str) -> str:
    """Where the API of `account` is: `api` for an address on one of the platform's own `sites` (host names), else the address's own origin."""
    return api if checked(account.url).hostname in sites else origin(account.url)


@dataclass(frozen=True, slots=True)
class Api:
    """`base` is the address before every path, `secret` what signs a request in, `headers` what the platform wants in each."""

    http: Http
    base: str
    secret: Secret | None = None
    headers: Mapping[str, str] | None = None

    def ask(self, path: str, query: Mapping[str, str] | None = None, etag: str | None = None, redact: Redact | None = None) -> Reply:
        """GET `path`. Any status below 500 but 429 is an answer; raises what `Http.get` raises."""
        url = f"{self.base}{path}{'?' + urlencode(query) if query else ''}"
        return self.http.get(url, robots=False, accept="application/json", headers=self.headers, etag=etag, secret=self.secret, redact=redact)

    def post(self, path: str, query: Mapping[str, str], body: Json) -> Reply:
        """POST `body` as JSON to `path`, for platforms that read so."""
        url = f"{self.base}{path}{'?' + urlencode(query) if query else ''}"
        return self.http.post(url, body, headers=self.headers, secret=self.secret)


def good(reply: Reply) -> Reply:
    """`reply` when it is 200 or 304. Raises AccountGone for 404 and 410, NotPermitted for 401 and 403, UnexpectedReply for any other."""
    at = where(reply.url)
    if reply.status in {200, 304}:
        return reply
    if reply.status in GONE:
        raise AccountGone(f"{at}: answered {reply.status}")
    if reply.status in REFUSED:
        raise NotPermitted(
            f"{at}: answered {reply.status}: the token is missing, has run out or does not allow this; exchange it in the file of [network] tokens"
        )
    raise UnexpectedReply(at, f"answered {reply.status}")
