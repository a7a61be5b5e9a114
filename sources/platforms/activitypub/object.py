"""The objects of ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-core/): where one value may stand, a list may; where an object, its address."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from urllib.parse import urlsplit

from domain.identity import clean_text
from domain.post import MediaLink
from sources.reading.readable import picture, pictures_of, text_of, unique
from sources.reading.shape import At

MIME_OF_TYPE = {"Video": "video/mp4", "Audio": "audio/mpeg"}  # where neither mediaType nor the address tells
SHOWN = ("image/", "video/", "audio/")
MOST = 200  # values of one property that are looked at
MOST_DEEP = 4


def type_of(at: At) -> str:
    """Its type, the first where there are several; empty where there is none. Raises UnexpectedReply for what is no object."""
    kind = at.at("type")
    first = next(iter(kind.value), None) if isinstance(kind.value, list) else kind.value
    return first if isinstance(first, str) else ""


def each(at: At) -> Iterator[At]:
    """The values of a property: none, one, or those of a list."""
    found = at.maybe_items() if isinstance(at.value, list) or at.missing else iter((at,))
    return (one for one, _ in zip(found, range(MOST), strict=False))


def address_of(at: At) -> str:
    """The address of a value: itself, a Link's `href`, or an object's `id`; empty where there is none."""
    if isinstance(at.value, dict):
        return at.at("href").maybe_text() or at.at("id").maybe_text()
    return at.maybe_text()


def ids_of(at: At) -> list[str]:
    """The addresses of all values of a property."""
    return [found for one in each(at) if (found := address_of(one))]


def html_of(thing: At, key: str) -> str:
    """A text in natural language: the property itself, or the first of its languages (`contentMap`)."""
    if said := thing.at(key).maybe_text():
        return said
    languages = thing.at(f"{key}Map")
    if not isinstance(languages.value, dict):
        return ""
    return next((text for language in languages.value if (text := languages.at(language).maybe_text())), "")


def title_of(thing: At) -> str:
    """Its name, or else its summary, which is where content warnings stand."""
    return text_of(html_of(thing, "name")) or text_of(html_of(thing, "summary"))


def text_of_object(thing: At) -> str:
    """The content without markup, the summary of what has a name too, and a poll's options."""
    content = html_of(thing, "content")
    plain = thing.at("mediaType").maybe_text().partition(";")[0].strip().lower() not in {"", "text/html"}
    summary = text_of(html_of(thing, "summary")) if html_of(thing, "name") else ""
    options = [text_of(html_of(option, "name")) for key in ("oneOf", "anyOf") for option in each(thing.at(key))]
    return "\n".join(line for line in (summary, clean_text(content).strip() if plain else text_of(content), *options) if line)


def name_of(thing: At) -> str:
    """The address of its page for people: `url`, of several the one of HTML."""
    links = [(address_of(one), one.at("mediaType").maybe_text() if isinstance(one.value, dict) else "text/html") for one in each(thing.at("url"))]
    pages = [address for address, mime in links if address and mime in {"", "text/html"}]
    link = picture(pages[0], "") if pages else None
    return link.url if link else ""


def media_of(thing: At, base: str) -> tuple[MediaLink, ...]:
    """What it attaches, the pictures of its text, and, of a picture or film that is an object of its own, itself and its poster."""
    links = [link for one in each(thing.at("attachment")) for link in _attached(one, base)]
    if type_of(thing) in {"Image", "Video", "Audio"}:
        links += _of_object(thing, base)
    links += [link for address in picture_addresses(thing.at("image")) if (link := picture(address, base))]
    return unique([*links, *pictures_of(html_of(thing, "content"), base)])


def picture_addresses(at: At, deep: int = 0) -> list[str]:
    """The addresses of an `icon` or `image`: texts, objects with a `url`, or lists of both."""
    found: list[str] = []
    for one in each(at):
        if isinstance(one.value, dict) and not one.at("url").missing and deep < MOST_DEEP:
            found += picture_addresses(one.at("url"), deep + 1)
        else:
            found.append(address_of(one))
    return [address for address in found if address]


def _attached(one: At, base: str) -> Iterator[MediaLink]:
    if not isinstance(one.value, dict):
        link = picture(one.maybe_text(), base)
        yield from (link,) if link else ()
        return
    kind, mime = type_of(one), one.at("mediaType").maybe_text()
    if kind in {"Image", "Video", "Audio", "Document"} or mime.startswith(SHOWN):  # not a card (Link, Page) or a line of a profile
        yield from _of_object(one, base)


def _of_object(one: At, base: str) -> Iterator[MediaLink]:
    alt = html_of(one, "name") if type_of(one) != "Video" else ""
    shown = one.at("mediaType").maybe_text()
    links = list(each(one.at("url"))) or ([one] if address_of(one) and not one.at("href").missing else [])
    for link in links:
        mime = (link.at("mediaType").maybe_text() if isinstance(link.value, dict) else "") or (shown if shown.startswith(SHOWN) else "")
        if mime and not mime.startswith(SHOWN):
            continue  # its page, or a list of pieces to play
        address = address_of(link)
        if not address:
            continue
        found = picture(address, base, alt, mime or _guessed(address) or MIME_OF_TYPE.get(type_of(one)))
        yield found or link.wrong("is not an http or https address")
    yield from (poster for address in picture_addresses(one.at("icon")) if (poster := picture(address, base)))


def _guessed(address: str) -> str | None:
    try:
        return mimetypes.guess_type(urlsplit(address).path)[0]
    except ValueError:
        return None
