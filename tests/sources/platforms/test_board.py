from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from domain.account import Account
from domain.post import Gone, MediaLink, Post
from sources.client.http import Http
from sources.platforms.board.page import BoardPage, parse_board, redacted, says_gone
from sources.platforms.board.source import Board
from sources.reading.page_time import written
from sources.reading.track import Track, dated_by
from sources.settings import BoardLayout
from sources.source import AccountGone, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.author import Author, Written
from tests.sources.simulated.board import HANDLE, a_page, a_post

AT = "https://forum.example.gov/viewtopic.php?t=5"
FORUM = "https://forum.example.gov"
PRESS = an_account("board", HANDLE, AT)
BOARD_PAGE = Path(__file__).parents[3] / "docs/sources/board.md"
OWN = BoardLayout(page="main.board", post=".entry", author=".who", text=".body", time=".when", id="data-no")


FLASKBB = BoardLayout(**tomllib.loads(re.findall(r"```toml\n\[network\.boards.*?\]\n(.*?)```", BOARD_PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]))


def page_of(name: str, layout: BoardLayout | None = None, account: Account = PRESS) -> BoardPage:
    return parse_board(recorded(f"board/{name}.html"), AT, account, layout, dated_by(Track(), NOON))


def posts(page: BoardPage) -> list[Post]:
    return [item.post for item in page.read.items]


def test_the_first_page_of_a_phpbb_thread() -> None:
    page = page_of("phpbb-thread-first")
    assert posts(page) == [
        replace(
            posts(page)[0],
            native_id=f"{FORUM}/#p101",
            url=f"{FORUM}/viewtopic.php?p=101&sid=abc#p101",
            title="Road works",
            text="Main St is closed\nfrom Monday",
            posted_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
            media=(MediaLink(f"{FORUM}/download/file.php?id=9", "barrier.jpg"),),
        )
    ]
    assert (page.ascending, page.previous, page.read.next) == (True, None, f"{FORUM}/viewtopic.php?t=5&start=2")


def test_the_last_page_of_a_phpbb_thread() -> None:
    page = page_of("phpbb-thread-last")
    assert [(post.text, post.title, post.posted_at) for post in posts(page)] == [("Until Friday. See", "", datetime(2026, 5, 4, 13, 5, tzinfo=UTC))]
    assert posts(page)[0].media == (MediaLink(f"{FORUM}/download/file.php?id=8&mode=view", "Map"),)
    assert (page.previous, page.newest_first().next, page.read.next) == (AT, AT, None)
    assert len(page.ids) == 3


def test_an_edit_is_the_same_post() -> None:
    assert posts(page_of("phpbb-thread-edited"))[0].id == posts(page_of("phpbb-thread-last"))[0].id


@pytest.mark.parametrize(
    ("name", "native_id", "time", "pictures"),
    [
        ("xenforo", "post-101", 10, ["https://files.example.gov/barrier.jpg", f"{FORUM}/attachments/map-png.9/"]),
        ("vbulletin4", "post_101", 12, []),  # 05-01-2026 can be read in two ways: dated when it was first seen
        ("vbulletin5", "101", 10, []),
        ("fluxbb", "p101", 10, []),
        ("spirit-older", "101", 10, []),
    ],
)
def test_other_stock_themes(name: str, native_id: str, time: int, pictures: list[str]) -> None:
    found = posts(page_of(name))
    assert [(post.native_id, post.title, post.text) for post in found] == [(f"{FORUM}/#{native_id}", "Road works", "Main St is closed")]
    assert [link.url for link in found[0].media] == pictures
    assert found[0].posted_at.hour == time


def test_spirit_as_a_running_one_answers() -> None:
    first, last = page_of("spirit"), page_of("spirit-last")
    assert [(post.native_id, post.title, post.text, post.url, post.posted_at.minute) for post in posts(first)] == [
        (f"{FORUM}/#2", "Road works", "Main St is closed", f"{FORUM}/comment/2/find/", 0),
        (f"{FORUM}/#4", "", "Until Friday", f"{FORUM}/comment/4/find/", 30),
    ]
    assert [link.url for link in posts(first)[1].media] == [f"{FORUM}/media/spirit/images/2/ab/map.jpg"]
    assert first.ids == {f"{FORUM}/#{number}" for number in (2, 4, 5)}, "what was removed is listed without being a post"
    assert (first.previous, first.read.next, first.last) == (None, f"{FORUM}/viewtopic.php?page=2", f"{FORUM}/viewtopic.php?page=3")
    assert (last.previous, last.read.next, last.last) == (f"{FORUM}/viewtopic.php?page=2", None, None)


def test_a_thread_of_spirit_of_which_all_was_removed_says_so() -> None:
    page = recorded("board/spirit.html")
    assert not says_gone(page, None)
    emptied = page.replace(b"comments_list__comment", b"comments_list__item")
    assert says_gone(emptied, None)
    assert parse_board(emptied, AT, PRESS, None, lambda _native_id: NOON).ids == frozenset()
    assert not says_gone(emptied.replace(b"comments_list__item", b"other"), None)


def test_the_threads_of_a_forum_of_spirit() -> None:
    page = page_of("spirit-forum")
    assert (page.threads, page.ids, posts(page)) == ((f"{FORUM}/topic/12/road-works/", f"{FORUM}/topic/11/neighbour-asks/"), frozenset(), [])
    assert b"Neighbour asks" not in redacted(recorded("board/spirit-forum.html"), PRESS, None)
    assert page_of("spirit").threads == ()


def test_flaskbb_by_the_layout_that_the_docs_name() -> None:
    page = page_of("flaskbb", FLASKBB)
    assert [(post.native_id, post.title, post.text, post.url) for post in posts(page)] == [
        (f"{FORUM}/#3", "Road works", "Main St is closed", f"{FORUM}/post/3")
    ]
    assert posts(page)[0].media == (MediaLink(f"{FORUM}/uploads/attachments/ab/map.png", "map.png"),)
    kept = redacted(recorded("board/flaskbb.html"), PRESS, FLASKBB)
    assert parse_board(kept, AT, PRESS, FLASKBB, dated_by(Track(), NOON)).read == page.read, "an attachment that lies in the text, and is none of it, is kept"
    assert b"Neighbour" not in kept


def test_the_last_page_is_named_by_xenforo() -> None:
    assert page_of("xenforo").last == f"{FORUM}/threads/road-works.5/page-3"


@pytest.mark.parametrize(
    "name", ["phpbb-thread-first", "phpbb-thread-last", "xenforo", "vbulletin4", "vbulletin5", "fluxbb", "spirit-older", "spirit", "spirit-last"]
)
def test_what_is_kept_is_the_authors_own_and_reads_the_same(name: str) -> None:
    kept = redacted(recorded(f"board/{name}.html"), PRESS, None)
    for others in (b"others", b"Neighbour", b"Bystander", b"Moderator", b"looks alike"):
        assert others not in kept
    again = parse_board(kept, AT, PRESS, None, dated_by(Track(), NOON))
    assert (again.read, again.previous, again.last) == (page_of(name).read, page_of(name).previous, page_of(name).last)


@pytest.mark.parametrize("body", [b"", b"Neighbour", b"<html>Neighbour</html>", b"\xff\xfe<", b"<" * 10_000])
def test_nothing_is_kept_of_a_page_of_another_shape(body: bytes) -> None:
    assert redacted(body, PRESS, None) == b""
    with pytest.raises(UnexpectedReply, match=r"forum\.example\.gov"):
        parse_board(body, AT, PRESS, None, dated_by(Track(), NOON))


def test_a_name_counts_to_the_letter() -> None:
    assert posts(page_of("phpbb-thread-last", account=an_account("board", "ecpd press", AT))) == []
    assert posts(page_of("phpbb-thread-last", account=an_account("board", "ECPD", AT))) == []


@pytest.mark.parametrize(
    ("handle", "found"),
    [(f"{HANDLE}@forum.example.gov", 1), (f"{HANDLE}@other.example.gov", 0), (f"{HANDLE}@forum.example.gov:8080", 0), ("@forum.example.gov", 0)],
)
def test_the_same_name_on_two_boards(handle: str, found: int) -> None:
    assert len(posts(page_of("phpbb-thread-last", account=an_account("board", handle, AT)))) == found


def test_a_layout_of_ones_own() -> None:
    assert [(post.native_id, post.text, post.posted_at) for post in posts(page_of("own-layout", OWN))] == [(f"{FORUM}/#7", "Hello", NOON)]
    with pytest.raises(UnexpectedReply, match=r"network\.boards"):
        page_of("own-layout")


@pytest.mark.parametrize(("missing", "reason"), [({"text": ".no"}, "has no text"), ({"id": "data-none"}, "has no id"), ({"author": ".no"}, "has no author")])
def test_a_post_without_what_it_needs(missing: dict[str, str], reason: str) -> None:
    read = page_of("own-layout", OWN.model_copy(update=missing)).read
    assert [(one.path, one.reason) for one in read.rejected] == [("forum.example.gov/viewtopic.php post 1", reason)]
    assert read.items == ()


@pytest.mark.parametrize("wrong", [{"post": "<"}, {"post": ""}, {"thread": "a["}, {"text": ""}, {"colour": "red"}])
def test_a_layout_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        BoardLayout(**{"post": "p", "author": "b", "text": "i", "time": "u"} | wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon Jun 01, 2026 10:05 pm", (6, 1, 22, 5)),
        ("1 June 2026, 00:05", (6, 1, 0, 5)),
        ("June 1st, 2026 at 12:05 AM", (6, 1, 0, 5)),
        ("2026-06-01 10:05:30", (6, 1, 10, 5)),
        ("2026-06-01T12:05:00+02:00", (6, 1, 10, 5)),
        ("Posted on Sept. 3, 2026", (9, 3, 0, 0)),
        ("June 1, 2026, 10 a.m.", (6, 1, 10, 0)),
        ("June 1, 2026, noon", (6, 1, 12, 0)),
        ("June 1, 2026, midnight", (6, 1, 0, 0)),
        ("06/01/2026 10:00", None),
        ("01.06.2026", None),
        ("Yesterday, 10:00", None),
        ("Feb 30, 2026", None),
        ("Jun 1, 2026 13:05 pm", None),
        ("June 1", None),
        ("", None),
    ],
)
def test_times_in_words(text: str, expected: tuple[int, int, int, int] | None) -> None:
    found = written(text)
    assert (found and (found.month, found.day, found.hour, found.minute)) == expected


@dataclass
class Thread:
    """A phpBB thread: oldest post first, two to a page, every other one somebody else's, and each with an address of its own."""

    author: Author = field(default_factory=Author)

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path == "/thread":
            return self._page(int(asked.query.get("page", "1")))
        found = [post for post in self.author.posts if asked.path == f"/viewtopic/{post.number}"]
        return a_page(self._post(found[0])) if found else None

    def _page(self, number: int) -> Answer | None:
        ordered = self.author.posts[::-1]
        listed = ordered[number * 2 - 2 : number * 2]
        links = f'<a rel="prev" href="/thread?page={number - 1}">x</a>' if number > 1 else ""
        links += f'<a rel="next" href="/thread?page={number + 1}">x</a>' if len(ordered) > number * 2 else ""
        return a_page("".join(map(self._post, listed)) + links) if listed else None

    def _post(self, post: Written) -> str:
        return a_post(post, HANDLE if post.number % 2 else "Neighbour")


Visit = Callable[[Page | None], list[Page]]


@pytest.fixture
def thread(site: Site) -> Thread:
    made = Thread()
    made.author.write_many(5)
    site.otherwise = made.answer
    return made


@pytest.fixture
def visit(site: Site, thread: Thread, http: Http) -> Visit:
    account = an_account("board", HANDLE, f"{site.origin}/thread")
    return lambda after: list(Board().pages(account, after.checkpoint if after else None, http))


def texts(pages: list[Page]) -> list[str]:
    return [post.text for page in pages for post in page.posts]


def test_a_thread_is_read_from_its_end(visit: Visit) -> None:
    assert texts(visit(None)) == ["Post 5", "Post 3", "Post 1"]


def test_an_unchanged_thread_is_one_request(site: Site, visit: Visit) -> None:
    first = visit(None)
    before = len(site.asked)
    assert [page.unchanged for page in visit(first[-1])] == [True]
    assert [(asked.path, asked.query) for asked in site.asked[before:]] == [("/thread", {"page": "3"})]


def test_a_thread_that_grows_beyond_its_last_page(thread: Thread, visit: Visit) -> None:
    first = visit(None)
    thread.author.write_many(4)
    later = visit(first[-1])
    assert texts(later) == ["Post 9", "Post 7"]
    assert [page.unchanged for page in visit(later[-1])] == [True]


def test_a_thread_with_an_edit_and_a_deletion(site: Site, thread: Thread, visit: Visit, clock: Clock) -> None:
    first = visit(None)
    thread.author.posts[4].text = "Corrected"
    thread.author.delete(thread.author.posts[2])
    clock.pass_by(hours=25)
    later = visit(first[-1])
    assert texts(later) == ["Corrected"]
    assert [one for page in later for one in page.gone] == [Gone(f"{site.origin}/#p3", "404")]


def test_a_thread_that_loses_its_last_page(site: Site, thread: Thread, visit: Visit) -> None:
    first = visit(None)
    thread.author.delete(thread.author.posts[0])
    later = visit(first[-1])
    assert [one for page in later for one in page.gone] == [Gone(f"{site.origin}/#p5", "404")]
    assert texts(later) == []


def test_a_post_that_is_absent_from_its_own_page(site: Site, thread: Thread, visit: Visit) -> None:
    first = visit(None)
    gone = thread.author.posts[0]
    thread.author.delete(gone)
    site.pages[f"/viewtopic/{gone.number}"] = a_page(a_post(thread.author.posts[0], "Neighbour"))
    assert [one.answer for page in visit(first[-1]) for one in page.gone] == ["absent from its own page"]


def test_a_page_without_posts_tells_no_deletion(site: Site, thread: Thread, visit: Visit) -> None:
    first = visit(None)
    gone = thread.author.posts[0]
    thread.author.delete(gone)
    site.pages[f"/viewtopic/{gone.number}"] = Answer(200, recorded("board/phpbb-no-such-post.html"))
    assert [one.answer for page in visit(first[-1]) for one in page.gone] == []


@pytest.mark.parametrize(
    ("selector", "answer", "told"),
    [
        ("title:-soup-contains('Unknown Error')", b"<title>None Unknown Error</title><h1>Unknown Error</h1>", ["its own page says so"]),
        ("title:-soup-contains('Unknown Error')", b"<title>Down for a moment</title>", []),
        ("", b"<title>None Unknown Error</title>", []),
        ("title", b'<title>x</title><div id="p5" class="post"><a class="username">ECPD press</a></div>', []),
        ("title", b"no HTML", []),
    ],
)
def test_a_board_that_answers_200_for_what_is_gone(
    site: Site, thread: Thread, new_client: Callable[..., Http], selector: str, answer: bytes, told: list[str]
) -> None:
    layout = BoardLayout(post="div.post", author=".username", text=".content", time="time", link=".author a", gone=selector)
    http, account = new_client(boards={site.host: layout}), an_account("board", HANDLE, f"{site.origin}/thread")
    first = list(Board().pages(account, None, http))
    thread.author.delete(thread.author.posts[0])
    site.pages["/viewtopic/5"] = Answer(200, answer)
    assert [one.answer for page in Board().pages(account, first[-1].checkpoint, http) for one in page.gone] == told


def test_a_forum_of_threads(site: Site, thread: Thread, new_client: Callable[..., Http]) -> None:
    forum = (
        '<html><body class="b"><a class="topic" href="/thread">x</a><a class="topic" href="/thread#new">x</a><a class="topic" href="/gone">x</a></body></html>'
    )
    site.pages["/forum"] = Answer(200, forum.encode())
    layout = BoardLayout(page="body", post="div.post", author=".username", text=".content", time="time", link=".author a", thread="a.topic")
    http = new_client(boards={site.host: layout})
    account = an_account("board", HANDLE, f"{site.origin}/forum")
    first = list(Board().pages(account, None, http))
    assert texts(first) == ["Post 5", "Post 3", "Post 1"]
    assert [(one.path, one.reason) for page in first for one in page.rejected] == [(f"{site.host}/gone", "answered 404")]
    thread.author.write_many(2)
    assert texts(list(Board().pages(account, first[-1].checkpoint, http))) == ["Post 7"]


def test_what_boards_answer_when_they_refuse(site: Site, visit: Visit) -> None:
    site.pages["/thread"] = Answer(403)
    with pytest.raises(NotPermitted, match="visitors"):
        visit(None)
    site.pages["/thread"] = Answer(404)
    with pytest.raises(AccountGone):
        visit(None)
    site.pages["/thread"] = Answer(429, b"", {"Retry-After": "60"})
    with pytest.raises(TryAgainLater) as problem:
        visit(None)
    assert problem.value.retry_after_s == 60


def test_robots_txt_is_obeyed(site: Site, visit: Visit) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /thread")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        visit(None)
    assert site.paths == ["/robots.txt"]
