"""Flickr: a member's public photostream. With an API key by REST, without one by the feed of its 20 newest (feed.py).

Methods: flickr.people.getPublicPhotos, flickr.people.getInfo, flickr.urls.lookupUser, flickr.photos.getInfo (https://www.flickr.com/services/api/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from domain.account import Account
from domain.post import Post
from domain.retention import OnDelete
from sources.client.address import checked, where
from sources.client.http import Http, Reply
from sources.client.recorder import Redact
from sources.client.secret import in_query
from sources.client.tokens import MEND
from sources.platforms.flickr import feed
from sources.platforms.flickr.photo import NSID, SIZES, content, nsid_of, number, parse_photos
from sources.reading.api import Api, api_at, good
from sources.reading.members import only, without
from sources.reading.profile import profile_of
from sources.reading.readable import text_of
from sources.reading.shape import At, read_json
from sources.reading.track import Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, TryAgainLater, UnexpectedReply

SITES = frozenset({"flickr.com", "www.flickr.com", "m.flickr.com", "flic.kr"})
SITE = "https://www.flickr.com"
API = "https://api.flickr.com"
REST = "/services/rest/"
PER_PAGE = "500"  # the most that the API gives
# The record keeps what no post shows: when it was taken, and when anything about it last changed.
EXTRAS = ",".join(
    ["description", "date_upload", "date_taken", "last_update", "license", "tags", "media", "original_format", *(f"url_{size}" for size in SIZES)]
)
PHOTO_GONE = "1"  # flickr.photos.getInfo: not a photo, or not one that may be seen
USER_GONE = {"1", "2", "5"}  # not found, unknown, deleted
BAD_KEY = {"96", "97", "98", "99", "100"}
BUSY = {"105", "106", "201"}
KEPT = frozenset({"stat", "code", "photo", "id", "visibility", "ispublic", "isfriend", "isfamily"})  # of getInfo, which also tells others' notes

public_record = without(lambda one: one.get("ispublic") in (0, "0"))  # should a list of public photos hold another
WANTED = "a Flickr API key; without one the 20 newest photos are read, if handle or url hold the NSID"
TERMS = Terms(
    use="Public photos by the API or the photostream's feed, each under its own licence. Commercial use of a key needs Flickr's permission.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="https://www.flickr.com/help/terms/api",
)
NEEDS = Needs(
    handle="`12345678@N00` (the NSID); with a key any name will do",
    url="`https://www.flickr.com/photos/…`",
    token=WANTED,
)
DAILY = Allowance(requests=20_000)  # 3,600 an hour and key


def parse_person(reply: At) -> str:
    """The NSID, from flickr.people.getInfo."""
    return nsid_of(reply.at("person").at("nsid"))


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """Name, description, place and picture, from the same reply."""
    person = reply.at("person")
    user, real, said, place = (text_of(content(person.at(key))) for key in ("username", "realname", "description", "location"))
    lines = "\n".join(line for line in (user if real else "", said, place) if line)
    return profile_of(account, real or user, lines, [_icon(person)], now)


def parse_failure(reply: At) -> str:
    """The code of a reply that is 200 and says that it failed; empty where all is well."""
    if (stat := reply.at("stat").text()) == "ok":
        return ""
    return str(number(reply.at("code"))) if stat == "fail" else reply.at("stat").wrong("is neither ok nor fail")


class Flickr:
    """Reads the photostream, newest upload first. An edit of title, description, tags or licence keeps the photo's id."""

    name = "flickr"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        key = http.token_if_any(self.name, account.handle)
        if key is None:
            yield from feed.pages(http, account, _nsid_without_key(account), api_at(account, SITES, SITE), track)
            return
        reader = _Reader(account, Api(http, api_at(account, SITES, API), in_query("api_key", key)))
        if not (track.settled and not track.sweep_due(http.now()) and "nsid" in track.own):
            yield from reader.look_up(track)
        nsid = track.own["nsid"]
        yield from Walk(
            track,
            lambda which: reader.page(nsid, which),
            reader.answer_if_gone,
            http.now(),
            http.settings.pages_per_run,
            since=account.since,
        ).from_first(reader.page(nsid, "1"))


class _Reader:
    def __init__(self, account: Account, api: Api) -> None:
        self.account = account
        self.api = api

    def look_up(self, track: Track) -> Iterator[Page]:
        nsid = _named(self.account) or nsid_of(read_json(self._get("flickr.urls.lookupUser", {"url": self.account.url})).at("user").at("id"))
        reply = self._get("flickr.people.getInfo", {"user_id": nsid})
        found = parse_person(read_json(reply))
        if track.own.get("nsid", found) != found:
            raise AccountGone(f"{where(reply.url)}: the address now belongs to another account than the one that was collected before")
        track.own["nsid"] = found
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.api.http.now()), reply.record)

    def page(self, nsid: str, which: str) -> Read:
        query = {"user_id": nsid, "extras": EXTRAS, "per_page": PER_PAGE, "page": which}
        reply = self._get("flickr.people.getPublicPhotos", query, public_record)
        return replace(parse_photos(read_json(reply), self.account.id, nsid), record=reply.record)

    def answer_if_gone(self, photo: str, _known: Known) -> str | None:
        reply = good(self._ask("flickr.photos.getInfo", {"photo_id": photo}, only(KEPT)))
        code = parse_failure(read_json(reply))
        if code == PHOTO_GONE:
            return f"stat fail, code {code}"
        _refuse(code, reply)
        public = number(read_json(reply).at("photo").at("visibility").at("ispublic"))
        return None if public == 1 else "no longer public"

    def _get(self, method: str, query: Mapping[str, str], redact: Redact | None = None) -> Reply:
        reply = good(self._ask(method, query, redact))
        code = parse_failure(read_json(reply))
        if code in USER_GONE:
            raise AccountGone(f"{where(reply.url)}: {method} answered stat fail, code {code}")
        _refuse(code, reply)
        return reply

    def _ask(self, method: str, query: Mapping[str, str], redact: Redact | None = None) -> Reply:
        return self.api.ask(REST, {"method": method, **query, "format": "json", "nojsoncallback": "1"}, redact=redact)


def _refuse(code: str, reply: Reply) -> None:
    """Raises what a failure of any method means; nothing for an empty code."""
    at = where(reply.url)
    if code in BUSY:
        raise TryAgainLater(None, f"{at}: answered stat fail, code {code}")
    if code in BAD_KEY:
        raise NotPermitted(f"{at}: answered stat fail, code {code}: the API key is not valid; exchange the token in the file of [network] tokens")
    if code:
        raise UnexpectedReply(at, f"answered stat fail, code {code}")


def _named(account: Account) -> str | None:
    """The NSID, where handle or url say it."""
    return next((one for one in (account.handle, *checked(account.url).path.split("/")) if NSID.fullmatch(one)), None)


def _nsid_without_key(account: Account) -> str:
    nsid = _named(account)
    if nsid is None:
        mend = MEND.format(platform="flickr")
        raise NotPermitted(
            f"without an API key a photostream is read by its NSID (12345678@N00): write that as the account's handle (its feed's address at the foot of "
            f"the photostream holds it); with a key, {mend}"
        )
    return nsid


def _icon(person: At) -> str:
    """https://www.flickr.com/services/api/misc.buddyicons.html. Empty for a member who has none."""
    server, farm = number(person.at("iconserver")), number(person.at("iconfarm"))
    return f"https://farm{farm}.staticflickr.com/{server}/buddyicons/{nsid_of(person.at('nsid'))}.jpg" if server > 0 else ""
