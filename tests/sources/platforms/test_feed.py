from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.post import MediaLink, Post, PostKind
from sources.platforms.feed.source import parse_feed, parse_page
from sources.platforms.feed.xml_feed import root_of
from sources.reading.track import Known, Read, Track, time_order
from sources.source import UnexpectedReply
from tests.builders import NOON
from tests.sources.recorded import HERE, a_reply, recorded

RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>%b</channel></rss>'


def read(body: bytes, track: Track | None = None, **headers: str) -> Read:
    return parse_feed(a_reply(body, **headers), "account_1", track or Track(), NOON)


def titles(found: Read) -> list[str]:
    return [item.post.title for item in found.items]


def test_rss_as_wordpress_has_it() -> None:
    found = read(recorded("feed/wordpress.rss"))
    assert found.items[0].post == Post(
        account_id="account_1",
        native_id="https://news.example/?p=30",
        kind=PostKind.POST,
        url="https://news.example/2026/05/road-closed/",
        text="Main St is closed.\nMain St\nDetour by 2nd St.\nUntil 18:00.",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        title="Road closed \u2013 Main St",
        media=(MediaLink("https://news.example/wp-content/uploads/2026/05/barrier.jpg", "A barrier"),),
    )
    assert (found.items[0].locator, found.next) == ("https://news.example/2026/05/road-closed/", None)


def test_enclosures_and_media_rss_are_media_each_once() -> None:
    post = read(recorded("feed/wordpress.rss")).items[1].post
    assert [(link.url.rpartition("/")[2], link.mime) for link in post.media] == [("day.jpg", "image/jpeg"), ("dog.png", "image/png")]


def test_titles_are_text_only() -> None:
    assert titles(read(recorded("feed/wordpress.rss"))) == ["Road closed \u2013 Main St", "Open day & more", "Undated"]


def test_an_undated_entry_is_dated_when_it_was_first_seen_and_keeps_that() -> None:
    first = read(recorded("feed/wordpress.rss")).items[2].post
    assert (first.native_id, first.posted_at, first.url) == ("undated-1", NOON, HERE)
    earlier = datetime(2026, 1, 1, tzinfo=UTC)
    track = Track(posts={"undated-1": Known("", time_order(earlier), "")})
    assert read(recorded("feed/wordpress.rss"), track).items[2].post.posted_at == earlier


def test_odd_entries_are_rejected_and_the_others_kept() -> None:
    assert [(one.path, one.reason) for one in read(recorded("feed/wordpress.rss")).rejected] == [
        ("news.example/a/feed.entries[3]", "is on this page twice"),
        ("news.example/a/feed.entries[4]", "has neither title nor content"),
    ]


def test_atom() -> None:
    found = read(recorded("feed/news.atom"))
    first, second = (item.post for item in found.items)
    assert (first.native_id, first.url) == ("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "https://news.example/a/posts/1")
    assert (first.title, first.text) == ("Arithmetic: 1 < 2 & <b>", "Some words.")
    assert (first.posted_at, first.edited_at) == (datetime(2026, 5, 30, 10, 30, 2, tzinfo=UTC), datetime(2026, 5, 30, 18, 30, 2, tzinfo=UTC))
    assert [(link.url, link.alt) for link in first.media] == [("https://news.example/a/files/1.png", ""), ("https://news.example/a/pictures/1.jpg", "One")]
    assert (second.title, second.text, second.edited_at) == ("Only updated", "Plain <b> text", None)
    assert found.next == "https://news.example/a/feed.atom?page=2"


def test_json_feed() -> None:
    found = read(recorded("feed/posts.json"))
    first = found.items[0].post
    assert (first.url, first.text, first.edited_at) == ("https://news.example/posts/1", "Main St is closed.", datetime(2026, 5, 30, 12, tzinfo=UTC))
    assert [(link.url.rpartition("/")[2], link.alt) for link in first.media] == [("cover.jpg", ""), ("barrier.jpg", "A barrier")]
    assert [(item.post.native_id, item.post.text) for item in found.items[1:]] == [("2", "Plain <b> text"), ("undated", "No date")]
    assert found.items[1].post.media == (MediaLink("https://news.example/files/a.mp3", "Spoken", "audio/mpeg"),)
    assert found.next == "https://news.example/feed.json?page=2"
    assert [(one.native_id, one.path.partition("feed")[2], one.reason) for one in found.rejected] == [
        (None, ".items[3].id", "expected text, found null"),
        ("bad-date", ".items[4].date_published", "expected a time (RFC 3339)"),
        (None, ".items[5]", "expected an object, found text"),
    ]


def test_the_feed_of_snac() -> None:
    found = read(recorded("feed/snac.rss"))
    assert found.rejected == ()
    assert all(item.post.url.startswith("http://127.0.0.1:8083/labpd/p/") for item in found.items)


def test_a_further_page_on_another_host_is_not_followed() -> None:
    found = read(recorded("feed/news.atom").replace(b'href="feed.atom?page=2"', b'href="https://elsewhere.example/2"'))
    assert found.next is None
    assert found.rejected[0].reason == "leads to another host"


@pytest.mark.parametrize(
    ("encoding", "declared", "headers"),
    [
        ("iso-8859-1", "iso-8859-1", {}),
        ("windows-1252", "windows-1252", {}),
        ("utf-16", "utf-16", {}),
        ("iso-8859-1", "utf-8", {"Content_Type": "text/xml; charset=iso-8859-1"}),
        ("utf-8", "utf-8", {"Content_Type": "text/html"}),
        ("utf-8", "utf-8", {"Content_Type": "text/xml"}),
    ],
)
def test_other_encodings(encoding: str, declared: str, headers: dict[str, str]) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><item><title>Straße gesperrt</title></item></channel></rss>'
    assert titles(read(text.encode(encoding), **headers)) == ["Straße gesperrt"]


def test_broken_xml_is_read_as_far_as_it_can_be_and_says_so() -> None:
    found = read(b"<rss version='2.0'><channel><item><title>One</title></item><item><title>Two &nbsp; <b></title></item><item>")
    assert titles(found)[0] == "One"
    assert "not well-formed" in found.rejected[-1].reason


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><rss><channel><title>&lol2;</title></channel></rss>',
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        b'<!-- <rss> --><!doctype rss SYSTEM "http://127.0.0.1/x.dtd"><rss version="2.0"/>',
        b"<?xml version='1.0'?><?x <![CDATA[ ?><!DOCTYPE rss><?x ]]> ?><rss/>",
        b"<!-- <![CDATA[ --><!DOCTYPE rss><!-- ]]> --><rss/>",
        b"<rss><!ENTITY x 'y'></rss>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"),
    ],
)
def test_declarations_are_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedReply, match="declares a DOCTYPE or entities"):
        read(body)


@pytest.mark.parametrize(
    "inside",
    [
        b"<item><title>About XML</title><description><![CDATA[<!DOCTYPE html><p>Hello</p>]]></description></item>",
        b"<!-- <!DOCTYPE rss> --><item><title>About XML</title><description>Hello</description></item>",
        b"<item><title>About XML</title><description>&lt;!DOCTYPE html&gt;Hello</description></item>",
    ],
)
def test_declarations_that_are_only_text_are_not(inside: bytes) -> None:
    assert titles(read(RSS % inside)) == ["About XML"]
    assert "Hello" in read(RSS % inside).items[0].post.text


@pytest.mark.parametrize(
    "body", [b"", b"\x89PNG\r\n", b"hello", b"<svg/>", b"{}", b'{"version": "2"}', b"[]", b"{", b'{"version": "https://jsonfeed.org/version/1"}']
)
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(UnexpectedReply) as wrong:
        read(body)
    assert wrong.value.path.startswith("news.example/a/feed")


def test_a_body_that_is_a_files_name_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(RSS % b"<item><title>secret</title></item>")
    with pytest.raises(UnexpectedReply):
        read(str(secret).encode())


def test_pictures_that_are_no_addresses_are_left_out() -> None:
    images = b"&lt;img src='data:image/png;base64,AAAA'&gt;&lt;img&gt;&lt;img src='file:///x'&gt;&lt;img src='http://['&gt;&lt;img src='/ok.png'&gt;"
    found = read(RSS % b"<item><title>t</title><description>%b</description></item>" % images)
    assert [link.url for link in found.items[0].post.media] == ["https://news.example/ok.png"]


def test_an_entry_with_no_id_and_no_link_is_known_by_what_it_says() -> None:
    item = b"<item><title>t</title></item>"
    first, again, other = (read(RSS % one).items[0].post.native_id for one in (item, item, item.replace(b">t<", b">u<")))
    assert first == again != other


def test_a_page_of_very_many_entries_is_read_to_a_limit() -> None:
    found = read(b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"7," * 100_000 + b"7]}")
    assert len(found.rejected) == 1001
    assert "more than 1000 that cannot be understood are not read" in found.rejected[-1].reason


@pytest.mark.parametrize("page", [b"<html>" + b"<?" * 100_000, b"<html>" + b"<" * 200_000, b"<html>" + b"<base href=//[" * 10_000])
def test_a_page_made_to_be_slow_is_not(page: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(UnexpectedReply):
        parse_page(a_reply(page))
    assert time.monotonic() - began < 5


def test_an_endless_id_is_refused() -> None:
    found = read(RSS % (b"<item><guid>" + b"x" * 5000 + b"</guid><title>t</title></item>"))
    assert found.items == ()
    assert "more than 1000 characters" in found.rejected[0].reason


@pytest.mark.parametrize("date", ["Mon, 99 Foo 2026", "", "0000-00-00", "yesterday"])
def test_a_date_that_is_none_is_no_date(date: str) -> None:
    found = read(RSS % f"<item><title>t</title><pubDate>{date}</pubDate></item>".encode())
    assert found.items[0].post.posted_at == NOON


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed/">', "https://news.example/feed/"),
        ('<link rel="ALTERNATE home" type="Application/Atom+XML; charset=utf-8" href="feed.atom">', "https://news.example/a/feed.atom"),
        ('<base href="https://static.example/x/"><link rel=alternate type=application/feed+json href=feed.json>', "https://static.example/x/feed.json"),
        ('<?xml version="1.0"?><link rel="alternate" type="application/rss+xml" href="https://other.example/rss"/>', "https://other.example/rss"),
    ],
)
def test_a_page_names_its_feed(head: str, expected: str) -> None:
    assert parse_page(a_reply(f"<!DOCTYPE html><html><head>{head}</head></html>".encode())) == expected


def test_a_page_with_many_alternates_names_its_news() -> None:
    assert parse_page(a_reply(recorded("feed/page.html"))) == "https://news.example/feed/"


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<link rel="stylesheet" type="application/rss+xml" href="/feed/">',
        '<link rel="alternate" type="text/html" href="/feed/">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
    ],
)
def test_a_page_that_names_none(head: str) -> None:
    with pytest.raises(UnexpectedReply, match="register the feed's own address"):
        parse_page(a_reply(f"<html><head>{head}</head></html>".encode()))


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b"<rss/>", "rss"),
        (b"<?xml version='1.0'?>\n<!-- <html> --><feed xmlns='x'>", "feed"),
        (b"<rdf:RDF xmlns:rdf='x'>", "rdf"),
        (b"<!DOCTYPE html><HTML>", "html"),
        ("<rss/>".encode("utf-16"), "rss"),
        (b"", ""),
        (b"plain", ""),
        (b"<!-- never ends <rss>", ""),
    ],
)
def test_the_first_element(body: bytes, root: str) -> None:
    assert root_of(body) == root


def test_the_last_page_of_a_paged_feed() -> None:
    last = read(recorded("feed/news-last.atom"))
    assert (titles(last), last.next) == (["The first notice"], None)


def test_an_edited_entry_keeps_its_name() -> None:
    before, after = ({one.post.native_id: one.post for one in read(recorded(f"feed/{name}.atom")).items} for name in ("news", "news-edited"))
    assert set(before) == set(after)
    assert [after[name].text for name in before if before[name].content_sha256 != after[name].content_sha256] == ["Other words."]
