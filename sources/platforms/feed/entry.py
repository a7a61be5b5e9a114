"""An entry of a feed, whatever the format, as a post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.identity import sha256_hex
from domain.post import Post, PostKind
from sources.reading.readable import picture, text_and_pictures_of, unique
from sources.reading.shape import LONGEST_ID, At
from sources.reading.track import Item, time_order


@dataclass(frozen=True, slots=True)
class Entry:
    """What RSS, Atom and JSON Feed say alike. `html` and `plain` are the content in two forms, of which one may be empty; `media` (address, alt, type)."""

    id: str
    link: str
    title: str
    html: str
    plain: str
    published: datetime | None
    updated: datetime | None
    media: tuple[tuple[str, str, str | None], ...]


def item_of(entry: Entry, at: At, account_id: str, base: str, first_seen: Callable[[str], datetime]) -> Item:
    """The entry as a post. One without a date is dated when it was first seen (`first_seen` of its id).

    One without an id is known by its link, and without that by what it says. Raises UnexpectedReply for one that says nothing at all.
    """
    link = picture(entry.link, base)
    url = link.url if link else ""
    said = [entry.title, entry.html, entry.plain]
    if not any(said) and not entry.media:
        at.wrong("has neither title nor content")
    native_id = entry.id or url or f"sha256:{sha256_hex(chr(10).join(said).encode())}"
    if len(native_id) > LONGEST_ID:
        at.wrong(f"has an id of more than {LONGEST_ID} characters")
    posted_at = entry.published or entry.updated or first_seen(native_id)
    edited_at = entry.updated if entry.updated and entry.updated > posted_at else None
    read, shown = text_and_pictures_of(entry.html, url or base)
    text = "\n".join(part for part in (read, entry.plain.strip()) if part)
    attached = (picture(address, base, alt, mime) for address, alt, mime in entry.media)
    media = unique([*(link for link in attached if link), *shown])  # what it attaches, then what its content shows, each once
    post = Post(account_id, native_id, PostKind.POST, url or base, text, posted_at, edited_at, entry.title, media)
    return Item(post, time_order(posted_at), url)
