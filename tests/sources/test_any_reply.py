"""Whatever a server answers: posts, rejected pieces or an error of ours, and never anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.identity import Json
from sources.client.http import Http
from sources.platforms.board.page import redacted as redacted_board
from sources.platforms.feed.source import parse_feed, parse_page
from sources.platforms.flickr.feed import parse_feed as parse_flickr_feed
from sources.platforms.mediawiki.text import added, files_shown
from sources.platforms.microformats.entry import redacted as redacted_microformats
from sources.platforms.webpage.posts import redacted as redacted_webpage
from sources.platforms.wordpress.media import shown_media
from sources.platforms.youtube.feed import parse_feed as parse_youtube_feed
from sources.reading.readable import pictures_of, text_of
from sources.reading.track import Read, Track
from sources.registry import SOURCES
from sources.source import SourceError
from tests.builders import NOON
from tests.sources.parsers import MEMBER, PAGES, PARSERS
from tests.sources.recorded import a_reply, recorded
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.every import PLATFORMS

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


odd_texts = st.sampled_from(["", "http://[", "\x00", "\ud800", "9999-12-31T23:59:59+14:00", "0001-01-01"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | odd_texts
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside `value`."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of `value` with what lies at `path` replaced."""
    if not path:
        return new
    result = copy.deepcopy(value)
    at = result
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = new
    return result


def storable(read: Read) -> None:
    """What a store would refuse: a lone surrogate, a NUL, a time without a zone, an endless identifier."""
    for item in read.items:
        post = item.post
        said = json.dumps([post.native_id, post.url, post.title, post.text, [[link.url, link.alt, link.mime] for link in post.media]], ensure_ascii=False)
        assert "\\u0000" not in said
        assert "\x00" not in said
        said.encode("utf-8")
        assert post.posted_at.utcoffset() is not None
        assert len(post.native_id) <= 1100
        assert len(post.content_sha256) == 64


@pytest.mark.parametrize("name", sorted(PARSERS))
@MANY
@given(data=st.data())
def test_one_value_of_a_reply_replaced_by_any_other(name: str, data: st.DataObject) -> None:
    whole = json.loads(recorded(name))
    path = data.draw(st.sampled_from(list(places(whole))))
    body = json.dumps(changed(whole, path, data.draw(anything))).encode()
    try:
        read = PARSERS[name](body)
    except SourceError:
        return
    if isinstance(read, Read):
        storable(read)


@pytest.mark.parametrize("name", sorted(PARSERS))
@MANY
@given(value=anything)
def test_any_json_instead_of_a_reply(name: str, value: Json) -> None:
    try:
        PARSERS[name](json.dumps(value).encode())
    except SourceError:
        return


@pytest.mark.parametrize("name", ["feed/wordpress.rss", "feed/news.atom", "feed/posts.json"])
@MANY
@given(data=st.data())
def test_a_feed_with_any_bytes_in_it(name: str, data: st.DataObject) -> None:
    whole = recorded(name)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    put = data.draw(st.binary(max_size=40) | st.sampled_from([b"<", b"&#xD800;", b"&#0;", b"]]>", b"<!--", b"\xff\xfe", b"&lol;", b"<title>"]))
    try:
        storable(parse_feed(a_reply(whole[:start] + put + whole[end:]), "account_1", Track(), NOON))
    except SourceError:
        return


@pytest.mark.parametrize("name", ["youtube/videos.xml", "flickr/photos_public.atom"])
@MANY
@given(data=st.data())
def test_a_platforms_own_feed_with_any_bytes_in_it(name: str, data: st.DataObject) -> None:
    whole = recorded(name)
    start = data.draw(st.integers(0, len(whole)))
    put = data.draw(st.binary(max_size=40) | st.sampled_from([b"<", b"&#xD800;", b"&#0;", b"]]>", b"<!--", b"</entry>", b"<entry>", b"\xff\xfe"]))
    body = whole[:start] + put + whole[start + data.draw(st.integers(0, 60)) :]
    try:
        if name.startswith("youtube"):
            storable(parse_youtube_feed(a_reply(body), "account_1", "UCexamplecitypolice00000"))
        else:
            storable(parse_flickr_feed(a_reply(body), "account_1"))
    except SourceError:
        return


@MANY
@given(st.binary(max_size=300))
@example(b"<rss version='2.0'><channel><item><title>&#xD800;&#0;</title></item>")
@example(b"<?xml version='1.0' encoding='utf-7'?><rss><channel><item><title>+ADw-</title></item></channel></rss>")
@example(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><updated>9999-99-99</updated><title/></entry></feed>")
def test_any_bytes_instead_of_a_feed(body: bytes) -> None:
    for parse in (lambda reply: parse_feed(reply, "account_1", Track(), NOON), parse_page):
        try:
            parse(a_reply(body))
        except SourceError:
            continue


ODD_MARKUP = [
    b"<",
    b"&#xD800;",
    b"&#0;",
    b"<!--",
    b"\xff\xfe",
    b"<article>",
    b"http://[",
    b'href="//["',
    b"<?",
    b"<![CDATA[",
    b"</body>",
    b'datetime="9999-12-31T23:59:59-14:00"',
]


@pytest.mark.parametrize("name", sorted(PAGES))
@MANY
@given(data=st.data())
def test_a_page_with_any_bytes_in_it(name: str, data: st.DataObject) -> None:
    whole = recorded(name)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    body = whole[:start] + data.draw(st.binary(max_size=40) | st.sampled_from(ODD_MARKUP)) + whole[end:]
    for redacted in (lambda page: redacted_board(page, MEMBER, None), redacted_microformats, lambda page: redacted_webpage(page, MEMBER)):
        redacted(body)
    try:
        storable(PAGES[name](body))
    except SourceError:
        return


@MANY
@given(st.binary(max_size=300))
@example(b"<div>" * 3000)
@example(b"<html id=XF><article class='message--post'><time datetime='0001-01-01T00:00:00+14:00'>")
@example(b"<a class='h-entry' href='http://['>x</a>")
@example(b"<?xml version='1.0'?><!DOCTYPE html><html>")
def test_any_bytes_instead_of_a_page(body: bytes) -> None:
    for parse in PAGES.values():
        try:
            parse(body)
        except SourceError:
            continue


@MANY
@given(st.text())
@example("<script>")
@example("<!--")
@example("<?xml version='1.0'?><a>")
@example("http://a.example/?b&c")
@example("<p>" * 3000)
@example("<img srcset='http://[ 9w, , 1x'><a href='http://[.png'><img></a><video poster><source>")
def test_any_text_as_html(html: str) -> None:
    text_of(html).encode("utf-8")
    list(shown_media(html, "https://news.example/a"))
    pictures_of(html, "https://news.example/a")


@MANY
@given(st.text(), st.text(alphabet="[]|:File\n "))
def test_any_text_of_a_wiki(old: str, new: str) -> None:
    said = added(old, new)
    assert set(said.split()) <= set(new.split())
    list(files_shown(said, "file|image"))


@pytest.mark.parametrize("platform", sorted(SOURCES))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_answer_of_a_whole_visit_replaced(platform: str, site: Site, new_client: Callable[..., Http], tokens: Path, data: st.DataObject) -> None:
    server = PLATFORMS[platform]()
    server.author.write_many(4)
    nth, turn = data.draw(st.integers(0, 7)), iter(range(1000))
    status = data.draw(st.sampled_from([200, 200, 200, 201, 204, 302, 304, 400, 401, 403, 404, 418, 500, 501]))
    body = b"" if status == 204 else data.draw(st.binary(max_size=20) | anything.map(lambda value: json.dumps(value).encode()))
    header = data.draw(st.sampled_from(["Link", "ETag", "Last-Modified", "Location", "Retry-After", "Content-Type", "X-RateLimit-Reset"]))
    odd = Answer(status, body, {header: data.draw(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=30))})

    def answer(asked: Asked) -> Answer | None:
        if asked.path == "/robots.txt":
            return None
        return odd if next(turn) == nth else server.answer(site, asked)

    site.otherwise = answer
    checkpoint = None
    for _ in range(2):
        try:
            for page in SOURCES[platform].pages(server.account(site), checkpoint, new_client(retries=0, tokens=tokens)):
                checkpoint = page.checkpoint
        except SourceError:
            continue
