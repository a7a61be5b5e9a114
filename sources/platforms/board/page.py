"""A page of a message board: the posts of one author on it, where the other pages are, and what of it may be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from domain.account import Account
from domain.identity import clean_text
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.client.address import origin, where
from sources.platforms.board.layouts import layout_of
from sources.reading.entries import understood
from sources.reading.page_time import time_in
from sources.reading.page_tree import link_on_host, outermost, prune, tree_of, words
from sources.reading.readable import parsed, picture, text_of, unique
from sources.reading.shape import LONGEST_ID, At
from sources.reading.track import Dated, Item, Read, time_order
from sources.settings import BoardLayout
from sources.source import UnexpectedReply

ORIGINAL = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)$|/attachments?/|attachment\.php|download/file\.php", re.IGNORECASE)
SMALL = {"smilies", "smilie", "smiley", "inlineimg", "emoji", "avatar", "icon"}
KEPT_ATTRIBUTES = frozenset({"id", "class", "href", "rel", "itemprop"})


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`read` holds the author's posts as the page lists them. `ascending`: oldest first, as in a thread; None: it cannot be told. `ids` are of all posts."""

    read: Read
    ascending: bool | None
    ids: frozenset[str]
    previous: str | None
    last: str | None
    threads: tuple[str, ...]

    def newest_first(self) -> Read:
        """A thread's page as a source hands it on: from its end, and on to the page before."""
        return replace(self.read, items=self.read.items[::-1], next=self.previous)


def parse_board(body: bytes, url: str, account: Account, chosen: BoardLayout | None, dated: Dated) -> BoardPage:
    """A page as its layout says. Raises UnexpectedReply for one of another shape."""
    path = where(url)
    tree = tree_of(body, path)
    layout = layout_of(tree, chosen)
    if layout is None:
        raise UnexpectedReply(path, 'is laid out like no board that is known; [network.boards."host"] can say how (docs/sources.md)')
    marked = tree.select(layout.post)
    tags = {f"{path} post {number}": tag for number, tag in enumerate(outermost(marked), 1)}
    previous = link_on_host(tree.select_one(layout.previous), url) if layout.previous else None
    title = _title(tree, layout, next(iter(tags.values()), None), previous)

    def understand(at: At) -> Iterator[Item | Rejected]:
        tag = tags[at.path]
        if _author(tag, layout) or at.wrong("has no author"):
            if not _is_own(tag, layout, account):
                return
            yield _item(tag, at, url, account, layout, dated, title if tag is next(iter(tags.values())) else "")

    def name(at: At) -> str | None:
        return _native_id(tags[at.path], layout, url) if _is_own(tags[at.path], layout, account) else None

    read = understood([At(None, one) for one in tags], understand, name, link_on_host(tree.select_one(layout.next), url) if layout.next else None)
    inner = () if len(marked) == len(tags) else (Rejected(None, path, f"{len(marked) - len(tags)} posts stand within others, as on no board"),)
    return BoardPage(
        read=replace(read, rejected=read.rejected + inner),
        ascending=_ascending([*tags.values()], layout),
        ids=frozenset(found for tag in tags.values() if (found := _native_id(tag, layout, url))),
        previous=previous,
        last=link_on_host(tree.select_one(layout.last), url) if layout.last else None,
        threads=tuple(_threads(tree, layout, url)),
    )


def says_gone(body: bytes, chosen: BoardLayout | None) -> bool:
    """Whether a post's own page, which holds no post, has what its layout says that a board puts there for a post that is not there."""
    tree = tree_of(body, "")
    layout = chosen or layout_of(tree, None)
    return layout is not None and bool(layout.gone) and tree.select_one(layout.post) is None and tree.select_one(layout.gone) is not None


def redacted(body: bytes, account: Account, chosen: BoardLayout | None) -> bytes:
    """A page as it may be kept: the author's own posts and the links to other pages, nobody else's name or words. Nothing of a page of another shape."""
    try:
        tree = tree_of(body, "")
    except UnexpectedReply:
        return b""
    layout = layout_of(tree, chosen)
    if layout is None:
        return b""
    posts = outermost(tree.select(layout.post))
    previous = tree.select_one(layout.previous) if layout.previous else None
    own = [tag for tag in posts if _is_own(tag, layout, account)]
    whole = [part for tag in own for part in _parts(tag, layout)]
    if posts and own and posts[0] is own[0] and previous is None and layout.title and (title := _title_tag(tree, layout, posts[0])):
        whole.append(title)
    shown = {id(one) for tag in own if layout.media for one in tag.select(layout.media)}
    for part in whole:
        for left_out in part.select(layout.leave_out) if layout.leave_out else ():
            if id(left_out) not in shown:
                left_out.decompose()
    links = [tag for one in (layout.next, layout.previous, layout.last) if one and (tag := tree.select_one(one))]
    links += [sign for link in links for sign in link.find_all(True)]  # the picture of an arrow, by which some boards tell them apart
    links += tree.select(layout.thread) if layout.thread else []
    marks = [tag for one in (layout.page,) if one and (tag := tree.select_one(one))]
    prune(tree, whole, [*links, *marks, *own], KEPT_ATTRIBUTES | {layout.id})
    return tree.encode("utf-8")


def _item(tag: Tag, at: At, url: str, account: Account, layout: BoardLayout, dated: Dated, title: str) -> Item:
    native_id = _native_id(tag, layout, url) or at.wrong("has no id")
    said = tag.select_one(layout.text) or at.wrong("has no text")
    html = _own_words(said, layout)
    link = _own_address(tag, layout, url)
    page = link or f"{url.partition('#')[0]}#{native_id.partition('#')[2]}"
    posted_at = dated(native_id, (time_in(tag.select_one(layout.time)),))
    media = [*_pictures(html, url), *(one for extra in (tag.select(layout.media) if layout.media else ()) for one in _pictures(str(extra), url))]
    post = Post(account.id, native_id, PostKind.POST, page, text_of(html), posted_at, title=title, media=unique(media))
    return Item(post, time_order(posted_at), link or "")


def _own_address(tag: Tag, layout: BoardLayout, url: str) -> str | None:
    """The post's lasting address: of a link, or of a field from which readers copy it."""
    found = tag.select_one(layout.link) if layout.link else None
    return link_on_host(found, url, "value" if found is not None and found.name == "input" else "href")


def _own_words(said: Tag, layout: BoardLayout) -> str:
    """The text's HTML without quotations."""
    tree = parsed(said.decode_contents())
    for left_out in tree.select(layout.leave_out) if layout.leave_out else ():
        left_out.decompose()
    return tree.body.decode_contents() if tree.body else ""


def _pictures(html: str, base: str) -> Iterator[MediaLink]:
    """Each picture; where it is a link to a larger one, that. Smilies are none."""
    if "<img" not in html.lower() and "<video" not in html.lower():
        return
    for tag in parsed(html).select("img, video[src], video source[src]"):
        if SMALL & {str(one).lower() for one in tag.get_attribute_list("class")}:
            continue
        around = tag.find_parent("a", href=True)
        larger = str(around["href"]) if isinstance(around, Tag) and ORIGINAL.search(str(around["href"]).partition("?")[0]) else ""
        address = larger or str(tag.get("data-url") or tag.get("data-src") or tag.get("src") or "")
        if link := picture(address, base, str(tag.get("alt") or ""), None if tag.name == "img" else "video/mp4"):
            yield link


def _author(tag: Tag, layout: BoardLayout) -> str:
    return clean_text(words(tag.select_one(layout.author)))


def _is_own(tag: Tag, layout: BoardLayout, account: Account) -> bool:
    """Whether the post's author is the one named, to the letter: what looks alike is somebody else. `name@host` tells apart the same name on two boards."""
    return _author(tag, layout) == account.handle.strip().removesuffix(f"@{urlsplit(account.url).netloc}")


def _native_id(tag: Tag, layout: BoardLayout, url: str) -> str | None:
    holder = tag.select_one(layout.id_in) if layout.id_in else tag
    value = clean_text(str(holder.get(layout.id) or "")).strip() if holder else ""
    return f"{origin(url)}/#{value}" if 0 < len(value) <= LONGEST_ID else None


def _title_tag(tree: BeautifulSoup, layout: BoardLayout, first: Tag) -> Tag | None:
    return first.select_one(layout.title) or tree.select_one(layout.title)


def _title(tree: BeautifulSoup, layout: BoardLayout, first: Tag | None, previous: str | None) -> str:
    """A thread's title is the words of who wrote its first post."""
    return clean_text(words(_title_tag(tree, layout, first))) if first and layout.title and previous is None else ""


def _parts(tag: Tag, layout: BoardLayout) -> list[Tag]:
    """What is kept of a post: who wrote it, when, what, and its pictures and link; not who liked it, nor what others see beside it."""
    one_each = (layout.author, layout.text, layout.time, layout.link, layout.id_in)
    found = [part for selector in one_each if selector and (part := tag.select_one(selector)) is not None]
    return found + (tag.select(layout.media) if layout.media else [])


def _ascending(tags: list[Tag], layout: BoardLayout) -> bool | None:
    """Whether the oldest post stands first, by the posts' times, or else by the numbers of their ids."""
    times = [time for tag in tags if (time := time_in(tag.select_one(layout.time)))]
    if len(times) > 1 and times[0] != times[-1]:
        return times[0] < times[-1]
    numbers = [int(found[1]) for tag in tags if (found := re.search(r"(\d{1,18})\D*$", _native_id(tag, layout, "https://x") or ""))]
    return numbers[0] < numbers[-1] if len(numbers) > 1 and numbers[0] != numbers[-1] else None


def _threads(tree: BeautifulSoup, layout: BoardLayout, url: str) -> Iterator[str]:
    found = (link_on_host(tag, url) for tag in (tree.select(layout.thread) if layout.thread else ()))
    yield from dict.fromkeys(link.partition("#")[0] for link in found if link)
