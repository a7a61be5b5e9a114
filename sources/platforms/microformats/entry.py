"""A page's h-entries and its h-card (https://microformats.org/wiki/h-entry), as mf2py understands them: from bytes that were fetched here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import mf2py

from domain.account import Account
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.client.address import same_origin, where
from sources.reading.entries import understood
from sources.reading.page_tree import tree_of
from sources.reading.profile import profile_of
from sources.reading.readable import picture, pictures_of, text_of, unique
from sources.reading.shape import LONGEST_ID, At
from sources.reading.track import Dated, Item, Read, time_order
from sources.source import UnexpectedReply

SOMEBODY_ELSES = ("repost-of", "like-of", "bookmark-of", "rsvp")  # what was passed on, and answers that say nothing
MIME = {"video": "video/mp4", "audio": "audio/mpeg", "photo": None}
MOST_DEEP = 6  # an h-feed within an h-feed
# What others said or did, as a page shows it beside an entry or passes it on.
OTHERS = (
    ".h-cite, .p-comment, .u-comment, .p-like, .u-like, .p-repost, .u-repost, "
    ".h-entry:has(.u-repost-of), .h-entry:has(.u-like-of), .h-entry:has(.u-bookmark-of), .h-entry:has(.p-rsvp)"
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A page's microformats: `items` and `rels` as the parsing specification has them."""

    value: At
    url: str

    @property
    def next(self) -> str | None:
        """The following page (rel=next)."""
        found = next(self.value.at("rels").at("next").maybe_items(), None)
        return found.text() if found else None


def marked(body: bytes, url: str) -> Marked:
    """The microformats of a page. Raises UnexpectedReply for what is no HTML."""
    path = where(url)
    tree = tree_of(body, path)
    try:
        found: Json = mf2py.Parser(doc=tree, url=url).to_dict()
    except Exception as defect:  # noqa: BLE001 (raised again as ours: which defects mf2py has is not documented; an odd address meets one)
        raise UnexpectedReply(path, f"mf2py cannot read it ({type(defect).__name__})") from None
    return Marked(At(found, path), url)


def redacted(body: bytes) -> bytes:
    """A page as it may be kept: without what others said, and what was passed on of them. Nothing of what is no HTML."""
    try:
        tree = tree_of(body, "")
    except UnexpectedReply:
        return b""
    for others in tree.select(OTHERS):
        others.decompose()
    return tree.encode("utf-8")


def parse_entries(page: Marked, account: Account, dated: Dated) -> Read:
    """The entries of a page. Raises UnexpectedReply for one that has neither entries nor a feed."""
    entries, feeds = [], 0
    for item in _all(page.value.at("items")):
        feeds += "h-feed" in _types(item)
        if "h-entry" in _types(item):
            entries.append(item)
    if not entries and not feeds:
        page.value.at("items").wrong("has neither an h-feed nor an h-entry")
    card = representative_card(page)

    def understand(entry: At) -> Iterator[Item | Rejected]:
        if not any(not entry.at("properties").at(key).missing for key in SOMEBODY_ELSES):
            yield _item(entry, page.url, account, dated, card)

    def name(entry: At) -> str | None:
        return None if _said(entry, "visibility").lower() not in {"", "public"} else _native_id(entry, page.url)

    read = understood(entries, understand, name, None)
    return _with_next(read, page)


def representative_card(page: Marked) -> At | None:
    """The h-card that stands for the page: its `uid` and `url` are the page, or its `url` is a rel=me of it, or it is the only one and its `url` the page."""
    cards = [item for item in _all(page.value.at("items")) if "h-card" in _types(item)]
    here = page.url.rstrip("/")
    mine = {one.text() for one in page.value.at("rels").at("me").maybe_items()}
    for card in cards:
        urls = _addresses(card, "url")
        if here in {url.rstrip("/") for url in urls} & {url.rstrip("/") for url in _addresses(card, "uid")} or mine & set(urls):
            return card
    if len(cards) == 1 and here in {url.rstrip("/") for url in _addresses(cards[0], "url")}:
        return cards[0]
    return None


def parse_profile(card: At, account: Account, now: datetime) -> Post:
    """An h-card's name, note and pictures."""
    pictures = [link.url for key in ("photo", "logo", "featured") for link in _media(card, key, account.url)]
    return profile_of(account, _said(card, "name"), _said(card, "note"), pictures, now)


def _with_next(read: Read, page: Marked) -> Read:
    """Further pages lie on the same host. A page is a window: older entries exist and are not listed."""
    if page.next is None:
        return replace(read, to_the_end=False)
    following = picture(page.next, page.url)
    if following and same_origin(following.url, page.url):
        return replace(read, next=following.url, to_the_end=False)
    elsewhere = Rejected(None, f"{page.value.path} rel=next", "leads to another host")
    return replace(read, to_the_end=False, rejected=(*read.rejected, elsewhere))


def _all(items: At, deep: int = 0) -> Iterator[At]:
    """The items of a page and the children of its feeds, not what is nested in an entry (who liked it, what it answers)."""
    for item in items.maybe_items():
        yield item
        if "h-feed" in _types(item) and deep < MOST_DEEP:
            yield from _all(item.at("children"), deep + 1)


def _item(entry: At, base: str, account: Account, dated: Dated, card: At | None) -> Item:
    properties = entry.at("properties")
    _refuse_others(entry, base, account, card)
    if (visibility := _said(entry, "visibility").lower()) not in {"", "public"}:
        properties.at("visibility").wrong("is not public" if visibility in {"private", "unlisted", "protected"} else "is a visibility that is not known")
    native_id = _native_id(entry, base) or properties.wrong("has neither a uid nor a url")
    url = next((found for found in _addresses(entry, "url") if (link := picture(found, base)) and same_origin(link.url, base)), "")
    html = next((one.at("html").maybe_text() for one in properties.at("content").maybe_items() if isinstance(one.value, dict)), "")
    text = (text_of(html) if html else _said(entry, "content")) or _said(entry, "summary")
    name = " ".join(_said(entry, "name").split())
    title = "" if " ".join(text.split()).startswith(name) else name  # a name that is the text's beginning was made of it by the parser
    posted_at = dated(native_id, (_time(entry, "published"), _time(entry, "updated")))
    updated = _time(entry, "updated")
    media = [link for key in ("photo", "video", "audio") for link in _media(entry, key, base)] + list(pictures_of(html, base))
    if not text and not title and not media:
        properties.wrong("has neither title nor content")
    kind = PostKind.POST if properties.at("in-reply-to").missing else PostKind.COMMENT
    edited = updated if updated and posted_at < updated == dated(native_id, (updated,)) else None
    return Item(Post(account.id, native_id, kind, url or base, text, posted_at, edited, title, unique(media)), time_order(posted_at), url)


def _refuse_others(entry: At, base: str, account: Account, card: At | None) -> None:
    """An author who is named must be the site's own: a page of the same host, or the name of the account or of the page's own card."""
    for author in entry.at("properties").at("author").maybe_items():
        urls = _addresses(author, "url") if isinstance(author.value, dict) and not author.at("properties").missing else []
        links = [link for url in urls if (link := picture(url, base))]
        own = {account.handle.casefold(), *((_said(card, "name").casefold(),) if card else ())}
        name = _name_of(author).casefold()
        if any(same_origin(link.url, base) for link in links) or name in own or (not urls and not name):
            continue
        author.wrong("is another author's")


def _name_of(author: At) -> str:
    if isinstance(author.value, dict):
        return _said(author, "name") if not author.at("properties").missing else text_of(author.at("value").maybe_text())
    return text_of(author.text())


def _native_id(entry: At, base: str) -> str | None:
    """Its `uid`, or its `url`."""
    found = [*_addresses(entry, "uid"), *(link.url for url in _addresses(entry, "url") if (link := picture(url, base)))]
    return next((one for one in found if 0 < len(one) <= LONGEST_ID), None)


def _types(item: At) -> list[str]:
    return [one.text() for one in item.at("type").maybe_items()]


def _addresses(item: At, key: str) -> list[str]:
    """The values of a property as addresses: texts, or things with a `value`."""
    values = item.at("properties").at(key).maybe_items()
    return [text for one in values if (text := (one.at("value").maybe_text() if isinstance(one.value, dict) else one.text()).strip())]


def _said(item: At, key: str) -> str:
    """The first value of a property as plain text."""
    first = next(item.at("properties").at(key).maybe_items(), None)
    if first is None:
        return ""
    if isinstance(first.value, dict):
        html = first.at("html").maybe_text()
        return text_of(html) if html else first.at("value").maybe_text().strip()
    return first.text().strip()


def _time(entry: At, key: str) -> datetime | None:
    first = next(entry.at("properties").at(key).maybe_items(), None)
    return first.moment() if first else None


def _media(item: At, key: str, base: str) -> Iterator[MediaLink]:
    for one in item.at("properties").at(key).maybe_items():
        with_alt = isinstance(one.value, dict)
        address, alt = (one.at("value").maybe_text(), one.at("alt").maybe_text()) if with_alt else (one.text(), "")
        if link := picture(address, base, alt, MIME.get(key)):
            yield link
