"""Bluesky and any other part of the AT Protocol: the account's own records from the server that keeps them (its PDS), without signing in.

Lexicons: com.atproto.repo.listRecords, .getRecord, com.atproto.sync.getLatestCommit, .getBlob, app.bsky.feed.post, app.bsky.feed.getAuthorFeed
(https://atproto.com/lexicons).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.client.http import Http
from sources.platforms.bluesky import repo
from sources.platforms.bluesky.embed import card_lines, media_of, shown_media_of
from sources.platforms.bluesky.repo import RECORD_KEY, Place
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import unique
from sources.reading.shape import At, moment
from sources.reading.track import Item, Read, Track, time_order, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, Page, Terms, UnexpectedReply

TERMS = Terms(
    use="Public records of an open network, read from the account's own server. Accounts that ask not to be shown to people who aren't signed in are not read.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="https://docs.bsky.app/docs/support/developer-guidelines and the terms of the account's own server",
)
NEEDS = Needs(handle="`police.example.gov`, or a DID", url="`https://bsky.app/profile/…`, or the address of another network's server")
DAILY = Allowance(requests=20_000)
TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # https://atproto.com/specs/tid
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_records(reply: At, account_id: str, place: Place) -> Read:
    """A page of com.atproto.repo.listRecords. A cursor comes even with the last page, so only an empty page is the end."""

    def understand(record: At) -> Iterator[Item | Rejected]:
        key = _key(record.at("uri"), place)
        value = record.at("value")
        posted_at = _posted_at(value, key)
        yield from _post(value, account_id, place, key, posted_at, key, lambda: media_of(value.at("embed"), place.blob))

    records = list(reply.at("records").items())
    return understood(records, understand, _name, _cursor(reply, records))


def parse_profile(record: At, account: Account, place: Place, now: datetime) -> Post:
    """The record app.bsky.actor.profile: name, description, picture and banner."""
    blobs = [record.at(key).at("ref").at("$link").maybe_text() for key in ("avatar", "banner") if not record.at(key).missing]
    return profile_of(account, record.at("displayName").maybe_text(), record.at("description").maybe_text(), [place.blob(cid) for cid in blobs if cid], now)


def parse_author_feed(reply: At, account_id: str, place: Place) -> Read:
    """A page of app.bsky.feed.getAuthorFeed: the same records inside views. Reposts are somebody else's and left out."""

    def understand(view: At) -> Iterator[Item | Rejected]:
        if not view.at("reason").missing:
            return
        post = view.at("post")
        repo.refuse_if_hidden(post.at("author").at("labels"))
        key = _key(post.at("uri"), place)
        posted_at = _posted_at(post.at("record"), key)
        order = time_order(min(posted_at, post.at("indexedAt").moment()))  # as the AppView sorts
        yield from _post(post.at("record"), account_id, place, key, posted_at, order, lambda: shown_media_of(post.at("embed")))

    views = list(reply.at("feed").items())
    return understood(views, understand, lambda view: _name(view.at("post")), _cursor(reply, views))


def time_of(key: str) -> datetime | None:
    """When a record key was made, if it is a TID: 13 letters that count microseconds since 1970 in their first 53 bits. None for any other key."""
    if len(key) != 13 or key[0] not in TID_LETTERS[:16] or any(letter not in TID_LETTERS for letter in key):
        return None
    number = 0
    for letter in key:
        number = number * 32 + TID_LETTERS.index(letter)
    return EPOCH + timedelta(microseconds=number >> 10)


class Bluesky:
    """Reads the account's app.bsky.feed.post records, newest first. An edit keeps the uri and changes the content."""

    name = "bluesky"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`. Where the server tells its repository's revision, an unchanged one is the only request."""
        track = track_of(checkpoint)
        current = track.settled and not track.sweep_due(http.now())
        place = _remembered(track) if current else _resolved(http, account, track)
        try:
            rev = repo.latest_rev(http, place)
        except AccountGone:
            place = _moved(http, account, track, place)
            rev = repo.latest_rev(http, place)
        if rev and rev == track.own.get("rev") and track.settled:
            track.swept_at = http.now()
            yield unchanged(track)
            return
        if (rev or not current) and (profile := repo.profile(http, place)):
            record = profile.value.at("value")
            yield from profile_page(track, parse_profile(record, account, place, http.now()), profile.record)
        first = _read(http, account, place, None)
        track.own["rev"] = rev or ""
        yield from _walk(http, account, place, track).from_first(first)


def _walk(http: Http, account: Account, place: Place, track: Track) -> Walk:
    return Walk(
        track,
        lambda cursor: _read(http, account, place, cursor),
        lambda uri, _known: repo.answer_if_gone(http, place, uri.rpartition("/")[2]),
        http.now(),
        http.settings.pages_per_run,
        since=account.since,
    )


def _read(http: Http, account: Account, place: Place, cursor: str | None) -> Read:
    parse = parse_author_feed if place.by_feed else parse_records
    page = repo.posts_page(http, place, cursor)
    return replace(parse(page.value, account.id, place), record=page.record)


def _remembered(track: Track) -> Place:
    return Place(track.own["did"], track.own["server"], bool(track.own["by_feed"]), bool(track.own["public"]))


def _resolved(http: Http, account: Account, track: Track) -> Place:
    """Where the account is now. A handle that has come to name somebody else is not followed: the permission was for the one before."""
    place = repo.resolve(http, account)
    if track.own.get("did", place.did) != place.did:
        raise AccountGone("the handle now belongs to another account than the one that was collected before")
    track.own |= {"did": place.did, "server": place.server, "by_feed": "yes" if place.by_feed else "", "public": "yes" if place.public else ""}
    return place


def _moved(http: Http, account: Account, track: Track, old: Place) -> Place:
    """Where the account has moved to, when its server says that it is gone from there. Raises AccountGone when it has not moved."""
    place = _resolved(http, account, track)
    if place == old:
        raise AccountGone(f"{old.server}: the server says that the account is gone, taken down or deactivated")
    return place


def _cursor(reply: At, entries: list[At]) -> str | None:
    cursor = reply.at("cursor")
    return cursor.identifier() if entries and not cursor.missing else None


def _post(
    record: At, account_id: str, place: Place, key: str, posted_at: datetime, order: str, media: Callable[[], Iterable[MediaLink]]
) -> Iterator[Item | Rejected]:
    """The post, and beside it what of its embed could not be understood: the text is kept either way."""
    lines = [record.at("text").maybe_text(), *_link_lines(record)]
    links: tuple[MediaLink, ...] = ()
    try:
        lines += list(card_lines(record.at("embed")))
        links = unique(media())
    except UnexpectedReply as odd:
        yield Rejected(place.uri(key), odd.path, odd.what)
    text = "\n".join(line for line in dict.fromkeys(lines) if line).strip()
    yield Item(Post(account_id, place.uri(key), _kind(record, place), place.post(key), text, posted_at, media=links), order, key)


def _link_lines(record: At) -> Iterator[str]:
    """Full addresses of links that the text may show shortened (app.bsky.richtext.facet#link)."""
    for facet in record.at("facets").maybe_items():
        for feature in facet.at("features").maybe_items():
            if (uri := feature.at("uri").maybe_text()) and uri not in record.at("text").maybe_text():
                yield uri


def _kind(record: At, place: Place) -> PostKind:
    """An answer to somebody is a comment; an answer to oneself continues a thread."""
    if record.at("reply").missing:
        return PostKind.POST
    return PostKind.POST if record.at("reply").at("parent").at("uri").text().startswith(f"at://{place.did}/") else PostKind.COMMENT


def _posted_at(record: At, key: str) -> datetime:
    """The author's own claim; where that is no time, when the record key was made."""
    claimed = record.at("createdAt").value
    read = moment(claimed) if isinstance(claimed, str) else None
    return read or time_of(key) or record.at("createdAt").wrong("expected a time (RFC 3339)")


def _key(uri: At, place: Place) -> str:
    """The record key of a post of this account."""
    text = uri.text()
    key = text.removeprefix(place.uri(""))
    if key == text:
        uri.wrong("is not a post of this account")
    return key if RECORD_KEY.fullmatch(key) else uri.wrong("has no usable record key")


def _name(record: At) -> str | None:
    return record.at("uri").identifier()
