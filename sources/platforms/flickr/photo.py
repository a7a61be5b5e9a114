"""A photo of Flickr's REST API as a post (flickr.people.getPublicPhotos with `extras`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.post import MediaLink, Post, PostKind, Rejected
from sources.reading.entries import understood
from sources.reading.readable import picture, text_of, unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order

NSID = re.compile(r"\d{1,20}@N\d{2}")
PHOTO = re.compile(r"\d{1,20}")
SIZES = ("o", "k", "h", "l", "c", "z", "m")  # the original, then as far as 2048, 1600, 1024, 800, 640 and 500 pixels

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


def parse_photos(reply: At, account_id: str, nsid: str) -> Read:
    """A page of flickr.people.getPublicPhotos: what is public, as posts. Anything odd is rejected."""
    photos = reply.at("photos")

    def understand(photo: At) -> Iterator[Item | Rejected]:
        if number(photo.at("ispublic")) == 1:
            yield _item(photo, account_id, nsid)

    page, pages = number(photos.at("page")), number(photos.at("pages"))
    return understood(photos.at("photo").items(), understand, _name, str(page + 1) if page < pages else None)


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
    tags = photo.at("tags").maybe_text().strip()
    licence = 0 if photo.at("license").missing else number(photo.at("license"))
    lines = [text_of(content(photo.at("description"))), f"tags: {tags}" if tags else "", f"licence: {LICENCES.get(str(licence), licence)}" if licence else ""]
    return "\n".join(line for line in lines if line)


def _media(photo: At, url: str) -> tuple[MediaLink, ...]:
    """The largest picture that is offered: of a video its poster, since a list of photos holds no address of the video itself."""
    address = next((found for size in SIZES if (found := photo.at(f"url_{size}").maybe_text())), "")
    shown = picture(address, url)
    if address and shown is None:
        photo.wrong("its picture is not an http or https address")
    return unique([shown] if shown else [])


def content(at: At) -> str:
    """Text as Flickr puts it into JSON: an object with `content`."""
    return "" if at.missing else at.at("_content").maybe_text()


def number(at: At) -> int:
    """A number that is not negative, which Flickr writes as a number or as text."""
    if isinstance(at.value, int):
        return at.value if 0 <= at.value < 10**18 else at.wrong("expected a number of at most 18 digits")
    text = at.text()
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else at.wrong("expected a number")


def _moment(at: At) -> datetime:
    """Seconds since 1970."""
    try:
        return datetime.fromtimestamp(number(at), UTC)
    except (ValueError, OverflowError, OSError):
        at.wrong("expected a time in seconds since 1970")


def nsid_of(at: At) -> str:
    text = at.text()
    return text if NSID.fullmatch(text) else at.wrong("is not an NSID")


def _photo_id(at: At) -> str:
    text = at.text()
    return text if PHOTO.fullmatch(text) else at.wrong("is not a photo's id")


def _name(photo: At) -> str | None:
    """The id of a photo that could not be understood, if it is public."""
    return _photo_id(photo.at("id")) if photo.at("ispublic").value in (1, "1") else None
