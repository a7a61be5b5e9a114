"""Any ActivityPub server: WebFinger names the actor, the actor its outbox, and the outbox what the account made public. Without a token or a signature.

WebFinger: https://www.rfc-editor.org/rfc/rfc7033. ActivityPub: https://www.w3.org/TR/activitypub/ (4.1 actors, 5.1 outbox, 5.6 public addressing, 6.4 delete).
Vocabulary: https://www.w3.org/TR/activitystreams-vocabulary/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from domain.account import Account
from domain.retention import OnDelete
from sources.client.address import checked, origin, where
from sources.client.http import Http, Reply
from sources.platforms.activitypub.object import type_of
from sources.platforms.activitypub.outbox import parse_actor, parse_first, parse_outbox, parse_profile, parse_webfinger
from sources.reading.shape import json_at, read_json
from sources.reading.track import Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply

ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
GONE = {404, 410}
ASKS_FOR_SIGNATURE = {401, 403}
TERMS = Terms(
    use="What an account addressed to everybody, from its own server and without an account there. Each server sets its own rules: read them first.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="https://www.w3.org/TR/activitypub/#delete-activity-inbox and the server's own terms",
)
NEEDS = Needs(handle="`@press@police.example.gov`", url="the profile's page, or the server's address")
DAILY = Allowance(requests=20_000)


class ActivityPub:
    """Reads the outbox, newest first. Posts are known by their object's `id`."""

    name = "activitypub"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reader = _Reader(http, account)
        reply: Reply | None = None
        current = track.settled and not track.sweep_due(http.now()) and {"actor", "first"} <= track.own.keys()
        if not current:
            yield from reader.look_up(track)
            reply = reader.outbox(track)
        reply = reply or reader.get(track.own["first"], track.own.get("etag") if current else None)
        if reply.not_modified:
            yield unchanged(track)
            return
        track.own["etag"] = reply.etag or ""
        first = reader.understood(reply, track)
        walk = Walk(
            track,
            lambda url: reader.understood(reader.get(url), track),
            reader.answer_if_gone,
            http.now(),
            http.settings.pages_per_run,
            since=account.since,
        )
        yield from walk.from_first(first)


class _Reader:
    def __init__(self, http: Http, account: Account) -> None:
        self.http = http
        self.account = account
        self.user, _, self.host = account.handle.lstrip("@").partition("@")

    def look_up(self, track: Track) -> Iterator[Page]:
        """The actor behind the handle, and its profile."""
        # The handle's own domain answers for it (RFC 7033 4); the account's page may lie on another host.
        here = checked(self.account.url).netloc.lower()
        asked = origin(self.account.url) if self.host.lower() in {"", here} else f"https://{self.host}"
        resource = quote(f"acct:{self.user}@{self.host or here}", safe=":@")
        found = parse_webfinger(read_json(self.get(f"{asked}/.well-known/webfinger?resource={resource}", accept="application/jrd+json, application/json")))
        reply = self.get(found)
        actor, track.own["outbox"] = parse_actor(read_json(reply), self.user)
        if origin(actor) != origin(found):
            raise UnexpectedReply(f"{where(found)}.id", "lies on another host than the address that WebFinger names")
        if track.own.get("actor", actor) != actor:
            raise AccountGone(f"{where(found)}: the name now belongs to another account than the one that was collected before")
        track.own["actor"] = actor
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.http.now()), reply.record)

    def outbox(self, track: Track) -> Reply | None:
        """The outbox itself where it holds its items; where it has pages, None, and the first one is remembered."""
        reply = self.get(track.own["outbox"])
        first = parse_first(read_json(reply), reply.url)
        track.own["first"] = first or track.own["outbox"]
        return None if first else reply

    def understood(self, reply: Reply, track: Track) -> Read:
        return replace(parse_outbox(read_json(reply), self.account.id, track.own["actor"], reply.url), record=reply.record)

    def answer_if_gone(self, _object_id: str, known: Known) -> str | None:
        """Asks for the object: 404, 410, or a Tombstone in its place. A server that wants a signature does not tell."""
        reply = self.http.get(known.locator, robots=False, accept=ACCEPT)
        if reply.status in GONE:
            return str(reply.status)
        if reply.status == 200 and type_of(json_at(reply.body, where(known.locator))) == "Tombstone":
            return "200 Tombstone"
        return None

    def get(self, url: str, etag: str | None = None, accept: str = ACCEPT) -> Reply:
        reply = self.http.get(url, robots=False, accept=accept, etag=etag)
        if reply.status in GONE:
            raise AccountGone(f"{where(url)}: answered {reply.status}")
        if reply.status in ASKS_FOR_SIGNATURE:
            raise NotPermitted(
                f"{where(url)}: answered {reply.status}: the server hands out objects to signed requests only (authorized fetch); "
                "its owner can allow unsigned ones, or register the account as `mastodon` or `feed` if the server offers that"
            )
        if reply.status not in {200, 304}:
            raise UnexpectedReply(where(url), f"answered {reply.status}")
        return reply
