from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.account import Account
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Budget, Meter, Spent
from sources.platforms.x import source as x
from sources.platforms.x.post import original, time_of
from sources.platforms.x.source import X, parse_gone, parse_posts, parse_profile, parse_user
from sources.reading.shape import At
from sources.reading.track import Read, track_of
from sources.source import AccountGone, Allowance, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.x import XServer

ME = "2026109000000000109"
AT = "https://x.com/ExampleCityPD"
NewClient = Callable[..., Http]
Answers = Callable[[Asked], Answer | None]
FIRST, EDITED, FIRST_VERSION = "2060662500357046272", "2060305145656246279", "2060300112491446272"


def understood(name: str) -> Read:
    return parse_posts(recorded_json(f"x/{name}.json"), "account_1", ME, AT)


@pytest.fixture(scope="module")
def read() -> Read:
    return understood("posts")


def post(read: Read, day: int) -> Post:
    return next(item.post for item in read.items if item.post.posted_at.day == day)


def test_a_whole_post(read: Read) -> None:
    assert post(read, 30) == Post(
        account_id="account_1",
        native_id=FIRST,
        kind=PostKind.POST,
        url=f"{AT}/status/{FIRST}",
        text="Road closed on Main St & 2nd: https://police.example.gov/roads?a=1&copy=2 <until 18:00>",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        media=(
            MediaLink("https://pbs.twimg.com/media/GbarrierAAAA?format=jpg&name=orig", "A barrier across Main St", "image/jpeg"),
            MediaLink("https://video.twimg.com/tweet_video/Ggif.mp4", "", "video/mp4"),
            MediaLink("https://pbs.twimg.com/tweet_video_thumb/Ggif.jpg", "", "image/jpeg"),
        ),
    )


def test_an_edit_is_known_by_the_first_id_and_dated_when_that_was_made(read: Read) -> None:
    item = next(item for item in read.items if item.post.native_id == FIRST_VERSION)
    assert (item.locator, item.post.url) == (EDITED, f"{AT}/status/{EDITED}")
    assert item.post.posted_at == datetime(2026, 5, 29, 10, tzinfo=UTC)
    assert item.post.edited_at == datetime(2026, 5, 29, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "kind", "text"),
    [
        (28, PostKind.POST, "A long notice that X does not cut short here: https://police.example.gov/notice"),
        (27, PostKind.COMMENT, "@SomebodyElse Thank you for telling us"),
        (26, PostKind.POST, "Second part of our thread"),
        (25, PostKind.POST, "Well said."),  # what it quotes is somebody else's, and the link to it names them
        (22, PostKind.POST, "Which day suits you?\nMonday\nFriday"),
        (19, PostKind.POST, "Its picture is not in the reply"),
    ],
)
def test_kinds_and_texts(read: Read, day: int, kind: PostKind, text: str) -> None:
    assert (post(read, day).kind, post(read, day).text) == (kind, text)


def test_only_the_accounts_own_posts(read: Read) -> None:
    assert [item.post.posted_at.day for item in read.items] == [30, 29, 28, 27, 26, 25, 23, 22, 19, 18]
    assert [item.order for item in read.items] == sorted((item.order for item in read.items), reverse=True)
    assert read.next == "7140dibdnow9c7btw4b1n"


def test_the_best_film_and_its_picture(read: Read) -> None:
    assert [(link.url.rpartition("/")[2], link.mime, link.alt) for link in post(read, 23).media] == [
        ("large.mp4?tag=16", "video/mp4", "The new station"),
        ("station.jpg", "image/jpeg", "The new station"),
    ]


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.path, one.reason) for one in read.rejected] == [
        ("reply.data[9].author_id", "is another account's"),
        ("reply.data[10].created_at", "expected a time (RFC 3339)"),
        ("reply.data[11].attachments.media_keys[0]", "is not among the media of the reply"),
        ("reply.includes.media[3].url", "is not an http or https address"),
        ("reply.data[13].id", "is not an id"),
        ("reply.data[14].text", "expected text, found a number"),
    ]
    assert [one.native_id is None for one in read.rejected] == [False, False, False, False, True, False]


def test_the_new_spelling() -> None:
    read = understood("new-spelling")
    assert [item.post.text for item in read.items] == ["A notice that is not cut: https://police.example.gov/new", "@SomebodyElse You are welcome"]
    assert [item.post.kind for item in read.items] == [PostKind.POST, PostKind.COMMENT]
    assert [item.post.posted_at.day for item in read.items] == [15, 14]  # the second has no created_at, but an id that holds its time
    assert [link.url for link in read.items[0].post.media] == ["https://pbs.twimg.com/media/GnewAAAA?format=png&name=orig"]
    assert (read.next, read.rejected) == (None, ())


def test_nothing_new() -> None:
    read = understood("nothing-new")
    assert (read.items, read.rejected, read.next) == ((), (), None)


def with_data(name: str, data: dict[str, Json]) -> At:
    whole = recorded_json(f"x/{name}.json").value
    assert isinstance(whole, dict)
    assert isinstance(whole["data"], dict)
    return At({"data": {**whole["data"], **data}}, "reply")


def test_a_user() -> None:
    account = an_account("x", "@ExampleCityPD", AT)
    assert parse_user(recorded_json("x/user.json")) == ME
    profile = parse_profile(recorded_json("x/user.json"), account, NOON)
    assert profile.title == "Example City Police Department"
    assert profile.text == "Official account. Emergencies: 911. https://police.example.gov/report\nExample City\nhttps://police.example.gov"
    assert [link.url.rpartition("/")[2] for link in profile.media] == ["badge.jpg", "1780000000"]


def test_a_protected_user_is_not_read() -> None:
    with pytest.raises(NotPermitted, match="protected"):
        parse_user(with_data("user", {"protected": True}))


@pytest.mark.parametrize("wrong", ["../1", "", 7, None, "9" * 20])
def test_an_id_that_cannot_be_asked_for(wrong: Json) -> None:
    with pytest.raises(UnexpectedReply, match=r"reply\.data\.id"):
        parse_user(with_data("user", {"id": wrong}))


@pytest.mark.parametrize(("name", "problem"), [("user-suspended", AccountGone), ("posts-protected", NotPermitted)])
def test_errors_without_data(name: str, problem: type[Exception]) -> None:
    for parse in (parse_user, lambda reply: parse_posts(reply, "account_1", ME, AT)):
        with pytest.raises(problem) as raised:
            parse(recorded_json(f"x/{name}.json"))
        assert "Invented" not in str(raised.value)


@pytest.mark.parametrize("body", [{}, {"errors": []}, {"errors": [{}]}, {"errors": [{"type": "about:blank", "title": "Invented"}]}, {"includes": {}}])
def test_answers_that_say_nothing(body: Json) -> None:
    with pytest.raises(UnexpectedReply, match="neither data nor an error"):
        parse_posts(At(body, "reply"), "account_1", ME, AT)


def test_a_deleted_post_and_one_that_is_there() -> None:
    assert parse_gone(recorded_json("x/post-deleted.json")) == "resource-not-found"
    assert parse_gone(recorded_json("x/post-there.json")) is None
    assert parse_gone(recorded_json("x/posts-protected.json")) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://pbs.twimg.com/media/A.jpg", "https://pbs.twimg.com/media/A?format=jpg&name=orig"),
        ("https://pbs.twimg.com/media/A.png:large", "https://pbs.twimg.com/media/A?format=png&name=orig"),
        ("https://pbs.twimg.com/media/A?format=webp&name=small", "https://pbs.twimg.com/media/A?format=webp&name=orig"),
        ("https://pbs.twimg.com/amplify_video_thumb/1/img/A.jpg", "https://pbs.twimg.com/amplify_video_thumb/1/img/A.jpg"),
        ("http://127.0.0.1:8091/media/A.jpg", "http://127.0.0.1:8091/media/A.jpg"),
        ("https://pbs.twimg.com.example/media/A.jpg", "https://pbs.twimg.com.example/media/A.jpg"),
        ("http://[", "http://["),
    ],
)
def test_the_original_of_a_picture(address: str, expected: str) -> None:
    assert original(address) == expected


@pytest.mark.parametrize(("known", "expected"), [(FIRST, datetime(2026, 5, 30, 10, tzinfo=UTC)), ("20", None), ("0", None)])
def test_when_an_id_was_made(known: str, expected: datetime | None) -> None:
    assert time_of(known) == expected


def visited(account: Account, http: Http, checkpoint: Checkpoint | None = None) -> list[Page]:
    return list(X().pages(account, checkpoint, http))


@pytest.fixture
def server(site: Site) -> XServer:
    one = XServer()
    one.author.write_many(5)
    site.otherwise = lambda asked: one.answer(site, asked)
    return one


def old_parameter_is_refused(server: XServer, site: Site) -> Answers:
    def answer(asked: Asked) -> Answer | None:
        if "tweet.fields" in asked.query:
            return Answer(400, recorded("x/parameter-unknown.json"), {"Content-Type": "application/json"})
        return server.answer(site, Asked(asked.path, asked.query | {"tweet.fields": ""}, asked.headers))

    return answer


def old_parameter_is_passed_over(server: XServer, site: Site) -> Answers:
    def answer(asked: Asked) -> Answer | None:
        if "tweet.fields" in asked.query:
            return json_answer({"data": [{"id": "10", "text": "Post 1"}], "meta": {"result_count": 1}})
        return server.answer(site, Asked(asked.path, asked.query | {"tweet.fields": ""}, asked.headers))

    return answer


@pytest.mark.parametrize("behaves", [old_parameter_is_refused, old_parameter_is_passed_over])
def test_a_server_that_knows_the_new_spelling_alone(behaves: Callable[..., Answers], server: XServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    site.otherwise = behaves(server, site)
    pages = visited(server.account(site), new_client(tokens=tokens))
    assert [post.text for page in pages for post in page.posts if post.kind is not PostKind.PROFILE] == ["Post 5", "Post 4", "Post 3", "Post 2", "Post 1"]
    assert track_of(pages[-1].checkpoint).own["fields"] == "post"
    before = len(site.asked)
    visited(server.account(site), new_client(tokens=tokens), pages[-1].checkpoint)
    assert len(site.asked) == before + 1  # what it knew is remembered


def test_both_spellings_are_refused(server: XServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    known = server.answer
    site.otherwise = lambda asked: json_answer({}, 400) if asked.path.endswith("/tweets") else known(site, asked)
    with pytest.raises(UnexpectedReply, match="answered 400"):
        visited(server.account(site), new_client(tokens=tokens))


def metered(http: Http, cost: float) -> tuple[Http, Meter]:
    meter = Meter(Budget("x", Allowance(1000, cost, "USD"), Spent(), lambda: NOON))
    return http.visit(None, meter), meter


def test_what_is_paid_is_what_was_brought(server: XServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    http, meter = metered(new_client(tokens=tokens), 5.0)
    pages = visited(server.account(site), http)
    assert meter.cost == pytest.approx(0.010 + 5 * 0.005)
    http, meter = metered(new_client(tokens=tokens), 5.0)
    assert visited(server.account(site), http, pages[-1].checkpoint)[-1].unchanged
    assert meter.cost == pytest.approx(0.0)


def test_nothing_is_asked_that_could_cost_more_than_is_left(server: XServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    http, _ = metered(new_client(tokens=tokens), 0.4)  # a page may bring a hundred posts
    with pytest.raises(TryAgainLater, match="USD"):
        visited(server.account(site), http)
    assert [path for path in site.paths if path.endswith("/tweets")] == []


def test_a_refused_request_costs_nothing(server: XServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    site.otherwise = lambda _asked: Answer(503)
    http, meter = metered(new_client(tokens=tokens, retries=0), 5.0)
    with pytest.raises(TryAgainLater):
        visited(server.account(site), http)
    assert meter.cost == pytest.approx(0.0)


def test_an_edit_has_a_new_id_and_is_therefore_news(server: XServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    checkpoint = visited(server.account(site), new_client(tokens=tokens))[-1].checkpoint
    server.author.posts[0].text = "Corrected"
    pages = visited(server.account(site), new_client(tokens=tokens), checkpoint)
    assert [(post.text, post.native_id) for page in pages for post in page.posts] == [("Corrected", "50")]
    assert site.asked[-1].query["since_id"] == "50"
    assert "51" in track_of(pages[-1].checkpoint).own["newest"]


def test_news_do_not_put_off_the_look_through_the_window(server: XServer, site: Site, new_client: NewClient, tokens: Path, clock: Clock) -> None:
    checkpoint = visited(server.account(site), new_client(tokens=tokens))[-1].checkpoint
    server.author.delete(server.author.posts[1])
    found = []
    for _ in range(3):
        clock.pass_by(hours=12)
        server.author.write_many(1)
        pages = visited(server.account(site), new_client(tokens=tokens), checkpoint)
        found += [one.native_id for page in pages for one in page.gone]
        checkpoint = pages[-1].checkpoint
    assert found == ["40"]


@pytest.mark.parametrize(("since", "expected"), [(date(2026, 5, 2), "2026-05-02T00:00:00Z"), (date(2009, 1, 1), None), (None, None)])
def test_what_is_older_than_the_first_day_is_not_asked_for(
    server: XServer, site: Site, new_client: NewClient, tokens: Path, since: date | None, expected: str | None
) -> None:
    visited(replace(server.account(site), since=since), new_client(tokens=tokens))
    assert {asked.query.get("start_time") for asked in site.asked if asked.path.endswith("/tweets")} == {expected}


def test_a_listing_without_an_end_ends(server: XServer, site: Site, new_client: NewClient, tokens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x, "MOST_PAGES", 8)
    known, turn = server.answer, iter(range(10_000))

    def answer(asked: Asked) -> Answer | None:
        if asked.path.endswith("/tweets"):
            return json_answer({"data": [], "meta": {"next_token": f"t{next(turn)}"}})
        return known(site, asked)

    site.otherwise = answer
    checkpoint = None
    for _ in range(3):
        checkpoint = visited(server.account(site), new_client(tokens=tokens, pages_per_run=4), checkpoint)[-1].checkpoint
    assert track_of(checkpoint).gaps == []


def test_the_limit_of_its_headers_is_obeyed(server: XServer, site: Site, new_client: NewClient, tokens: Path, clock: Clock) -> None:
    reset = str(int(clock.now().timestamp()) + 600)
    site.otherwise = lambda _asked: Answer(429, recorded("x/rate-limited.json"), {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset})
    with pytest.raises(TryAgainLater) as problem:
        visited(server.account(site), new_client(tokens=tokens, retries=0))
    assert problem.value.retry_after_s == pytest.approx(600, abs=1)


@pytest.mark.parametrize(("status", "says"), [(401, "token"), (403, "token"), (402, "paid")])
def test_what_a_token_does_not_allow(server: XServer, site: Site, new_client: NewClient, tokens: Path, status: int, says: str) -> None:
    site.otherwise = lambda _asked: Answer(status, recorded("x/token-invalid.json"))
    with pytest.raises(NotPermitted, match=says):
        visited(server.account(site), new_client(tokens=tokens))
