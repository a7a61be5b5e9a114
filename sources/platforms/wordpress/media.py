"""The pictures, films and sounds of a WordPress post, each as large as the post offers it."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

from bs4.element import Tag

from domain.post import MediaLink
from sources.reading.readable import parsed, picture
from sources.reading.shape import At

ORIGINALS = ("data-orig-file", "data-full-url")  # where galleries (Jetpack's, and WordPress' own older one) write the file itself
LATER = ("data-src", "data-lazy-src")  # where a picture's address waits until it is scrolled to
SETS = ("srcset", "data-srcset", "data-lazy-srcset")
PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|tiff?|bmp|svg)$", re.IGNORECASE)
WIDTH = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)[wx],?")
KINDS = {"video": "video/mp4", "audio": "audio/mpeg"}  # where the address does not tell


def featured_media(post: At) -> Iterator[MediaLink]:
    """The post's own picture, embedded as `wp:featuredmedia`: the file that was uploaded, of which WordPress shows one scaled down when it is very large."""
    if post.at("_embedded").missing:
        return
    for media in post.at("_embedded").at("wp:featuredmedia").maybe_items():
        address = media.at("source_url").maybe_text()
        if not address:
            continue  # the picture is not public: the site embeds an error in its place
        details = media.at("media_details")
        original = details.at("original_image").maybe_text() if isinstance(details.value, dict) else ""
        if re.fullmatch(r"[^/\\?#]{1,300}", original):
            address = urljoin(address, original)
        link = picture(address, post.at("link").maybe_text(), media.at("alt_text").maybe_text(), media.at("mime_type").maybe_text())
        yield link or media.at("source_url").wrong("is not an http or https address")


def shown_media(html: str, base: str) -> Iterator[MediaLink]:
    """What `html` shows, in order: of a picture the largest that it offers, of a film the file and its still."""
    if not re.search(r"<(?:img|video|audio)\b", html, re.IGNORECASE):
        return
    for tag in parsed(html)(["img", "video", "audio"]):
        links = [picture(_largest(tag), base, _said(tag, "alt"))] if tag.name == "img" else list(_played(tag, base))
        yield from (link for link in links if link)


def _played(tag: Tag, base: str) -> Iterator[MediaLink | None]:
    for source in [tag, *tag("source")]:
        address = _said(source, "src")
        yield picture(address, base, "", mimetypes.guess_type(_path(address))[0] or KINDS[tag.name])
    yield picture(_said(tag, "poster"), base)


def _largest(img: Tag) -> str:
    link = img.find_parent("a")
    whole = [_said(img, name) for name in ORIGINALS]
    if isinstance(link, Tag) and PICTURE.search(_path(_said(link, "href"))):
        whole.append(_said(link, "href"))
    offered = [_widest(_said(img, name)) for name in SETS]
    src = _said(img, "src")
    waiting = [_said(img, name) for name in LATER]
    plain = [*waiting, src] if src.startswith("data:") else [src, *waiting]
    return next((address for address in [*whole, *offered, *plain] if address), "")


def _widest(srcset: str) -> str:
    """The address with the greatest width or density of a `srcset`."""
    words = srcset.split()
    sizes = [(float(size[1]), address) for address, word in pairwise(words) if (size := WIDTH.fullmatch(word))]
    return max(sizes, default=(0.0, ""))[1].strip(",")


def _said(tag: Tag, name: str) -> str:
    return str(tag.get(name) or "").strip()


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
