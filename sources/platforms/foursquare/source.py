"""Foursquare Swarm: an account's own check-ins by its owner's token, those alone that are not marked private.

API v2, users/self, users/self/checkins, checkins/{id} (https://docs.foursquare.com/developer/reference/authentication-v2 and
…/personalization-apis-errors, …/rate-limits-v2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from domain.account import Account
from domain.post import Post
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.client.rate_headers import retry_after
from sources.client.secret import bearer
from sources.platforms.foursquare.checkin import OF_REPLY, checkins_record, id_of, original, parse_checkins, parse_if_gone
from sources.reading.api import GONE, Api, api_at, good
from sources.reading.members import only
from sources.reading.profile import profile_of
from sources.reading.shape import At, json_at, read_json
from sources.reading.track import Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, TryAgainLater, UnexpectedReply

SITES = frozenset({"foursquare.com", "www.foursquare.com", "app.foursquare.com", "swarmapp.com", "www.swarmapp.com"})
API = "https://api.foursquare.com/v2"
VERSION = "20240101"  # the day whose form of the API is wanted; requests without one are refused
PER_PAGE = "250"  # the most that the API gives
BAD_TOKEN = {"invalid_auth", "not_authorized"}
BUSY = {"rate_limit_exceeded", "quota_exceeded", "server_error"}
NO_SUCH_ID = "param_error"  # with 400: what an id that names nothing is answered with
NO_SUCH_METHOD = "endpoint_error"  # with 404: not the check-in is gone, but this way to ask for it
OF_USER = {"user", "firstName", "lastName", "bio", "homeCity", "handle", "canonicalUrl", "privateProfile"}

WANTED = "the owner's OAuth access token"
# The guidelines let ids be kept; of all else a cache of 24 hours at most, which more than self-service has to be agreed with Foursquare.
TERMS = Terms(
    use="The owner's own check-ins, by the owner's token. Precise places of a person: only what the permission names, and never longer than it is needed.",
    on_delete=OnDelete.PURGE,
    keep_days=1,
    reference="https://docs.foursquare.com/developer/reference/usage-guidelines-personalization-apis (data retention)",
)
NEEDS = Needs(
    handle="the name or number in the profile's address",
    url="`https://foursquare.com/…`, the profile",
    token=WANTED,
)
DAILY = Allowance(requests=5_000)  # 500 an hour and token


user_record = only(frozenset(OF_USER | OF_REPLY | {"id", "photo"}))


def parse_user(reply: At, handle: str) -> str:
    """The id of the token's owner. Raises NotPermitted when the profile is private or when that is not the registered account."""
    user = reply.at("response").at("user")
    if user.at("privateProfile").value is True:
        raise NotPermitted(f"{reply.path}: the profile is private; its owner can make it public")
    found = id_of(user.at("id"))
    names = [found, user.at("handle").maybe_text(), user.at("canonicalUrl").maybe_text().rstrip("/").rpartition("/")[2]]
    if handle.lstrip("@").casefold() not in {name.lstrip("@").casefold() for name in names if name}:
        raise NotPermitted(f"{reply.path}: the token belongs to another account than the registered one; exchange it in the file of [network] tokens")
    return found


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """Name, description, town and picture."""
    user = reply.at("response").at("user")
    name = " ".join(part for key in ("firstName", "lastName") if (part := user.at(key).maybe_text().strip()))
    said = "\n".join(part for key in ("bio", "homeCity") if (part := user.at(key).maybe_text().strip()))
    return profile_of(account, name, said, [original(user.at("photo"))], now)


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
        said = error_type(reply)
        if (reply.status in GONE and said != NO_SUCH_METHOD) or (reply.status == 400 and said == NO_SUCH_ID):
            return f"{reply.status} {said}".strip()
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
        if said == NO_SUCH_METHOD:
            raise UnexpectedReply(at, f"answered {reply.status} ({said}): the API has this method no longer")
        if reply.status == 200 and said != "deprecated":  # which is a warning: the reply holds what was asked for
            raise UnexpectedReply(at, "answered 200 with an error")
        return good(reply)


def error_type(reply: Reply) -> str:
    """`meta.errorType`; empty where there is none or the body is no such object."""
    try:
        return json_at(reply.body, where(reply.url)).at("meta").at("errorType").maybe_text()
    except UnexpectedReply:
        return ""  # then the status alone speaks, and a 200 is refused when it is read
