"""Feeds that mean ill or are broken: each ends in posts or in one clear error, in bounded memory. docs/hostile-input.md is the table of it."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import BinaryIO

import pytest

from domain.post import Post, PostKind
from sources.client.http import Http
from sources.platforms.feed.source import MOST_BYTES, Feed, parse_feed
from sources.reading.bounds import MOST_ATTRIBUTES, MOST_REFERENCES, MOST_TAGS
from sources.reading.entries import MOST_ENTRIES
from sources.reading.track import WINDOW, Read, Track
from sources.source import Page, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import HERE, a_reply
from tests.sources.serving import Answer, Site

NewClient = Callable[..., Http]
START = b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
END = b"</channel></rss>"


def rss(inside: bytes) -> bytes:
    return START + inside + END


def read(body: bytes, track: Track | None = None, **headers: str) -> Read:
    return parse_feed(a_reply(body, **headers), "account_1", track or Track(), NOON)


def said(found: Read) -> list[str]:
    return [item.post.title for item in found.items]


def posts(found: Read) -> list[Post]:
    return [item.post for item in found.items]


def json_feed(count: int, **members: object) -> bytes:
    items = [{"id": str(number), "content_text": f"Notice {number}", **members} for number in range(count)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}).encode()


@contextmanager
def at_most(megabytes: float) -> Iterator[None]:
    """Python's own memory above what it is now. A body that was unpacked or held whole would show here."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()
    assert peak < megabytes


@contextmanager
def soon(seconds: float = 2) -> Iterator[None]:
    """In this thread's own time, whatever else the machine does."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < seconds


def visit(site: Site, http: Http, after: Page | None = None) -> list[Page]:
    pages = Feed().pages(an_account("feed", "news", f"{site.origin}/feed"), after.checkpoint if after else None, http)
    return list(pages)


def new(pages: list[Page]) -> list[Post]:
    return [post for page in pages for post in page.posts if post.kind is not PostKind.PROFILE]


# --- what is too large


def test_a_feed_of_50_mb_is_left_at_the_limit(site: Site, http: Http) -> None:
    sent: list[int] = []
    piece = b"<item><title>Notice</title></item>" * 2000

    def endless(socket: BinaryIO, over: Event) -> None:
        socket.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n" + START)
        while sum(sent) < 50_000_000 and not over.is_set():
            sent.append(socket.write(piece) or 0)

    site.raw["/feed"] = endless
    with at_most(20), pytest.raises(UnexpectedReply, match=rf"/feed: a body of more than {MOST_BYTES} bytes"):
        visit(site, http)
    assert sum(sent) < 20_000_000  # what was under way in the machine's own buffers


def packed(how: str) -> bytes:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    return {
        "gzip": lambda: gzip.compress(b"\0" * 50_000_000, 1),
        "deflate": lambda: zlib.compress(b"\0" * 50_000_000, 1),
        "raw deflate": lambda: raw.compress(b"\0" * 50_000_000) + raw.flush(),
        "gzip, gzip": lambda: gzip.compress(gzip.compress(b"\0" * 50_000_000, 1)),
        "gzip many times": lambda: gzip.compress(START),
        "br": lambda: b"\x5b\xff\xff\x03" + b"\0" * 100,
        "zstd": lambda: b"\x28\xb5\x2f\xfd" + b"\0" * 100,
    }[how]()


@pytest.mark.parametrize("how", ["gzip", "deflate", "raw deflate", "gzip, gzip", "gzip many times", "br", "zstd"])
def test_a_packed_bomb_ends_at_the_limit(site: Site, http: Http, how: str) -> None:
    """What was not asked for (br, zstd) is not unpacked at all."""
    coding = {"raw deflate": "deflate", "gzip many times": ", ".join(["gzip"] * 50)}.get(how, how)
    site.pages["/feed"] = Answer(200, packed(how), {"Content-Encoding": coding})
    with at_most(20), pytest.raises(UnexpectedReply, match="/feed"):
        visit(site, http)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        pytest.param(b"<item>" * MOST_TAGS, "tags", id="elements that never end"),
        pytest.param(b"<x/>" * (MOST_TAGS + 1), "tags", id="very many elements"),
        pytest.param(b"<item><title><![CDATA[" + b"<p>" * MOST_TAGS + b"]]></title></item>", "tags", id="HTML in CDATA"),
        pytest.param(b"<item><title>" + b"&lt;p&gt;" * MOST_TAGS + b"</title></item>", "tags", id="HTML that is escaped"),
        pytest.param(b"<" * (MOST_TAGS + 1), "tags", id="beginnings of tags"),
        pytest.param(b"<item><title>" + b"&" * (MOST_REFERENCES + 1), "references", id="references that are none"),
        pytest.param(b"<item><title>" + b"&#65;" * (MOST_REFERENCES + 1), "references", id="references"),
        pytest.param(b"<x " + b" ".join(b'a%d="1"' % n for n in range(MOST_ATTRIBUTES + 1)) + b"/>", "attributes", id="an element of very many attributes"),
        pytest.param(b"<x " + b"\n".join(b"a%d = '>'" % n for n in range(30_000)) + b"/>", "attributes", id="the same in another spelling"),
    ],
)
def test_what_is_made_to_be_slow_is_refused_at_once(inside: bytes, reason: str) -> None:
    for body in (rss(inside), rss(inside).decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")):
        with soon(), pytest.raises(UnexpectedReply, match=f"news.example/a/feed.*more than .* {reason}"):
            read(body)


def test_the_same_in_json_is_refused_at_once() -> None:
    for html in ("<p>" * MOST_TAGS, "\\u003cp>" * MOST_TAGS):
        body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_html": "%b<p>"}]}' % html.encode()
        with soon(), pytest.raises(UnexpectedReply, match="tags"):
            read(body)


def test_deep_nesting_below_the_limits_is_read() -> None:
    found = read(rss(b"<item><title>Deep</title><description>" + b"&lt;div&gt;" * 3000 + b"words</description></item>" + b"<x>" * 3000 + b"</x>" * 3000))
    assert said(found) == ["Deep"]
    assert read(rss(b"<item><title>Deep</title><x %b/></item>" % b" ".join(b'a%d="1"' % n for n in range(100)))).items


def test_one_text_of_1_5_mb_and_one_entry_of_10_000_pictures() -> None:
    with soon(4):
        long = read(rss(b"<item><title>t</title><description>" + b"word " * 300_000 + b"</description></item>"))
        many = read(rss(b"<item><title>t</title>" + b"".join(b'<enclosure url="/%d.jpg"/>' % n for n in range(10_000)) + b"</item>"))
    assert len(long.items[0].post.text) == 1_500_000 - 1
    assert len(many.items[0].post.media) == 10_000


# --- many entries


def test_all_of_10_000_entries_are_posts(site: Site, http: Http) -> None:
    site.pages["/feed"] = Answer(200, json_feed(10_000, date_published="2026-05-30T10:00:00Z"))
    first = visit(site, http)
    assert len(new(first)) == len({post.id for post in new(first)}) == 10_000
    assert len(first[-1].checkpoint.state) < 100_000
    assert [page.unchanged for page in visit(site, http, first[-1])] == [True]


def test_all_of_an_archive_in_rss() -> None:
    found = read(rss(b"".join(b"<item><guid>%d</guid><title>n</title></item>" % n for n in range(1200))))
    assert (len(found.items), found.rejected) == (1200, ())


def test_what_an_entry_takes() -> None:
    """Some kilobytes while it is read: 10,000 of them fit into some 50 MB."""
    body = json_feed(1000)
    with at_most(5):
        read(body)


def test_what_is_beyond_is_said() -> None:
    found = read(json_feed(MOST_ENTRIES + 5))
    assert len(found.items) == MOST_ENTRIES
    assert [one.reason for one in found.rejected] == [f"this entry and all after it: more than {MOST_ENTRIES} on one page are not read"]


def test_entries_without_dates_beyond_the_window_come_once(site: Site, http: Http, clock: Clock) -> None:
    """More than are remembered; a new one is seen wherever the feed puts it."""
    site.pages["/feed"] = Answer(200, json_feed(WINDOW + 50))
    first = visit(site, http)
    assert len(new(first)) == WINDOW + 50
    for count, added in ((WINDOW + 51, [f"Notice {WINDOW + 50}"]), (WINDOW + 53, [f"Notice {WINDOW + 51}", f"Notice {WINDOW + 52}"])):
        clock.pass_by(hours=1)
        site.pages["/feed"] = Answer(200, json_feed(count))
        first = visit(site, http, first[-1])
        assert [post.text for post in new(first)] == added
    clock.pass_by(days=2)
    assert [page.unchanged for page in visit(site, http, first[-1])] == [True]


# --- names


@pytest.mark.parametrize(
    ("entries", "titles", "refused"),
    [
        pytest.param(
            b"<item><guid>1</guid><title>a</title></item><item><guid>1</guid><title>b</title></item>", ["a"], "is on this page twice", id="one id twice"
        ),
        pytest.param(
            b"<item><guid> 1</guid><title>a</title></item><item><guid>1 </guid><title>b</title></item>",
            ["a"],
            "is on this page twice",
            id="alike but for blanks",
        ),
        pytest.param(b"<item><guid></guid><title>a</title></item><item><title>b</title></item>", ["a", "b"], "", id="no ids"),
        pytest.param(b"<item><link>/x</link><title>a</title></item><item><link>/x</link><title>b</title></item>", ["a"], "twice", id="one link twice, no ids"),
        pytest.param(b"<item><guid>" + b"x" * 1_000_000 + b"</guid><title>a</title></item>", [], "more than 1000 characters", id="an id of 1 MB"),
        pytest.param(b"<item/><item><title></title></item><item><title>a</title></item>", ["a"], "neither title nor content", id="empty ones"),
    ],
)
def test_names_that_are_missing_or_the_same(entries: bytes, titles: list[str], refused: str) -> None:
    found = read(rss(entries))
    assert said(found) == titles
    assert all(refused in one.reason for one in found.rejected)
    assert bool(found.rejected) is bool(refused)
    assert [post.native_id for post in posts(found)] == [post.native_id for post in posts(read(rss(entries)))]


def test_a_link_of_1_mb_is_no_link() -> None:
    found = read(rss(b"<item><guid isPermaLink='false'>1</guid><title>a</title><link>http://news.example/" + b"x" * 1_000_000 + b"</link></item>"))
    assert (found.items[0].post.url, found.items[0].locator) == (HERE, "")


@pytest.mark.parametrize("following", ["http://x:y@news.example/", "http://169.254.169.254/", "//news.example:99999/", "http://news.example/" + "x" * 5000])
def test_a_next_page_that_may_not_be_asked_stops_nothing_else(following: str) -> None:
    found = read(b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="%b"/><entry><id>1</id><title>a</title></entry></feed>' % following.encode())
    assert (said(found), found.next) == (["a"], None)
    assert found.rejected or following.endswith(":99999/")  # what is no address at all is no link


# --- times


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Sat, 30 May 2026 10:00:00 GMT", datetime(2026, 5, 30, 10, tzinfo=UTC)),
        ("Sat, 30 May 2026 10:00:00 -0600", datetime(2026, 5, 30, 16, tzinfo=UTC)),
        ("Sat, 30 May 2026 10:00:00 CST", datetime(2026, 5, 30, 16, tzinfo=UTC)),
        ("Tue, 30 Jun 2015 23:59:60 GMT", None),  # a leap second
        ("Thu, 01 Jan 0001 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOON),
        ("Tue, 02 Jun 2026 12:00:00 GMT", NOON),  # tomorrow
        ("Mon, 01 Jun 2026 12:00:01 GMT", NOON),  # in a second
        ("-0044-03-15T00:00:00Z", None),
        ("2026-13-45T99:99:99Z", NOON),
        ("Sat, 30 May 2026 10:00:00 +9999", None),
        ("9" * 5000, NOON),
        ("1717063200", None),
    ],
)
def test_odd_times(date: str, expected: datetime | None) -> None:
    """None: whichever feedparser makes of it, as long as it is not still to come."""
    post = posts(read(rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>".encode())))[0]
    assert post.posted_at == expected if expected else post.posted_at <= NOON
    assert post.edited_at is None


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_times_that_are_to_come_hide_nothing_that_is_new(site: Site, http: Http, clock: Clock, kind: str) -> None:
    """A calendar: more entries than are remembered, all of them dated ahead. What is posted then is seen all the same, and comes once."""

    def feed(*more: str) -> Answer:
        ahead = [(f"Event {n}", f"20{30 + n % 60}-01-01T00:00:00Z") for n in range(WINDOW + 10)]
        entries = [*ahead, *((title, (clock.now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")) for title in more)]
        if kind == "json":
            items = [{"id": title, "content_text": title, "date_published": date} for title, date in entries]
            return Answer(200, json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode())
        said = "".join(f"<entry><id>{title}</id><title>{title}</title><published>{date}</published></entry>" for title, date in entries)
        return Answer(200, f'<feed xmlns="http://www.w3.org/2005/Atom">{said}</feed>'.encode())

    site.pages["/feed"] = feed()
    pages = visit(site, http)
    assert len(new(pages)) == WINDOW + 10
    assert {post.posted_at for post in new(pages)} == {NOON}
    clock.pass_by(days=1)
    site.pages["/feed"] = feed("Road closed")
    pages = visit(site, http, pages[-1])
    assert [post.title or post.text for post in new(pages)] == ["Road closed"]
    assert [page.unchanged for page in visit(site, http, pages[-1])] == [True]


def test_an_event_keeps_its_first_day_until_its_own_has_come(site: Site, http: Http, clock: Clock) -> None:
    feed = Answer(200, rss(b"<item><guid>1</guid><title>Open day</title><pubDate>Wed, 03 Jun 2026 12:00:00 GMT</pubDate></item>"))
    site.pages["/feed"] = feed
    pages = visit(site, http)
    assert [post.posted_at for post in new(pages)] == [NOON]
    for _ in range(3):
        clock.pass_by(days=1)
        pages = visit(site, http, pages[-1])
        assert (new(pages), [one for page in pages for one in page.gone]) == ([], [])


# --- encodings, and what they hide


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param("Stra\xdfe".encode("windows-1252"), {}, id="windows-1252 that says nothing"),
        pytest.param("Stra\xdfe".encode("windows-1252"), {"Content_Type": "text/xml; charset=utf-8"}, id="windows-1252 labelled as UTF-8"),
        pytest.param("Stra\xdfe".encode(), {"Content_Type": "text/xml; charset=x-nonsense"}, id="a name that nobody knows"),
        pytest.param("Stra\xdfe".encode(), {"Content_Type": "text/xml; charset=zlib_codec"}, id="Python's own, which is no encoding of text"),
        pytest.param("Stra\xdfe\0".encode(), {}, id="a NUL"),
        pytest.param("\ufeffStra\xdfe".encode(), {"Content_Type": "text/xml"}, id="a byte order mark inside"),
    ],
)
def test_encodings_that_are_wrong(body: bytes, headers: dict[str, str]) -> None:
    found = read(rss(b"<item><title>" + body + b"</title></item>"), **headers)
    assert [title.strip("\ufeff") for title in said(found)] == ["Stra\xdfe"]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_encodings(charset: str) -> None:
    text = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>Straße</title></item></channel></rss>'
    assert said(read(text.encode(charset), Content_Type=f"text/xml; charset={charset}")) == ["Straße"]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss version="2.0"><channel><item><title>&b;</title></item></channel></rss>'
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(f'<?xml version="1.0" encoding="utf-7"?>{BOMB}'.replace("<!", "+ADwAIQ-").encode(), "", id="UTF-7, as the document says"),
        pytest.param(BOMB.replace("<!", "+ADwAIQ-").encode(), "text/xml; charset=utf-7", id="UTF-7, as the server says"),
        pytest.param(BOMB.encode("cp037"), "text/xml; charset=cp037", id="EBCDIC"),
        pytest.param(BOMB.replace("<!", "\\x3c!").encode(), 'text/xml; charset="unicode_escape"', id="Python's own escapes"),
        pytest.param(BOMB.replace("<!", "\\u003c!").encode(), "text/xml; charset=raw-unicode-escape", id="Python's own raw escapes"),
        pytest.param(BOMB.encode(), "text/xml; charset=punycode", id="punycode"),
        pytest.param(BOMB.encode(), "text/xml; charset=idna", id="IDNA"),
        pytest.param(BOMB.encode("utf-16-be"), "text/xml; charset=utf-16-be", id="UTF-16"),
        pytest.param(BOMB.encode(), "", id="as it is"),
        pytest.param(b'<!DOCTYPE x SYSTEM "http://169.254.169.254/x.dtd"><rss version="2.0"/>', "", id="a DTD elsewhere"),
        pytest.param(b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><rss version="2.0"/>', "", id="a parameter entity"),
    ],
)
def test_declarations_are_refused_in_every_encoding(body: bytes, content_type: str) -> None:
    with soon(), pytest.raises(UnexpectedReply, match=r"news\.example/a/feed.*(hides markup|declares)"):
        read(body, **({"Content_Type": content_type} if content_type else {}))


# --- JSON


@pytest.mark.parametrize(
    "member",
    [
        b'"id": NaN',
        b'"id": Infinity',
        b'"id": ' + b"9" * 5000,
        b'"id": "1", "content_text": ' + b"[" * 100_000,
        b'"id": "1", "content_text": ' + b'{"a":' * 100_000,
        b'"id": "1", "content_text": "\xff"',
    ],
)
def test_json_that_is_none_is_one_error(member: bytes) -> None:
    with soon(), pytest.raises(UnexpectedReply, match="not JSON"):
        read(b'{"version": "https://jsonfeed.org/version/1", "items": [{%b}]}' % member)


@pytest.mark.parametrize(
    ("member", "text", "refused"),
    [
        (b'"id": 1e999, "content_text": "a"', ["a"], []),
        (b'"id": ' + b"9" * 4000 + b', "content_text": "a"', [], ["expected an identifier of 1 to 1000 characters, found 4000"]),
        (b'"id": "1", "content_text": "a", "content_text": "b"', ["b"], []),  # RFC 8259 4: the last one counts, as nearly everywhere
        (b'"id": "1", "content_text": "\\ud800a\\u0000"', ["\ufffda"], []),
        (b'"id": "1", "content_text": 1e400', [], ["expected text, found a number"]),
        (b'"id": "1", "content_text": "a", "date_published": "9999-12-31T23:59:59-14:00"', [], ["expected a time (RFC 3339)"]),
    ],
)
def test_odd_json(member: bytes, text: list[str], refused: list[str]) -> None:
    found = read(b'{"version": "https://jsonfeed.org/version/1", "items": [{%b}]}' % member)
    assert [post.text for post in posts(found)] == text
    assert [one.reason for one in found.rejected] == refused
