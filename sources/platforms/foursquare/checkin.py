"""A check-in of the Foursquare API v2 as a post, and what of a reply with check-ins is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from domain.account import Account
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.reading.entries import understood
from sources.reading.members import only
from sources.reading.readable import picture, unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order

ID = re.compile(r"[0-9A-Za-z]{1,64}")
# What of a reply is kept: no friends, likes, comments or companions, which name others, and no telephone, mail address or birthday.
OF_CHECKIN = {"id", "createdAt", "type", "shout", "visibility", "private", "timeZoneOffset", "venue", "photos", "photo"}
OF_VENUE = {"name", "location", "address", "crossStreet", "city", "state", "postalCode", "cc", "country", "formattedAddress", "lat", "lng"}
OF_REPLY = {"meta", "code", "errorType", "response", "checkins", "checkin", "count", "items", "prefix", "suffix", "width", "height"}


def is_private(one: Mapping[str, Json]) -> bool:
    """Whether a check-in or photo says that not everybody may see it."""
    return bool(one.get("private")) or one.get("visibility") not in (None, "public")


checkins_record = only(frozenset(OF_CHECKIN | OF_VENUE | OF_REPLY), is_private)


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


def _hidden(checkin: At) -> bool:
    if not isinstance(checkin.value, dict):
        checkin.wrong("expected a check-in")
    return is_private(checkin.value)


def _item(checkin: At, account: Account) -> Item:
    name = id_of(checkin.at("id"))
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
    links = (picture(original(photo), "https://foursquare.com") for photo in photos)
    return unique(link for link in links if link)


def original(photo: At) -> str:
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


def id_of(at: At) -> str:
    text = at.text()
    return text if ID.fullmatch(text) else at.wrong("is not an id")


def _name(checkin: At) -> str | None:
    """The id of a check-in that could not be understood; whether it is private was clear before."""
    return id_of(checkin.at("id"))
