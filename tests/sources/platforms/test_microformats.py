from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain.post import Gone, MediaLink, Post, PostKind
from sources.client.http import Http
from sources.platforms.microformats.entry import marked, parse_entries, parse_profile, redacted, representative_card
from sources.platforms.microformats.source import Microformats
from sources.reading.track import Read, Track, dated_by
from sources.source import NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Site
from tests.sources.simulated.microformats import MarkedBlog

AT = "https://police.example.gov/notes"
PRESS = an_account("microformats", "Press office", AT)


def read_of(name: str) -> Read:
    return parse_entries(marked(recorded(f"microformats/{name}.html"), AT), PRESS, dated_by(Track(), NOON))


@pytest.fixture(scope="module")
def read() -> Read:
    return read_of("page")


def post(read: Read, number: int) -> Post:
    return next(item.post for item in read.items if item.post.native_id == f"{AT}/{number}")


def test_a_whole_entry(read: Read) -> None:
    assert post(read, 30) == Post(
        account_id=PRESS.id,
        native_id=f"{AT}/30",
        kind=PostKind.POST,
        url=f"{AT}/30",
        text="Main St is closed\nDetour by 2nd St",
        posted_at=datetime(2026, 5, 30, 15, tzinfo=UTC),
        edited_at=datetime(2026, 5, 30, 17, tzinfo=UTC),
        title="Road works",
        media=(
            MediaLink("https://police.example.gov/media/barrier.jpg", "A barrier"),
            MediaLink("https://police.example.gov/media/run.mp4", "", "video/mp4"),
            MediaLink("https://police.example.gov/media/map.png", "Map"),
        ),
    )


def test_notes_answers_and_entries_without_a_date(read: Read) -> None:
    assert (post(read, 29).title, post(read, 29).text, post(read, 29).posted_at.day) == ("", "A note without a title", 29)
    assert (post(read, 28).kind, post(read, 28).text) == (PostKind.COMMENT, "Thank you")
    assert post(read, 22).posted_at == NOON


def test_what_is_others_is_nowhere(read: Read) -> None:
    assert [item.post.native_id.rpartition("/")[2] for item in read.items] == ["30", "29", "28", "22"]
    assert "their" not in repr(read)
    assert "secret" not in repr(read)


def test_what_is_refused_has_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path.partition("items")[2], one.reason) for one in read.rejected] == [
        (f"{AT}/25", "[1].children[5].properties.author[0]", "is another author's"),
        (f"{AT}/24", "[1].children[6].properties.published[0]", "expected a time (RFC 3339)"),
        (None, "[1].children[7].properties", "has neither a uid nor a url"),
        (None, "[1].children[9].properties.visibility", "is not public"),
    ]


def test_further_pages(read: Read) -> None:
    assert (read.next, read_of("last").next, read_of("empty").items) == (f"{AT}?page=2", None, ())
    elsewhere = recorded("microformats/page.html").replace(b'rel="next" href="', b'rel="next" href="https://elsewhere.example')
    found = parse_entries(marked(elsewhere, AT), PRESS, dated_by(Track(), NOON))
    assert (found.next, found.rejected[-1].reason) == (None, "leads to another host")


def test_an_edit_is_the_same_post(read: Read) -> None:
    assert read_of("edited").items[0].post.id == post(read, 30).id


@pytest.mark.parametrize("body", [recorded("microformats/unmarked.html"), b"", b"text", b"{}", b"\xff<\x00"])
def test_a_page_without_microformats(body: bytes) -> None:
    with pytest.raises(UnexpectedReply, match=r"police\.example\.gov"):
        parse_entries(marked(body, AT), PRESS, dated_by(Track(), NOON))


def test_the_card_of_the_page_is_the_profile() -> None:
    card = representative_card(marked(recorded("microformats/page.html"), AT))
    assert card is not None
    profile = parse_profile(card, PRESS, NOON)
    assert (profile.title, profile.text) == ("Example City Police Department", "Notes of the press office")
    assert [link.url for link in profile.media] == ["https://police.example.gov/badge.png"]
    assert representative_card(marked(recorded("microformats/page.html"), "https://elsewhere.example/")) is None


def test_what_is_kept_is_without_others_and_reads_the_same(read: Read) -> None:
    kept = redacted(recorded("microformats/page.html"))
    assert b"their" not in kept
    assert b"Detour by 2nd St" in kept
    assert redacted(b"their words") == b""


Visit = Callable[[Page | None], list[Page]]


@pytest.fixture
def blog(site: Site) -> MarkedBlog:
    made = MarkedBlog()
    made.author.write_many(2)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


@pytest.fixture
def visit(site: Site, blog: MarkedBlog, http: Http) -> Visit:
    return lambda after: list(Microformats().pages(blog.account(site), after.checkpoint if after else None, http))


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (200, False), (403, False)])
def test_an_entry_that_left_the_page(site: Site, blog: MarkedBlog, visit: Visit, status: int, gone: bool) -> None:
    first = visit(None)
    left = blog.author.posts[0]
    blog.author.delete(left)
    blog.author.write_many(1)
    site.pages[f"/notes/{left.number}"] = Answer(status)
    assert [one for page in visit(first[-1]) for one in page.gone] == ([Gone(blog.native_id(site, left), str(status))] if gone else [])


def test_what_a_site_answers_when_it_refuses(site: Site, visit: Visit) -> None:
    site.pages["/notes"] = Answer(403)
    with pytest.raises(NotPermitted, match="visitors"):
        visit(None)
    site.pages["/notes"] = Answer(429, b"", {"Retry-After": "60"})
    with pytest.raises(TryAgainLater):
        visit(None)
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /")


def test_robots_txt_is_obeyed(site: Site, visit: Visit) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        visit(None)
