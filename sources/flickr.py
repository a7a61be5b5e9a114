"""Flickr: a member's public photostream. With an API key by REST, without one by the feed of its 20 newest (flickr_feed.py).

Methods: flickr.people.getPublicPhotos, flickr.people.getInfo, flickr.urls.lookupUser, flickr.photos.getInfo (https://www.flickr.com/services/api/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from domain.retention import OnDelete
from sources import flickr_feed
from sources.address import where
from sources.api import Api, api_at, good
from sources.entries import understood
from sources.http import Http, Reply
from sources.members import only
from sources.profile import profile_of
from sources.readable import picture, text_of, unique
from sources.recorder import Redact
from sources.secret import in_query
from sources.shape import At, read_json
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, TryAgainLater, UnexpectedReply
from sources.tokens import MEND
from sources.track import Item, Known, Read, Track, time_order, track_of
from sources.walk import Walk, profile_page

SITES = frozenset({"flickr.com", "www.flickr.com", "m.flickr.com", "flic.kr"})
SITE = "https://www.flickr.com"
API = "https://api.flickr.com"
REST = "/services/rest/"
NSID = re.compile(r"\d{1,20}@N\d{2}")
PHOTO = re.compile(r"\d{1,20}")
PER_PAGE = "500"  # the most that the API gives
SIZES = ("o", "k", "h", "l", "c", "z", "m")  # the original, then as far as 2048, 1600, 1024, 800, 640 and 500 pixels
EXTRAS = ",".join(["description", "date_upload", "date_taken", "license", "tags", "media", "original_format", *(f"url_{size}" for size in SIZES)])
PHOTO_GONE = "1"  # flickr.photos.getInfo: not a photo, or not one that may be seen
USER_GONE = {"1", "2", "5"}  # not found, unknown, deleted
BAD_KEY = {"96", "97", "98", "99", "100"}
BUSY = {"105", "106", "201"}
KEPT = frozenset({"stat", "code", "photo", "id", "visibility", "ispublic", "isfriend", "isfamily"})  # of getInfo, which also tells others' notes

# https://www.flickr.com/services/api/flickr.photos.licenses.getInfo.html; 0 is "All Rights Reserved".
LICENCES = {
    "1": "CC BY-NC-SA 2.0",
    "2": "CC BY-NC 2.0",
    "3": "CC BY-NC-ND 2.0",
    "4": "CC BY 2.0",
    "5": "CC BY-SA 2.0",
    "6": "CC BY-ND 2.0",
    "7": "No known copyright restrictions",
    "8": "United States Government Work",
    "9": "CC0 1.0",
    "10": "Public Domain Mark 1.0",
}

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
    return _nsid(reply.at("person").at("nsid"))


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """Name, description, place and picture, from the same reply."""
    person = reply.at("person")
    user, real, said, place = (text_of(_content(person.at(key))) for key in ("username", "realname", "description", "location"))
    lines = "\n".join(line for line in (user if real else "", said, place) if line)
    return profile_of(account, real or user, lines, [_icon(person)], now)


def parse_photos(reply: At, account_id: str, nsid: str) -> Read:
    """A page of flickr.people.getPublicPhotos: what is public, as posts. Anything odd is rejected."""
    photos = reply.at("photos")

    def understand(photo: At) -> Iterator[Item | Rejected]:
        if _number(photo.at("ispublic")) == 1:
            yield _item(photo, account_id, nsid)

    page, pages = _number(photos.at("page")), _number(photos.at("pages"))
    return understood(photos.at("photo").items(), understand, _name, str(page + 1) if page < pages else None)


def parse_failure(reply: At) -> str:
    """The code of a reply that is 200 and says that it failed; empty where all is well."""
    if (stat := reply.at("stat").text()) == "ok":
        return ""
    return str(_number(reply.at("code"))) if stat == "fail" else reply.at("stat").wrong("is neither ok nor fail")


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
            yield from flickr_feed.pages(http, account, _nsid_without_key(account), api_at(account, SITES, SITE), track)
            return
        reader = _Reader(account, Api(http, api_at(account, SITES, API), in_query("api_key", key)))
        if not (track.settled and not track.sweep_due(http.now()) and "nsid" in track.own):
            yield from reader.look_up(track)
        nsid = track.own["nsid"]
        yield from Walk(
            track,
            lambda number: reader.page(nsid, number),
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
        nsid = _named(self.account) or _nsid(read_json(self._get("flickr.urls.lookupUser", {"url": self.account.url})).at("user").at("id"))
        reply = self._get("flickr.people.getInfo", {"user_id": nsid})
        found = parse_person(read_json(reply))
        if track.own.get("nsid", found) != found:
            raise AccountGone(f"{where(reply.url)}: the address now belongs to another account than the one that was collected before")
        track.own["nsid"] = found
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.api.http.now()), reply.record)

    def page(self, nsid: str, number: str) -> Read:
        reply = self._get("flickr.people.getPublicPhotos", {"user_id": nsid, "extras": EXTRAS, "per_page": PER_PAGE, "page": number})
        return replace(parse_photos(read_json(reply), self.account.id, nsid), record=reply.record)

    def answer_if_gone(self, photo: str, _known: Known) -> str | None:
        reply = good(self._ask("flickr.photos.getInfo", {"photo_id": photo}, only(KEPT)))
        code = parse_failure(read_json(reply))
        if code == PHOTO_GONE:
            return f"stat fail, code {code}"
        _refuse(code, reply)
        public = _number(read_json(reply).at("photo").at("visibility").at("ispublic"))
        return None if public == 1 else "no longer public"

    def _get(self, method: str, query: Mapping[str, str]) -> Reply:
        reply = good(self._ask(method, query))
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
    return next((one for one in (account.handle, *urlsplit(account.url).path.split("/")) if NSID.fullmatch(one)), None)


def _nsid_without_key(account: Account) -> str:
    nsid = _named(account)
    if nsid is None:
        mend = MEND.format(platform="flickr")
        raise NotPermitted(
            f"without an API key a photostream is read by its NSID (12345678@N00): write that as the account's handle (its feed's address at the foot of "
            f"the photostream holds it); with a key, {mend}"
        )
    return nsid


def _item(photo: At, account_id: str, nsid: str) -> Item:
    if photo.at("owner").text() != nsid:
        photo.at("owner").wrong("is another member's")
    name = _photo_id(photo.at("id"))
    posted_at = _moment(photo.at("dateupload"))
    url = f"https://www.flickr.com/photos/{nsid}/{name}"
    title = text_of(photo.at("title").maybe_text())
    # `lastupdate` moves with comments and favourites too, so it is no time of an edit.
    return Item(Post(account_id, name, PostKind.POST, url, _text(photo), posted_at, title=title, media=_media(photo, url)), time_order(posted_at), name)


def _text(photo: At) -> str:
    """The description, then tags and licence: "All Rights Reserved" is what holds where no line says otherwise."""
    tags, licence = photo.at("tags").maybe_text().strip(), photo.at("license")
    number = 0 if licence.missing else _number(licence)
    lines = [text_of(_content(photo.at("description"))), f"tags: {tags}" if tags else "", f"licence: {LICENCES.get(str(number), number)}" if number else ""]
    return "\n".join(line for line in lines if line)


def _media(photo: At, url: str) -> tuple[MediaLink, ...]:
    """The largest picture that is offered: of a video its poster, since a list of photos holds no address of the video itself."""
    address = next((found for size in SIZES if (found := photo.at(f"url_{size}").maybe_text())), "")
    shown = picture(address, url)
    if address and shown is None:
        photo.wrong("its picture is not an http or https address")
    return unique([shown] if shown else [])


def _icon(person: At) -> str:
    """https://www.flickr.com/services/api/misc.buddyicons.html. Empty for a member who has none."""
    server, farm = _number(person.at("iconserver")), _number(person.at("iconfarm"))
    return f"https://farm{farm}.staticflickr.com/{server}/buddyicons/{_nsid(person.at('nsid'))}.jpg" if server > 0 else ""


def _content(at: At) -> str:
    """Text as Flickr puts it into JSON: an object with `_content`."""
    return "" if at.missing else at.at("_content").maybe_text()


def _number(at: At) -> int:
    """A number that is not negative, which Flickr writes as a number or as text."""
    if isinstance(at.value, int):
        return at.value if 0 <= at.value < 10**18 else at.wrong("expected a number of at most 18 digits")
    text = at.text()
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else at.wrong("expected a number")


def _moment(at: At) -> datetime:
    """Seconds since 1970."""
    try:
        return datetime.fromtimestamp(_number(at), UTC)
    except (ValueError, OverflowError, OSError):
        at.wrong("expected a time in seconds since 1970")


def _nsid(at: At) -> str:
    text = at.text()
    return text if NSID.fullmatch(text) else at.wrong("is not an NSID")


def _photo_id(at: At) -> str:
    text = at.text()
    return text if PHOTO.fullmatch(text) else at.wrong("is not a photo's id")


def _name(photo: At) -> str | None:
    """The id of a photo that could not be understood, if it is public."""
    return _photo_id(photo.at("id")) if photo.at("ispublic").value in (1, "1") else None
