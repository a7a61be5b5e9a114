"""What others answer to a department's statuses on Mastodon, and that nothing says who they are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.account import Custody
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import Recorder
from sources.platforms.mastodon.comments import nameless, parse_comments, redacted
from sources.platforms.mastodon.source import Mastodon
from sources.reading.shape import At, json_at
from sources.reading.track import Item, Read
from sources.source import Page, TryAgainLater
from tests.builders import NOON
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Site, json_answer
from tests.sources.simulated.mastodon import MastodonServer

PRESS = "109000000000000001"
STATUS = "114000000000000030"
BASE = "https://social.example/api/v1"
URL = f"https://social.example/@press/{STATUS}"
UNDER = Item(Post("account_1", "n", PostKind.POST, URL, "Road closed", NOON), "o", STATUS)
NAMES = ["rosa", "hugo", "ines", 'Example"', "1090000000000005", "Gardens", "else.example/", "third.example", "avatars"]


def a_read(name: str = "context") -> Read:
    return parse_comments(json_at(redacted(recorded(f"mastodon/{name}.json"), STATUS, PRESS), "reply"), "account_1", UNDER, BASE)


def test_direct_answers_of_others_are_comments_and_nothing_else() -> None:
    assert [(item.post.native_id, item.post.text) for item in a_read().items] == [
        (f"{BASE}/statuses/114000000000000106", "@… Unlisted thanks"),
        (f"{BASE}/statuses/114000000000000103", "@… @… saw it too, ask @…"),
        (f"{BASE}/statuses/114000000000000101", "@… Is the bus running? #Traffic"),
    ]


def test_a_whole_comment() -> None:
    assert a_read().items[1].post == Post(
        account_id="account_1",
        native_id=f"{BASE}/statuses/114000000000000103",
        kind=PostKind.VISITOR_COMMENT,
        url=URL,  # its own address names its writer
        text="@… @… saw it too, ask @…",
        posted_at=datetime(2026, 5, 30, 10, 7, tzinfo=UTC),
        edited_at=datetime(2026, 5, 30, 11, tzinfo=UTC),
        title="Crash, says @…",
        media=(MediaLink("https://files.social.example/cache/media_attachments/files/h/original/car.jpg", "A car, seen by @…", "image/jpeg"),),
    )


def test_what_is_odd_is_rejected_and_what_is_not_public_is_not_named() -> None:
    assert [(one.native_id, one.path, one.reason) for one in a_read().rejected] == [
        (None, "reply.descendants[2].visibility", "is not public"),
        (f"{BASE}/statuses/114000000000000108", "reply.descendants[4].created_at", "expected a time (RFC 3339)"),
    ]


@pytest.mark.parametrize("name", ["context", "context-edited"])
def test_nobody_is_named_in_what_is_kept(name: str) -> None:
    kept = redacted(recorded(f"mastodon/{name}.json"), STATUS, PRESS).decode()
    assert [one for one in NAMES if one in kept or one in repr(a_read(name))] == []
    assert "For you alone" not in kept
    assert "I did" not in kept


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"descendants": 7}', b'{"descendants": null}', b"rosa", b"\xff", b"[" * 100_000])
def test_of_what_is_no_context_nothing_is_kept(body: bytes) -> None:
    assert redacted(body, STATUS, PRESS) == b""


@pytest.mark.parametrize(
    "changes",
    [
        {"account": None},
        {"account": {"id": 7, "username": "rosa"}},
        {"visibility": "rosa"},
        {"visibility": ["public"]},
        {"id": "rosa/../7"},
        {"media_attachments": [{"type": "image", "url": "javascript:x"}]},
        {"poll": "rosa"},
    ],
)
def test_an_answer_of_another_shape_is_rejected(changes: dict[str, Any]) -> None:
    whole = json.loads(recorded("mastodon/context.json"))
    whole["descendants"] = [whole["descendants"][0] | changes, 7]
    kept = redacted(json.dumps(whole).encode(), STATUS, PRESS)
    read = parse_comments(json_at(kept, "reply"), "account_1", UNDER, BASE)
    assert (len(read.items), len(read.rejected)) == (0, 2)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Hello</p>", "<p>Hello</p>"),
        ('<a href="https://a.example/@b" class="u-url mention">@b</a> hi', "@… hi"),
        ("ask @b@a.example or b@a.example", "ask @… or b@a.example"),
        ('<a class="mention hashtag" href="https://a.example/tags/x">#x</a>', '<a class="mention hashtag" href="https://a.example/tags/x">#x</a>'),
        ('<A class="MENTION mention">@b</A><b>hi', "@…<b>hi</b>"),
        ("mention", "mention"),
        ("@Rosa and @rosalind, rosa", "@… and @rosalind, rosa"),
        ('<a href="https://a.example/u/rosa">Rosa X.</a>', "@…"),
        ('<a href="https://a.example/u/else">x</a>', '<a href="https://a.example/u/else">x</a>'),
        ('<a href="https://b.example/@rosa/7">her note</a>', '<a href="https://b.example/@…/7">her note</a>'),
        ("", ""),
    ],
)
def test_mentions(html: str, shown: str) -> None:
    assert nameless(html, frozenset({"rosa", "https://a.example/u/rosa"})) == shown


@pytest.mark.parametrize("mentions", [None, 7, ["rosa"], [{"username": 7}], [{"acct": None}]])
def test_whom_a_reply_mentions_may_be_told_in_any_shape(mentions: object) -> None:
    whole = json.loads(recorded("mastodon/context.json"))
    whole["descendants"] = [whole["descendants"][0] | {"mentions": mentions, "content": "ask @rosa"}]
    read = parse_comments(json_at(redacted(json.dumps(whole).encode(), STATUS, PRESS), "reply"), "account_1", UNDER, BASE)
    assert [item.post.text for item in read.items] == ["ask @…"]  # its writer


def test_of_one_status_only_so_many_are_taken() -> None:
    one = json.loads(recorded("mastodon/context.json"))["descendants"][0]
    many = [one | {"id": str(number), "created_at": f"2026-05-30T{number // 60:02d}:{number % 60:02d}:00Z"} for number in range(80)]
    reply = At({"descendants": [{key: value for key, value in entry.items() if key not in {"account", "uri", "url"}} for entry in many]}, "reply")
    read = parse_comments(reply, "account_1", UNDER, BASE)
    assert [item.order[11:16] for item in (read.items[0], read.items[-1])] == ["01:19", "00:20"]
    assert (len(read.items), read.to_the_end) == (60, False)
    assert read.shown == (datetime(2026, 5, 30, 0, 0, tzinfo=UTC), datetime(2026, 5, 30, 1, 19, tzinfo=UTC))  # so that erasing one finds the reply


@pytest.fixture
def server(site: Site) -> MastodonServer:
    made = MastodonServer()
    made.author.write_many(5)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


Visit = Callable[..., list[Page]]


@pytest.fixture
def visit(site: Site, server: MastodonServer, new_client: Callable[..., Http]) -> Visit:
    def visited(after: Page | None = None, custody: Custody = Custody.DEPARTMENT_RUN, **settings: Any) -> list[Page]:
        account = replace(server.account(site), custody=custody)
        return list(Mastodon().pages(account, after.checkpoint if after else None, new_client(retries=0, **settings)))

    return visited


def told(pages: list[Page]) -> tuple[list[str], int]:
    return [post.text for page in pages for post in page.posts if post.kind is PostKind.VISITOR_COMMENT], sum(len(page.gone) for page in pages)


def contexts(site: Site) -> list[str]:
    return [path for path in site.paths if path.endswith("/context")]


def test_answers_are_asked_for_once_a_day_and_only_where_there_are_some(site: Site, server: MastodonServer, visit: Visit, clock: Clock) -> None:
    server.author.comment(server.author.posts[1], 2)
    first = visit()
    assert told(first) == (["@… Comment 7", "@… Comment 6"], 0)
    assert contexts(site) == ["/api/v1/statuses/4/context"]
    server.author.comment(server.author.posts[1], 1)  # its status says so: replies_count is another
    later = visit(first[-1])
    assert (told(later), len(contexts(site))) == (([], 0), 1)
    site.asked.clear()
    assert [page.unchanged for page in visit(later[-1])] == [True]
    assert len(site.asked) == 1
    clock.pass_by(hours=25)
    assert told(visit(later[-1])) == (["@… Comment 8"], 0)


def test_answers_that_were_edited_and_deleted(server: MastodonServer, visit: Visit, clock: Clock) -> None:
    written = server.author.comment(server.author.posts[1], 3)
    first = visit()
    written[0].text = "Corrected"
    del written[1]
    clock.pass_by(hours=25)
    later = visit(first[-1])
    assert told(later) == (["@… Corrected"], 1)
    written.clear()  # the last one too: replies_count is 0 then
    clock.pass_by(hours=25)
    last = visit(later[-1])
    assert told(last) == ([], 2)
    clock.pass_by(hours=25)
    assert all(page.unchanged for page in visit(last[-1]))


def test_answers_under_a_status_that_was_deleted(server: MastodonServer, visit: Visit, clock: Clock) -> None:
    """They stay where their writers are; one that is gone is told."""
    written = server.author.comment(server.author.posts[1], 2)
    first = visit()
    server.author.delete(server.author.posts[1])
    del written[0]
    clock.pass_by(hours=25)
    later = visit(first[-1])
    assert told(later) == ([], 2)  # the status and one of its answers
    clock.pass_by(hours=25)
    assert told(visit(later[-1])) == ([], 0)


def test_answers_to_a_member_are_never_asked_for(site: Site, server: MastodonServer, visit: Visit) -> None:
    server.author.comment(server.author.posts[1], 2)
    assert told(visit(custody=Custody.OPTED_IN)) == ([], 0)
    assert contexts(site) == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_hides_answers_is_read_all_the_same(site: Site, server: MastodonServer, visit: Visit, status: int) -> None:
    for post in server.author.posts[1:3]:
        server.author.comment(post, 1)
    site.pages["/api/v1/statuses/4/context"] = Answer(status, recorded("mastodon/context-hidden.json"))
    pages = visit()
    assert len([post for page in pages for post in page.posts if post.kind is PostKind.POST]) == 5
    assert [one.reason for page in pages for one in page.rejected] == ["the server does not show answers to everybody"]
    assert contexts(site) == ["/api/v1/statuses/4/context"]  # nor is it asked for the next
    assert [page.unchanged for page in visit(pages[-1])] == [True]


@pytest.mark.parametrize("answer", [Answer(404, b"{}"), Answer(410), Answer(422), Answer(200, b"rosa"), json_answer({"ancestors": []}), Answer(200, b"")])
def test_an_odd_answer_for_one_status_stops_no_other(site: Site, server: MastodonServer, visit: Visit, answer: Answer) -> None:
    for post in server.author.posts[1:3]:
        server.author.comment(post, 1)
    site.pages["/api/v1/statuses/4/context"] = answer
    pages = visit()
    assert told(pages) == (["@… Comment 7"], 0)
    assert [one.path for page in pages for one in page.rejected] == [f"{site.host}/api/v1/statuses/4/context"]


def test_a_busy_server_is_asked_again(site: Site, server: MastodonServer, visit: Visit) -> None:
    server.author.comment(server.author.posts[0], 1)
    server.author.comment(server.author.posts[1], 1)
    site.pages["/api/v1/statuses/4/context"] = Answer(503)
    read: list[Page] = []
    with pytest.raises(TryAgainLater):
        read.extend(visit())
    assert len(contexts(site)) == 2


def test_at_most_forty_statuses_are_asked(site: Site, server: MastodonServer, visit: Visit) -> None:
    server.author.write_many(45)
    for post in server.author.posts:
        server.author.comment(post, 1)
    assert len(told(visit(pages_per_run=50))[0]) == 40
    assert len(contexts(site)) == 40


def test_no_record_names_who_answered(site: Site, server: MastodonServer, new_client: Callable[..., Http], clock: Clock) -> None:
    written = server.author.comment(server.author.posts[1], 2)
    recorder = Recorder("Plainview test")
    http = new_client(retries=0).visit(recorder, Meter())
    first = list(Mastodon().pages(server.account(site), None, http))
    hidden = written.pop()
    server.author.comments[999] = [hidden]  # no longer under the status, still there: asked for alone
    clock.pass_by(hours=25)
    list(Mastodon().pages(server.account(site), first[-1].checkpoint, http))
    assert f"/api/v1/statuses/{hidden.number}" in site.paths
    taken = recorder.take()
    assert taken is not None
    kept = gzip.decompress(taken.content).decode()
    assert "Comment 7" in kept
    assert "visitor" not in kept.lower()
    assert "77077" not in kept
    assert "else.example" not in kept
