"""Asking the YouTube Data API v3, and what its errors mean (https://developers.google.com/youtube/v3/docs/errors)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sources.client.address import where
from sources.client.http import Http, Reply
from sources.client.recorder import Redact
from sources.client.secret import in_header
from sources.reading.api import Api, good
from sources.reading.shape import At, json_at
from sources.source import AccountGone, NotPermitted, TryAgainLater, UnexpectedReply

UNITS = 1  # what any list costs, a 304 among them (https://developers.google.com/youtube/v3/determine_quota_cost)
USED_UP = {"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"}
BAD_KEY = {"keyInvalid", "keyExpired", "API_KEY_INVALID", "accessNotConfigured", "SERVICE_DISABLED", "ipRefererBlocked"}
ACCOUNT_GONE = {"playlistNotFound", "channelNotFound", "channelClosed", "channelSuspended"}
NOT_THERE = {"videoNotFound", "commentNotFound"}
SIZES = ("maxres", "standard", "high", "medium", "default")  # of a thumbnail, largest first


def reasons(reply: Reply) -> frozenset[str]:
    """The reasons that an error names, in both of the forms that Google's APIs use; none where the body is no error object."""
    try:
        error = json_at(reply.body, where(reply.url)).at("error")
        entries = [one for key in ("errors", "details") for one in error.at(key).maybe_items()]
        return frozenset(entry.at("reason").maybe_text() for entry in entries)
    except UnexpectedReply:
        return frozenset()  # then the status alone speaks


def not_there(reply: Reply) -> str | None:
    """What a reply says whose one video or comment is not there; None for any other."""
    found = sorted(reasons(reply) & NOT_THERE) if reply.status == 404 else []
    return f"404 {found[0]}" if found else None


def understood_by_reason(reply: Reply) -> Reply:
    """`reply` when it is 200 or 304; else raises what its reason means, and where none is known what its status means."""
    if reply.status in {200, 304}:
        return reply
    at, named = where(reply.url), reasons(reply)
    if found := sorted(named & USED_UP):
        raise TryAgainLater(None, f"{at}: answered {reply.status} ({found[0]}); Google counts a day from midnight Pacific time")
    if found := sorted(named & ACCOUNT_GONE):
        raise AccountGone(f"{at}: answered {reply.status} ({found[0]})")
    if found := sorted(named & BAD_KEY):
        mend = "the API key is not valid or the YouTube Data API is not enabled for it; exchange it in the file of [network] tokens"
        raise NotPermitted(f"{at}: answered {reply.status} ({found[0]}): {mend}")
    return good(reply)


def items_of(reply: At) -> list[At]:
    """The items of a list. One that found nothing may leave them out, and then says how many there were."""
    if reply.at("items").missing:
        total = reply.at("pageInfo").at("totalResults")
        return [] if total.value == 0 else total.wrong("expected 0 where there are no items")
    return list(reply.at("items").items())


def largest(thumbnails: At) -> str:
    """The address of the largest thumbnail that is offered; empty where there is none."""
    if thumbnails.missing:
        return ""
    return next((url for size in SIZES if not thumbnails.at(size).missing and (url := thumbnails.at(size).at("url").maybe_text())), "")


@dataclass(frozen=True, slots=True)
class YouTubeApi:
    """The API under `base`, with a key that goes in a header."""

    http: Http
    base: str
    key: str

    def ask(self, what: str, query: Mapping[str, str], etag: str | None = None, redact: Redact | None = None) -> Reply:
        """The reply to one `list` of `what`, whatever its status. Raises TryAgainLater when the day's units are used up, and what `Http.get` raises."""
        self.http.spend(UNITS)
        return Api(self.http, self.base, in_header("X-Goog-Api-Key", self.key)).ask(f"/{what}", query, etag, redact)

    def list(self, what: str, query: Mapping[str, str], etag: str | None = None, redact: Redact | None = None) -> Reply:
        """The same when it is 200 or 304; else raises what it means."""
        return understood_by_reason(self.ask(what, query, etag, redact))
