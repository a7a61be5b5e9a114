"""Foursquare Swarm: an account's own check-ins by its owner's token, those alone that are not marked private.

API v2, users/self, users/self/checkins, checkins/{id} (https://docs.foursquare.com/developer/reference/authentication-v2 and
…/personalization-apis-errors, …/rate-limits-v2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from domain.account import Account
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.address import where
from sources.api import GONE, Api, api_at, good
from sources.entries import understood
from sources.http import Http, Reply
from sources.members import only
from sources.profile import profile_of
from sources.rate_headers import retry_after
from sources.readable import picture, unique
from sources.secret import bearer
from sources.shape import At, json_at, read_json
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, TryAgainLater, UnexpectedReply
from sources.track import Item, Known, Read, Track, time_order, track_of
from sources.walk import Walk, profile_page

SITES = frozenset({"foursquare.com", "www.foursquare.com", "app.foursquare.com", "swarmapp.com", "www.swarmapp.com"})
API = "https://api.foursquare.com/v2"
VERSION = "20240101"  # the day whose form of the API is wanted; requests without one are refused
PER_PAGE = "250"  # the most that the API gives
ID = re.compile(r"[0-9A-Za-z]{1,64}")
BAD_TOKEN = {"invalid_auth", "not_authorized"}
BUSY = {"rate_limit_exceeded", "quota_exceeded", "server_error"}
NO_SUCH_ID = {"param_error", "endpoint_error"}  # with 400: what a check-in that is gone is answered with
# What of a reply is kept: no friends, likes, comments or companions, which name others, and no telephone, mail address or birthday.
OF_CHECKIN = {"id", "createdAt", "type", "shout", "visibility", "private", "timeZoneOffset", "venue", "photos", "photo"}
OF_VENUE = {"name", "location", "address", "crossStreet", "city", "state", "postalCode", "cc", "country", "formattedAddress", "lat", "lng"}
OF_REPLY = {"meta", "code", "errorType", "response", "checkins", "checkin", "count", "items", "prefix", "suffix", "width", "height"}
OF_USER = {"user", "firstName", "lastName", "bio", "homeCity", "handle", "canonicalUrl", "privateProfile"}

WANTED = "the owner's OAuth access token"
TERMS = Terms(
    use="The owner's own check-ins, by the owner's token. Precise places of a person: only what the permission names, and never longer than it is needed.",
    on_delete=OnDelete.PURGE,
    keep_days=1,
    reference="https://docs.foursquare.com/developer/reference/usage-guidelines-personalization-apis (ids without limit, all else for 24 hours at most)",
)
NEEDS = Needs(
    handle="the name or number in the profile's address",
    url="`https://foursquare.com/…`, the profile",
    token=WANTED,
)
DAILY = Allowance(requests=5_000)  # 500 an hour and token


def is_private(one: Mapping[str, Json]) -> bool:
    """Whether a check-in or photo says that not everybody may see it."""
    return bool(one.get("private")) or one.get("visibility") not in (None, "public")


checkins_record = only(frozenset(OF_CHECKIN | OF_VENUE | OF_REPLY), is_private)
user_record = only(frozenset(OF_USER | OF_REPLY | {"id", "photo"}))


def parse_user(reply: At, handle: str) -> str:
    """The id of the token's owner. Raises NotPermitted when the profile is private or when that is not the registered account."""
    user = reply.at("response").at("user")
    if user.at("privateProfile").value is True:
        raise NotPermitted(f"{reply.path}: the profile is private; its owner can make it public")
    found = _id(user.at("id"))
    names = [found, user.at("handle").maybe_text(), user.at("canonicalUrl").maybe_text().rstrip("/").rpartition("/")[2]]
    if handle.lstrip("@").casefold() not in {name.lstrip("@").casefold() for name in names if name}:
        raise NotPermitted(f"{reply.path}: the token belongs to another account than the registered one; exchange it in the file of [network] tokens")
    return found


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """Name, description, town and picture."""
    user = reply.at("response").at("user")
    name = " ".join(part for key in ("firstName", "lastName") if (part := user.at(key).maybe_text().strip()))
    said = "\n".join(part for key in ("bio", "homeCity") if (part := user.at(key).maybe_text().strip()))
    return profile_of(account, name, said, [_original(user.at("photo"))], now)


def parse_checkins(reply: At, account: Account) -> Read:
    """A page of users/self/checkins: what is public, as posts. The following page is what was before its oldest."""
    checkins = list(reply.at("response").at("checkins").at("items").items())

    def understand(checkin: At) -> Iterator[Item | Rejected]:
        if not _hidden(checkin):
            yield _item(checkin, account)

    times = [value for checkin in checkins if isinstance(value := checkin.at("createdAt").value, int) and value > 0]
    if checkins and not times:
        reply.wrong("holds no check-in with a time")
    return understood(checkins, understand, _name, str(min(times)) if times else None)


def parse_if_gone(reply: At) -> str | None:
    """What is answered for one check-in that is there: None, unless it has been made private."""
    return "no longer public" if _hidden(reply.at("response").at("checkin")) else None


class Foursquare:
    """Reads check-ins, newest first. A shout that is edited keeps the check-in's id."""

    name = "foursquare"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        secret = bearer(http.token(self.name, account.handle, WANTED))
        reader = _Reader(account, Api(http, api_at(account, SITES, API), secret))
        if not (track.settled and not track.sweep_due(http.now())):
            yield from reader.look_up(track)
        yield from Walk(
            track,
            reader.page,
            reader.answer_if_gone,
            http.now(),
            http.settings.pages_per_run,
            since=account.since,
        ).from_first(reader.page(None))


class _Reader:
    def __init__(self, account: Account, api: Api) -> None:
        self.account = account
        self.api = api

    def look_up(self, track: Track) -> Iterator[Page]:
        reply = self._good(self.api.ask("/users/self", {"v": VERSION}, redact=user_record))
        found = parse_user(read_json(reply), self.account.handle)
        if track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the token now belongs to another account than the one that was collected before")
        track.own["id"] = found
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.api.http.now()), reply.record)

    def page(self, before: str | None) -> Read:
        # Before a time, not from an offset: what is deleted or added meanwhile moves no check-in from one page to another.
        query = {"v": VERSION, "limit": PER_PAGE, "sort": "newestfirst"} | ({"beforeTimestamp": before} if before else {})
        reply = self._good(self.api.ask("/users/self/checkins", query, redact=checkins_record))
        return replace(parse_checkins(read_json(reply), self.account), record=reply.record)

    def answer_if_gone(self, checkin: str, _known: Known) -> str | None:
        reply = self.api.ask(f"/checkins/{quote(checkin, safe='')}", {"v": VERSION}, redact=checkins_record)
        if reply.status in GONE:
            return str(reply.status)
        if reply.status == 400 and (said := error_type(reply)) in NO_SUCH_ID:
            return f"400 {said}"
        return parse_if_gone(read_json(self._good(reply)))

    def _good(self, reply: Reply) -> Reply:
        """`reply` when it is 200. A limit that is used up is 403 with an empty body and the time of the reset."""
        at, said = where(reply.url), error_type(reply)
        if reply.status == 200 and not said:
            return reply
        if said in BUSY or (reply.status == 403 and not said and "X-RateLimit-Reset" in reply.headers):
            raise TryAgainLater(retry_after(reply.headers, self.api.http.now()), f"{at}: answered {reply.status}, the hour's requests are used up")
        if said in BAD_TOKEN:
            raise NotPermitted(f"{at}: answered {reply.status} ({said}): exchange the token in the file of [network] tokens")
        if reply.status == 200 and said != "deprecated":  # which is a warning: the reply holds what was asked for
            raise UnexpectedReply(at, "answered 200 with an error")
        return good(reply)


def error_type(reply: Reply) -> str:
    """`meta.errorType`; empty where there is none or the body is no such object."""
    try:
        return json_at(reply.body, where(reply.url)).at("meta").at("errorType").maybe_text()
    except UnexpectedReply:
        return ""  # then the status alone speaks, and a 200 is refused when it is read


def _hidden(checkin: At) -> bool:
    if not isinstance(checkin.value, dict):
        checkin.wrong("expected a check-in")
    return is_private(checkin.value)


def _item(checkin: At, account: Account) -> Item:
    name = _id(checkin.at("id"))
    posted_at = _moment(checkin.at("createdAt"))
    lines = [checkin.at("shout").maybe_text().strip(), *([] if checkin.at("venue").missing else _venue(checkin.at("venue")))]
    url = f"https://foursquare.com/{quote(account.handle.lstrip('@'), safe='')}/checkin/{name}"
    text = "\n".join(line for line in lines if line)
    return Item(Post(account.id, name, PostKind.POST, url, text, posted_at, media=_photos(checkin)), time_order(posted_at), name)


def _venue(venue: At) -> Iterator[str]:
    """Its name, its address, and where on earth it is: what tells a person's place is to be found in the text."""
    yield venue.at("name").maybe_text().strip()
    location = venue.at("location")
    if location.missing:
        return
    whole = [line.text().strip() for line in location.at("formattedAddress").maybe_items()]
    parts = [location.at(key).maybe_text().strip() for key in ("address", "city", "state", "postalCode", "country")]
    yield ", ".join(part for part in whole or parts if part)
    if not location.at("lat").missing and not location.at("lng").missing:
        yield f"position: {_degrees(location.at('lat'), 90)}, {_degrees(location.at('lng'), 180)}"


def _degrees(at: At, most: int) -> str:
    value = at.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        at.wrong(f"expected degrees, at most {most}")
    return f"{value:.6f}".rstrip("0").rstrip(".")  # a tenth of a metre


def _photos(checkin: At) -> tuple[MediaLink, ...]:
    if checkin.at("photos").missing:
        return ()
    photos = [photo for photo in checkin.at("photos").at("items").maybe_items() if not _hidden(photo)]
    links = (picture(_original(photo), "https://foursquare.com") for photo in photos)
    return unique(link for link in links if link)


def _original(photo: At) -> str:
    """A photo's address in its original size, put together as the API says; empty where there is none."""
    if photo.missing or photo.at("prefix").missing:
        return ""
    return f"{photo.at('prefix').text()}original{photo.at('suffix').text()}"


def _moment(at: At) -> datetime:
    """Seconds since 1970."""
    if isinstance(at.value, bool) or not isinstance(at.value, int):
        at.wrong("expected a time in seconds since 1970")
    try:
        return datetime.fromtimestamp(at.value, UTC)
    except (ValueError, OverflowError, OSError):
        at.wrong("expected a time in seconds since 1970")


def _id(at: At) -> str:
    text = at.text()
    return text if ID.fullmatch(text) else at.wrong("is not an id")


def _name(checkin: At) -> str | None:
    """The id of a check-in that could not be understood; whether it is private was clear before."""
    return _id(checkin.at("id"))
