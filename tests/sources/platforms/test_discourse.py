from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.post import Gone, MediaLink, PostKind
from sources.client.http import Http
from sources.platforms.discourse.cooked import redacted
from sources.platforms.discourse.post import Line, parse_actions, parse_post, parse_profile, parse_user
from sources.platforms.discourse.source import Discourse
from sources.reading.shape import At
from sources.reading.track import Item
from sources.source import AccountGone, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Site
from tests.sources.simulated.discourse import DiscourseForum

BASE = "https://forum.example.gov"


def lines() -> list[Line]:
    return [row for row in parse_actions(recorded_json("discourse/user-actions.json"), 42) if isinstance(row, Line)]


def the_post(name: str, **values: Any) -> list[Item]:
    whole = recorded_json(f"discourse/{name}.json")
    assert isinstance(whole.value, dict)
    return list(parse_post(At(whole.value | values, "reply"), lines()[0], "account_1", 42, BASE))


def test_a_listing_of_topics_and_replies() -> None:
    assert [(line.key, line.path, line.title) for line in lines()] == [
        ("930/1", "/posts/by_number/930/1.json", "Roads & bridges"),
        ("929/3", "/posts/29.json", "Roads & bridges"),
        ("922/3", "/posts/22.json", "Roads & bridges"),
    ]


def test_what_a_listing_must_not_hold() -> None:
    rows = parse_actions(recorded_json("discourse/user-actions.json"), 42)
    assert [(row.path, row.reason) for row in rows if not isinstance(row, Line)] == [
        ("reply.user_actions[4].action_type", "is neither a topic nor a reply"),
        ("reply.user_actions[5].user_id", "is another account's"),
        ("reply.user_actions[6].created_at", "expected a time (RFC 3339)"),
        ("reply.user_actions[7].topic_id", "expected a number that names something"),
    ]


def test_a_whole_topic() -> None:
    post = the_post("post")[0].post
    assert (post.native_id, post.url, post.kind) == (f"{BASE}/p/931", f"{BASE}/t/930/1", PostKind.POST)
    assert (post.title, post.edited_at) == ("Roads & bridges", None)
    assert post.text.startswith("Main St is closed")
    assert "others" not in post.text
    assert post.media == (
        MediaLink(f"{BASE}/uploads/default/original/2X/a/barrier.jpeg", "A barrier"),
        MediaLink(f"{BASE}/uploads/default/original/2X/b/small.png", "Map"),
        MediaLink(f"{BASE}/uploads/default/original/2X/c/run.mp4", "", "video/mp4"),
        MediaLink(f"{BASE}/uploads/default/original/2X/c/poster.png"),
    )


def test_a_reply_is_a_comment_and_its_title_somebody_elses() -> None:
    post = the_post("post", post_number=3)[0].post
    assert (post.kind, post.title) == (PostKind.COMMENT, "")


def test_an_edit_is_the_same_post() -> None:
    edited, before = the_post("post-edited")[0].post, the_post("post")[0].post
    assert (edited.id, edited.text, edited.edited_at and edited.edited_at.hour) == (before.id, "Main St is open again", 18)


@pytest.mark.parametrize(
    ("name", "values"), [("post-deleted", {}), ("post-hidden", {}), ("post", {"deleted_at": "2026-05-31T00:00:00Z"}), ("post", {"post_type": 3})]
)
def test_what_is_not_kept(name: str, values: dict[str, Any]) -> None:
    assert the_post(name, **values) == []


@pytest.mark.parametrize(
    "values", [{"user_id": 7}, {"user_id": "42"}, {"cooked": None}, {"created_at": "today"}, {"id": True}, {"id": -1}, {"post_type": None}]
)
def test_what_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedReply, match="reply"):
        the_post("post", **values)


def test_a_member_and_the_profile() -> None:
    reply = recorded_json("discourse/user.json")
    assert parse_user(reply, "ecpd_PRESS") == 42
    profile = parse_profile(reply, an_account("discourse", "ECPD_press"), BASE, NOON)
    assert (profile.title, profile.url) == ("Example City Police Department", f"{BASE}/u/ECPD_press")
    assert profile.text == "News of the department\nExample City\nhttps://police.example.gov"
    assert [link.url for link in profile.media] == [
        f"{BASE}/user_avatar/forum.example.gov/ecpd_press/1000/7_2.png",
        f"{BASE}/uploads/default/original/1X/banner.jpg",
    ]


def test_a_member_that_is_another_or_hides() -> None:
    reply = recorded_json("discourse/user.json")
    assert isinstance(reply.value, dict)
    with pytest.raises(UnexpectedReply, match="another account"):
        parse_user(reply, "neighbour")
    with pytest.raises(NotPermitted, match="hides the profile"):
        parse_user(At({"user": {"id": 42, "username": "press", "profile_hidden": True}}, "reply"), "press")


def test_what_is_kept_names_nobody_else() -> None:
    for name in ("user.json", "post.json"):
        kept = redacted(recorded(f"discourse/{name}")).decode()
        assert "eighbour" not in kept
        assert "bystander" not in kept
        assert "others" not in kept
    assert "Main St is closed" in redacted(recorded("discourse/post.json")).decode()
    listing = redacted(recorded("discourse/user-actions.json")).decode()
    assert listing.count("Roads &amp; bridges") == 1  # the title of the member's own topic, not of those that were answered
    assert "secret" not in listing + redacted(recorded("discourse/post-hidden.json")).decode()
    assert "Words of the 28th" not in listing  # hidden
    assert [redacted(body) for body in (b"", b"<html>neighbour", b"\xff", b"[" * 100_000)] == [b""] * 4


Visit = Callable[[Page | None], list[Page]]


@pytest.fixture
def forum(site: Site) -> DiscourseForum:
    made = DiscourseForum()
    made.author.write_many(2)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


@pytest.fixture
def visit(site: Site, forum: DiscourseForum, http: Http) -> Visit:
    return lambda after: list(Discourse().pages(forum.account(site), after.checkpoint if after else None, http))


def test_only_new_posts_are_asked_for(site: Site, forum: DiscourseForum, visit: Visit, clock: Clock) -> None:
    first = visit(None)
    forum.author.write_many(1)
    before = len(site.asked)
    later = visit(first[-1])
    assert [post.text for page in later for post in page.posts] == ["Post 3"]
    assert [path for path in site.paths[before:] if path.startswith("/posts/")] == ["/posts/3.json"]
    clock.pass_by(hours=25)  # once a day all are, since a line holds no more than a post's beginning
    before = len(site.asked)
    visit(later[-1])
    assert len([path for path in site.paths[before:] if path.startswith("/posts/")]) == 3


@pytest.mark.parametrize(("status", "rejected"), [(404, 0), (403, 1), (418, 1)])
def test_a_listed_post_that_is_not_shown(site: Site, visit: Visit, status: int, rejected: int) -> None:
    site.pages["/posts/by_number/2/1.json"] = Answer(status, recorded("discourse/not-logged-in.json"))
    pages = visit(None)
    assert [post.text for page in pages for post in page.posts if post.kind is not PostKind.PROFILE] == ["Post 1"]
    assert sum(len(page.rejected) for page in pages) == rejected


def test_a_post_that_its_author_took_back(site: Site, forum: DiscourseForum, visit: Visit) -> None:
    first = visit(None)
    gone = forum.author.posts[0]
    forum.author.delete(gone)
    site.pages[f"/posts/{gone.number}.json"] = Answer(200, recorded("discourse/post-deleted.json"))
    assert [one for page in visit(first[-1]) for one in page.gone] == [Gone(forum.native_id(site, gone), "200 user_deleted")]


def test_answers_of_a_closed_forum(site: Site, visit: Visit) -> None:
    site.pages["/u/ecpd_press.json"] = Answer(403, recorded("discourse/not-logged-in.json"))
    with pytest.raises(NotPermitted, match="members only"):
        visit(None)
    site.pages["/u/ecpd_press.json"] = Answer(404, recorded("discourse/not-found.json"))
    with pytest.raises(AccountGone):
        visit(None)
    site.pages["/u/ecpd_press.json"] = Answer(429, recorded("discourse/rate-limited.json"), {"Retry-After": "9"})
    with pytest.raises(TryAgainLater) as problem:
        visit(None)
    assert problem.value.retry_after_s == 9


def test_a_forum_under_a_path(site: Site, forum: DiscourseForum, http: Http) -> None:
    account = replace(forum.account(site), url=f"{site.origin}/forum/u/ecpd_press/summary")
    with pytest.raises(AccountGone):
        list(Discourse().pages(account, None, http))
    assert site.paths == ["/forum/u/ecpd_press.json"]
