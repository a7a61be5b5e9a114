"""RSS (0.9 to 2.0) and Atom (RFC 4287), as feedparser understands them: from bytes, and only from bytes that declare nothing."""

from __future__ import annotations

import calendar
import io
import re
import xml.sax
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from domain.identity import clean_text
from domain.post import Rejected
from sources.client.address import where
from sources.client.http import Reply
from sources.platforms.feed.entry import Entry, item_of
from sources.reading.bounds import refuse_disguise, refuse_endless, refuse_many_attributes
from sources.reading.entries import understood
from sources.reading.profile import About
from sources.reading.readable import text_of
from sources.reading.shape import At
from sources.reading.track import Dated, Item, Read
from sources.source import UnexpectedReply

ROOTS = {"rss", "feed", "rdf"}
# One token after the other as XML has them, so that what stands in a comment or in CDATA hides nothing and is not taken for more than it is.
TOKEN = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<!(DOCTYPE|ENTITY)|<([A-Za-z_][\w.:-]*)", re.DOTALL | re.IGNORECASE)
DECLARED = re.compile(rb"\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]+)")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def root_of(body: bytes) -> str:
    """The name of the first element, lower case and without a prefix; empty when there is none. UTF-16 is seen through."""
    for token in TOKEN.finditer(body.replace(b"\0", b"")):
        if token[2]:
            return token[2].decode("ascii", "replace").lower().rpartition(":")[2]
    return ""


def refuse_declarations(body: bytes, path: str) -> None:
    """Raises UnexpectedReply for a DOCTYPE or an entity declaration: small files that unpack to gigabytes, and files that read other files, need one."""
    if any(token[1] for token in TOKEN.finditer(body.replace(b"\0", b""))):
        raise UnexpectedReply(path, "declares a DOCTYPE or entities, which no feed needs and attacks on XML do: its owner can serve the feed without")


def refuse_hostile(reply: Reply, path: str) -> None:
    """Raises UnexpectedReply for XML that is made to be slow, to unpack to more than it is, or to hide that it does."""
    for charset in (_charset(reply), declared[1].decode("ascii", "replace") if (declared := DECLARED.match(reply.body)) else ""):
        if charset:
            refuse_disguise(charset, path)
    refuse_declarations(reply.body, path)
    refuse_endless(reply.body, path)
    refuse_many_attributes(reply.body, path)


def parse_xml(reply: Reply, account_id: str, dated: Dated) -> Read:
    """A feed's entries, newest first or not, as the feed has them. Raises UnexpectedReply for what is no feed."""
    path = where(reply.url)
    refuse_hostile(reply, path)
    feed = _parsed(reply, path)
    is_rss = str(feed.get("version")).startswith("rss")

    def understand(at: At) -> Iterator[Item | Rejected]:
        yield item_of(_entry(feed.entries[int(at.path.rpartition("[")[2][:-1])], is_rss), at, account_id, reply.url, dated)

    entries = [At(None, f"{path}.entries[{index}]") for index in range(len(feed.entries))]
    read = understood(entries, understand, lambda _at: None, _next(feed))
    broken = (Rejected(None, path, "not well-formed XML: read as far as it can be"),) if _is_broken(feed) else ()
    return Read(read.items, read.rejected + broken, read.next, about=_about(feed.feed))


def _about(channel: Any) -> About | None:
    name, said = (text_of(_value(_detail(channel, key))) for key in ("title", "subtitle"))
    image = channel.get("image")
    pictures = (image.get("href") if isinstance(image, Mapping) else None, channel.get("logo"), channel.get("icon"))
    return About(name, said, tuple(one for one in pictures if isinstance(one, str))) if name or said else None


def _parsed(reply: Reply, path: str) -> Any:
    # A stream, never the bytes themselves: feedparser opens the file of that name if there is one. Markup is made harmless by reading text and pictures alone.
    try:
        feed = feedparser.parse(io.BytesIO(reply.body), response_headers=_headers(reply), sanitize_html=False, resolve_relative_uris=False)
    except Exception as defect:  # noqa: BLE001 (raised again as ours: which defects feedparser has is not documented; `&#xD800;` in broken XML meets one)
        raise UnexpectedReply(path, f"feedparser cannot read it ({type(defect).__name__})") from None
    if not feed.get("version") and not feed.entries:
        raise UnexpectedReply(path, "neither RSS nor Atom")
    if not feed.entries and _is_broken(feed):
        raise UnexpectedReply(path, "not well-formed XML, and no entry could be read")
    return feed


def _is_broken(feed: Any) -> bool:
    return isinstance(feed.get("bozo_exception"), xml.sax.SAXException)


def _headers(reply: Reply) -> dict[str, str]:
    """The base of relative addresses, and the encoding where the server names one. Its media type says nothing that the document does not say better."""
    charset = _charset(reply)
    return {"content-location": reply.url} | ({"content-type": f"application/xml; charset={charset}"} if charset else {})


def _charset(reply: Reply) -> str:
    """The encoding that the server names, empty for none."""
    found = re.search(r"charset=[\"']?([\w.:-]+)", reply.headers.get("Content-Type", ""), re.IGNORECASE)
    return found[1] if found else ""


def _entry(entry: Mapping[str, Any], is_rss: bool) -> Entry:
    """RSS does not say whether a text is HTML, and feedparser guesses: there everything is read as HTML, so that no markup passes for words."""
    title = _detail(entry, "title")
    contents = [one for one in (entry.get("content") or [_detail(entry, "summary")]) if one]
    return Entry(
        id=clean_text(entry.get("id") or "").strip(),
        link=clean_text(entry.get("link") or "").strip(),
        title=text_of(_value(title)) if is_rss or not _is_plain(title) else clean_text(_value(title)).strip(),
        html="\n".join(_value(one) for one in contents if is_rss or not _is_plain(one)),
        plain=clean_text("\n".join(_value(one) for one in contents if not is_rss and _is_plain(one))),
        published=_moment(entry, "published_parsed") or _moment(entry, "created_parsed"),
        updated=_moment(entry, "updated_parsed"),
        media=tuple(_media(entry)),
        base=next((one.get("base") or "" for one in contents if is_rss or not _is_plain(one)), ""),
    )


def _media(entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for enclosure in entry.get("enclosures", []):
        yield enclosure.get("href") or "", "", enclosure.get("type")
    for content in [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]:
        yield content.get("url") or "", "", content.get("type")


def _detail(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = entry.get(f"{key}_detail")
    return found if isinstance(found, Mapping) else {}


def _is_plain(detail: Mapping[str, Any]) -> bool:
    return detail.get("type") == "text/plain"


def _value(detail: Mapping[str, Any]) -> str:
    return detail.get("value") or ""


def _moment(entry: Mapping[str, Any], key: str) -> datetime | None:
    """feedparser hands out UTC as a struct_time. Asked by `in` first, since it answers a missing `updated` with `published` and a warning."""
    parsed = entry[key] if key in entry else None  # noqa: SIM401 (get would warn)
    try:
        return EPOCH + timedelta(seconds=calendar.timegm(parsed)) if parsed else None
    except (ValueError, OverflowError):
        return None


def _next(feed: Any) -> str | None:
    """The following page of a paged feed (RFC 5005 3)."""
    return next((link["href"] for link in feed.feed.get("links", []) if link.get("rel") == "next" and link.get("href")), None)
