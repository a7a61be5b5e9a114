"""Mastodon, and every server that speaks its client API (snac, GoToSocial, Pleroma): public statuses, without a token.

API: https://docs.joinmastodon.org/methods/accounts/ (lookup, statuses), …/methods/statuses/ (get, context).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode

from domain.account import Account, Custody
from domain.retention import OnDelete
from sources.client.address import origin, where
from sources.client.http import Http, Reply
from sources.platforms.mastodon.comments import Comments
from sources.platforms.mastodon.status import parse_account, parse_answered, parse_next, parse_profile, parse_statuses
from sources.reading.shape import read_json
from sources.reading.track import Item, Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, Page, Terms, UnexpectedReply

PER_PAGE = 40  # the most that the API gives
GONE = {404, 410}
ASKS_FOR_TOKEN = {401, 403}

TERMS = Terms(
    use="Public and unlisted statuses by the server's own API, without an account there, and on a department's own account the answers to them without who"
    " wrote them. Each server sets its own rules: read them before registering one.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="https://docs.joinmastodon.org/user/posting/#privacy and the server's /about page",
)
NEEDS = Needs(handle="`@press@police.example.gov`", url="the profile's page on its own server")
DAILY = Allowance(requests=20_000)


class Mastodon:
    """Reads `/api/v1/accounts/:id/statuses`, newest first. Posts are known by `uri`: snac gives an edited status a new `id`."""

    name = "mastodon"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`. On a department-run account answers are asked for once a day, after all that is remembered was looked through."""
        track = track_of(checkpoint)
        reader = _Reader(http, account, origin(account.url))
        now = http.now()
        current = track.settled and not track.sweep_due(now)
        if not current:
            yield from reader.look_up(track)
        reply = reader.statuses(track.own["id"], None, track.own.get("etag") if current else None)
        if reply.not_modified:
            yield unchanged(track)
            return
        track.own["etag"] = reply.etag or ""
        first = reader.understood(reply, track.own["id"])
        walk = Walk(
            track,
            lambda next_id: reader.page(track.own["id"], next_id),
            reader.answer_if_gone,
            now,
            http.settings.pages_per_run,
            since=account.since,
        )
        yield from walk.from_first(first)
        if account.custody is Custody.DEPARTMENT_RUN and track.swept_at == now:
            yield from Comments(http, account, reader.api, track, reader.statuses_read, reader.answered, walk.found).answers()


class _Reader:
    def __init__(self, http: Http, account: Account, at: str) -> None:
        self.http = http
        self.account = account
        self.at = at
        self.api = f"{at}/api/v1"
        self.statuses_read: dict[str, Item] = {}  # by their ids on the server
        self.answered: set[str] = set()  # those of them that somebody answered

    def look_up(self, track: Track) -> Iterator[Page]:
        user = self.account.handle.lstrip("@").partition("@")[0]
        reply = self._get(f"{self.api}/accounts/lookup?{urlencode({'acct': user})}")
        found = parse_account(read_json(reply), user)
        if track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the name now belongs to another account than the one that was collected before")
        track.own["id"] = found
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.http.now()), reply.record)

    def statuses(self, server_id: str, max_id: str | None, etag: str | None = None) -> Reply:
        query = {"limit": str(PER_PAGE), "exclude_reblogs": "true"} | ({"max_id": max_id} if max_id else {})
        return self._get(f"{self.api}/accounts/{quote(server_id, safe='')}/statuses?{urlencode(query)}", etag)

    def page(self, server_id: str, max_id: str) -> Read:
        return self.understood(self.statuses(server_id, max_id), server_id)

    def understood(self, reply: Reply, server_id: str) -> Read:
        json = read_json(reply)
        read = parse_statuses(json, self.account.id, server_id, parse_next(reply.headers.get("Link", ""), json.path))
        self.statuses_read |= {item.locator: item for item in read.items}
        self.answered |= parse_answered(json)
        return replace(read, record=reply.record)

    def answer_if_gone(self, uri: str, known: Known) -> str | None:
        """Asks for the status; where that needs a token (snac answers 401), for the ActivityPub object that it is."""
        status = self.http.get(f"{self.api}/statuses/{quote(known.locator, safe='')}", robots=False, accept="application/json").status
        if status in ASKS_FOR_TOKEN and uri.startswith(f"{self.at}/"):
            status = self.http.get(uri, robots=False, accept="application/activity+json").status
        return str(status) if status in GONE else None

    def _get(self, url: str, etag: str | None = None) -> Reply:
        reply = self.http.get(url, robots=False, accept="application/json", etag=etag)
        if reply.status in GONE:
            raise AccountGone(f"{where(url)}: answered {reply.status}")
        if reply.status not in {200, 304}:
            raise UnexpectedReply(where(url), f"answered {reply.status}")
        return reply
