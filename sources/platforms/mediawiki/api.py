"""A wiki's api.php: where it is, how it is asked, and its errors, which come with status 200 (https://www.mediawiki.org/wiki/API:Errors_and_warnings)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from domain.account import Account
from sources.client.address import checked, origin, same_origin, where
from sources.client.http import Http, Reply
from sources.client.rate_headers import retry_after
from sources.client.recorder import Redact
from sources.reading.api import GONE, REFUSED
from sources.reading.page_tree import links_of
from sources.reading.readable import picture
from sources.reading.shape import At, read_json
from sources.source import AccountGone, NotPermitted, TryAgainLater, UnexpectedReply

ALWAYS = {"action": "query", "format": "json", "formatversion": "2", "maxlag": "5"}  # maxlag: ask again later while the wiki's databases are behind
KNOWN_PATHS = ("/w/api.php", "/api.php")
WIKIMEDIA = re.compile(
    r"(.+\.)?(wikipedia|wikimedia|wiktionary|wikibooks|wikidata|wikinews|wikiquote|wikisource|wikiversity|wikivoyage|wikifunctions|mediawiki)\.org"
)
BUSY = {"maxlag", "ratelimited", "readonly", "timeout"}
CLOSED = {"readapidenied", "permissiondenied", "badaccess", "mustbeloggedin", "assertuserfailed"}
NO_SUCH_USER = {"baduser", "baduser_ucuser", "baduser_ususers", "nosuchuser", "invaliduser"}
CODE = re.compile(r"[a-z0-9_-]{1,60}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said, the reply that it came in, and where the API is."""

    json: At
    record: str
    api: str

    @property
    def script(self) -> str:
        """The wiki's index.php, which lies beside its api.php unless the wiki says otherwise; never on another host."""
        said = self.json.at("query").at("general").at("script").value
        beside = f"{self.api.rpartition('/')[0]}/index.php"
        return f"{origin(self.api)}{said}" if isinstance(said, str) and re.fullmatch(r"/[\w./-]{1,200}", said) else beside


@dataclass(frozen=True, slots=True)
class MediaWikiApi:
    """The API of the wiki that `account` is on."""

    http: Http
    account: Account

    def ask(self, api: str, query: Mapping[str, str], redact: Redact | None = None) -> Answer:
        """What `api` answers to `query`. Raises SourceError, the API's own errors among them."""
        return self._understood(api, self._get(api, query, redact))

    def found(self, known: str, query: Mapping[str, str]) -> Answer:
        """The same, of the first place that answers as an API: `known`, what the account's page names, or where an api.php usually lies."""
        for api in self._places(known):
            reply = self._get(api, query)
            if reply.status not in GONE and not _is_page(reply):
                break
        return self._understood(api, reply)

    def _places(self, known: str) -> Iterator[str]:
        url = self.account.url
        if known:
            yield known
        if checked(url).path.endswith("/api.php"):
            yield url.partition("?")[0].partition("#")[0]
        elif not WIKIMEDIA.fullmatch(checked(url).hostname or ""):
            yield from self._named_by_page()
        yield from (origin(url) + path for path in KNOWN_PATHS)

    def _named_by_page(self) -> Iterator[str]:
        """The api.php of the page's own host in its <link rel="EditURI">. A user without a page has one too: status 404, with the same head."""
        page = self.http.get(self.account.url, accept="text/html, */*;q=0.5")
        for link in links_of(page.body, where(page.url), "EditURI"):
            named = picture(link.partition("?")[0], page.url)
            if named and named.url.endswith("/api.php") and same_origin(named.url, page.url):
                yield named.url

    def _get(self, api: str, query: Mapping[str, str], redact: Redact | None = None) -> Reply:
        if WIKIMEDIA.fullmatch(checked(api).hostname or "") and not self.http.settings.contact:
            raise NotPermitted(f"{where(api)}: Wikimedia wants to know whom to write to: set [network] contact (its User-Agent policy)")
        return self.http.get(f"{api}?{urlencode(ALWAYS | dict(query))}", robots=False, accept="application/json", redact=redact)

    def _understood(self, api: str, reply: Reply) -> Answer:
        at = where(reply.url)
        if reply.status in GONE:
            raise AccountGone(f"{at}: answered {reply.status}; register the address of the wiki's api.php")
        if reply.status in REFUSED:
            raise NotPermitted(f"{at}: answered {reply.status}: the wiki does not let its API be read without signing in")
        if reply.status != 200:
            raise UnexpectedReply(at, f"answered {reply.status}")
        json = read_json(reply)
        if not json.at("error").missing:
            self._refuse(json.at("error").at("code").text(), at, reply)
        return Answer(json, reply.record, api)

    def _refuse(self, code: str, at: str, reply: Reply) -> None:
        said = f"answered {code if CODE.fullmatch(code) else 'an error'}"
        if code in BUSY or code.startswith("internal_api_error"):
            raise TryAgainLater(retry_after(reply.headers, self.http.now()), f"{at}: {said}")
        if code in CLOSED:
            raise NotPermitted(f"{at}: {said}: the wiki does not let its API be read without signing in")
        if code in NO_SUCH_USER:
            raise AccountGone(f"{at}: {said}")
        raise UnexpectedReply(at, said)


def _is_page(reply: Reply) -> bool:
    return reply.status == 200 and "json" not in reply.headers.get("Content-Type", "").lower()
