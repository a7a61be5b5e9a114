"""An entry of a feed, whatever the format, as a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.identity import sha256_hex
from domain.post import Post, PostKind
from sources.client.address import LONGEST
from sources.reading.readable import picture, text_and_pictures_of, unique
from sources.reading.shape import LONGEST_ID, At
from sources.reading.track import Dated, Item, time_order


@dataclass(frozen=True, slots=True)
class Entry:
    """What RSS, Atom and JSON Feed say alike. `html` and `plain` are the content in two forms, of which one may be empty; `media` (address, alt, type).

    `base`: what addresses in `html` are relative to, where the feed says so (xml:base); else the entry's own address.
    """

    id: str
    link: str
    title: str
    html: str
    plain: str
    published: datetime | None
    updated: datetime | None
    media: tuple[tuple[str, str, str | None], ...]
    base: str = ""


def item_of(entry: Entry, at: At, account_id: str, base: str, dated: Dated) -> Item:
    """The entry as a post. `dated` says when it counts as posted.

    One without an id is known by its link, and without that by what it says. Raises UnexpectedReply for one that says nothing at all.
    """
    link = picture(entry.link, base)
    url = link.url if link and len(link.url) <= LONGEST else ""  # what is longer is asked of nobody, and would fill the checkpoint
    said = [entry.title, entry.html, entry.plain]
    if not any(said) and not entry.media:
        at.wrong("has neither title nor content")
    native_id = entry.id or url or f"sha256:{sha256_hex(chr(10).join(said).encode())}"
    if len(native_id) > LONGEST_ID:
        at.wrong(f"has an id of more than {LONGEST_ID} characters")
    posted_at = dated(native_id, (entry.published, entry.updated))
    edited_at = entry.updated if entry.updated and posted_at < entry.updated == dated(native_id, (entry.updated,)) else None
    read, shown = text_and_pictures_of(entry.html, entry.base or url or base)
    text = "\n".join(part for part in (read, entry.plain.strip()) if part)
    attached = (picture(address, base, alt, mime) for address, alt, mime in entry.media)
    media = unique([*(link for link in attached if link), *shown])  # what it attaches, then what its content shows, each once
    post = Post(account_id, native_id, PostKind.POST, url or base, text, posted_at, edited_at, entry.title, media)
    return Item(post, time_order(posted_at), url)
