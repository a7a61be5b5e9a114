"""One visit to an account by Meta's Graph API: who it is, then the newest of what it published, the same for Facebook, Instagram and Threads.

ETags: https://developers.facebook.com/docs/marketing-api/etags. Media addresses are signed anew, so an ETag often differs where nothing did: the digest tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from domain.account import Account
from domain.post import Post
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.platforms.meta.comments import beyond_the_list, oldest_comments
from sources.platforms.meta.graph import answered, fault_of, following
from sources.reading.api import GONE, Api
from sources.reading.shape import At, read_json
from sources.reading.track import Known, Read, Track
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Page


@dataclass(frozen=True, slots=True)
class Edge:
    """What one platform is asked for.

    `who` is the account as its own token names it and `who_fields` its profile, which `identify` and `profile` read. `posts` is the edge, `fields` its fields,
    `page` reads a reply of it. `alone` are the fields by which `no_longer_public` tells from a post asked for alone that it is not shown any more.
    """

    who: str
    who_fields: str
    identify: Callable[[At], str]
    profile: Callable[[At, datetime], Post]
    posts: str
    fields: str
    page: Callable[[At, str | None], Read]
    per_page: int
    alone: Callable[[Known], str] = lambda _known: "id"
    no_longer_public: Callable[[At], str | None] = lambda _post: None


@dataclass
class Visit:
    """`api` is the Graph API's version with the account's token."""

    http: Http
    account: Account
    api: Api
    edge: Edge
    oldest: dict[str, str] = field(default_factory=dict)  # as `oldest_comments`, of the page that was read last

    def read(self, track: Track) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        current = track.settled and not track.sweep_due(self.http.now())
        if not current:
            yield from self._look_up(track)
        own_id = track.own["id"]
        reply = self._listing(own_id, None, track.own.get("etag") if current else None)
        if reply.not_modified:
            yield unchanged(track)
            return
        track.own["etag"] = reply.etag or ""
        first = self._page(reply)
        yield from Walk(
            track,
            lambda after: self._page(self._listing(own_id, after)),
            self._answer_if_gone,
            self.http.now(),
            self.http.settings.pages_per_run,
            since=self.account.since,
        ).from_first(first)

    def _look_up(self, track: Track) -> Iterator[Page]:
        reply = self._ask(f"/{self.edge.who}", {"fields": self.edge.who_fields})
        json = read_json(reply)
        found = self.edge.identify(json)
        if track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the name or token now belongs to another account than the one that was collected before")
        track.own["id"] = found
        yield from profile_page(track, self.edge.profile(json, self.http.now()), reply.record)

    def _listing(self, own_id: str, after: str | None, etag: str | None = None) -> Reply:
        query = {"fields": self.edge.fields, "limit": str(self.edge.per_page)} | ({"after": after} if after else {})
        return self._ask(f"/{own_id}/{self.edge.posts}", query, etag)

    def _page(self, reply: Reply) -> Read:
        json = read_json(reply)
        read = replace(self.edge.page(json, following(json)), record=reply.record)
        self.oldest = oldest_comments(read)
        return read

    def _answer_if_gone(self, native_id: str, known: Known) -> str | None:
        if beyond_the_list(known, self.oldest):
            return None
        reply = self.api.ask(f"/{quote(native_id, safe='')}", {"fields": self.edge.alone(known)})
        fault = fault_of(reply) if reply.status not in {200, 304} else None
        if fault and fault.not_there:
            return f"{reply.status} ({fault})"
        if reply.status in GONE and not fault:  # else what the error says, such as that it is busy
            return str(reply.status)
        return self.edge.no_longer_public(read_json(answered(reply, self.http.now())))

    def _ask(self, path: str, query: dict[str, str], etag: str | None = None) -> Reply:
        return answered(self.api.ask(path, query, etag), self.http.now())
