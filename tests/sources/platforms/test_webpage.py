from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.post import Gone, MediaLink, PostKind
from sources.client.http import Http
from sources.platforms.webpage.parse import page_said
from sources.platforms.webpage.posts import parse_alert, parse_alerts, parse_articles, parse_saved_page, redacted
from sources.reading.page_tree import tree_of
from sources.reading.track import Track, dated_by
from sources.registry import SOURCES
from sources.source import NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Site
from tests.sources.simulated.webpage import AgencyPage, ProfilePage

AGENCY = "https://local.nixle.com/ecpd/"
ALERT = "https://local.nixle.com/alert/9000003/"
PROFILE = "https://myspace.com/ecpd"
NIXLE = an_account("nixle", "Example City Police Department", AGENCY)
MYSPACE = an_account("myspace", "Example City PD", PROFILE)
LATER_THAT_DAY = dated_by(Track(), NOON + timedelta(hours=12))


def alerts(body: bytes) -> dict[str, str]:
    return parse_alerts(tree_of(body, "page"), AGENCY)


def test_the_alerts_of_an_agencys_page() -> None:
    assert list(alerts(recorded("nixle/agency.html"))) == [ALERT, "https://local.nixle.com/alert/9000002/"]
    assert alerts(recorded("nixle/not-found.html")) == {}


def test_that_time_passes_is_no_change_of_an_alert() -> None:
    page = recorded("nixle/agency.html")
    assert alerts(page.replace(b"2 hours ago", b"5 days ago")) == alerts(page)
    changed = alerts(page.replace(b"Main St is closed", b"Main St is open"))
    assert [changed[link] != said for link, said in alerts(page).items()] == [True, False]


def test_an_alerts_own_page() -> None:
    post = parse_alert(recorded("nixle/alert.html"), ALERT, NIXLE, LATER_THAT_DAY).post
    assert (post.native_id, post.url, post.kind, post.title) == (ALERT, ALERT, PostKind.POST, "ALERT: Road closed")
    assert post.text == "Monday June 1st, 2026 :: 10:05 a.m. CDT\nMain St is closed\nuntil Friday."
    assert post.posted_at == datetime(2026, 6, 1, 15, 5, tzinfo=UTC)
    assert post.media == (MediaLink("https://media.example.gov/map.png"), MediaLink("https://local.nixle.com/media/barrier.jpg", "A barrier"))


def test_an_edit_is_the_same_post() -> None:
    edited, before = (parse_alert(recorded(f"nixle/{name}.html"), ALERT, NIXLE, LATER_THAT_DAY).post for name in ("alert-edited", "alert"))
    assert (edited.id, edited.text) == (before.id, "Main St is open again.")


@pytest.mark.parametrize("body", [b"", b"text", b"<html></html>", recorded("nixle/not-found.html")])
def test_a_page_that_says_nothing(body: bytes) -> None:
    with pytest.raises(UnexpectedReply, match=r"local\.nixle\.com"):
        parse_alert(body, ALERT, NIXLE, LATER_THAT_DAY)


def test_the_articles_of_a_profile() -> None:
    read = parse_articles(tree_of(recorded("myspace/profile.html"), "page"), PROFILE, MYSPACE, LATER_THAT_DAY)
    assert [(item.post.native_id, item.post.title, item.post.posted_at.day) for item in read.items] == [(f"{PROFILE}/post/3", "Open day", 30)]
    assert read.items[0].post.text.startswith("Example City PD")
    assert [link.alt for link in read.items[0].post.media] == ["Doors"]
    assert [(one.path, one.reason) for one in read.rejected] == [("myspace.com/ecpd article 3", "has no address of its own")]


def test_nothing_of_others_is_handed_on_or_kept() -> None:
    body = recorded("myspace/profile.html")
    read = parse_articles(tree_of(body, "page"), PROFILE, MYSPACE, LATER_THAT_DAY)
    kept = redacted(body, MYSPACE)
    for others in ("their", "Neighbour"):
        assert others not in repr(read)
        assert others not in kept.decode()
    assert parse_articles(tree_of(kept, "page"), PROFILE, MYSPACE, LATER_THAT_DAY).items == read.items
    assert redacted(b"A Neighbour", MYSPACE) == b""


def test_structured_data_is_preferred_to_the_pages_words() -> None:
    said = page_said(tree_of(recorded("myspace/structured.html"), "page"), PROFILE)
    assert (said.title, said.text, said.time) == ("Open day", "Doors open at ten.", datetime(2026, 5, 30, 10, tzinfo=UTC))
    assert [link.url for link in said.media] == ["https://myspace.com/images/door.jpg"]


def test_a_saved_page_of_an_alert() -> None:
    read = parse_saved_page(recorded("nixle/alert.html"), ALERT, NIXLE)
    assert [(item.post.native_id, item.post.title) for item in read.items] == [(ALERT, "ALERT: Road closed")]


def test_a_saved_page_of_a_profile() -> None:
    read = parse_saved_page(recorded("myspace/profile.html"), PROFILE, MYSPACE, NOON)
    assert [(item.post.kind, item.post.title) for item in read.items] == [(PostKind.PROFILE, "Example City PD"), (PostKind.POST, "Open day")]
    assert (read.items[0].post.text, read.items[0].post.posted_at) == ("Recruiting now", NOON)
    assert [link.url for link in read.items[0].post.media] == ["https://a.example.gov/images/full.jpg"]


def test_a_saved_page_of_any_kind() -> None:
    read = parse_saved_page(recorded("myspace/structured.html"), PROFILE, an_account("feed", "x", PROFILE), NOON)
    assert [item.post.text for item in read.items] == ["Doors open at ten."]


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\xff", b"<html><body></body></html>"])
def test_a_saved_page_that_says_nothing(body: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        parse_saved_page(body, PROFILE, MYSPACE, NOON)


Visit = Callable[[Page | None], list[Page]]


@pytest.fixture(params=[AgencyPage, ProfilePage])
def platform(request: pytest.FixtureRequest, site: Site) -> AgencyPage:
    made: AgencyPage = request.param()
    made.author.write_many(2)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


@pytest.fixture
def visit(site: Site, platform: AgencyPage, http: Http) -> Visit:
    return lambda after: list(SOURCES[platform.name].pages(platform.account(site), after.checkpoint if after else None, http))


def test_the_page_is_the_profile(visit: Visit) -> None:
    first = visit(None)
    profiles = [(post.title, post.text) for post in first[0].posts if post.kind is PostKind.PROFILE]
    assert profiles == [("Example City Police Department", "Public notices")]
    assert [post.kind for page in visit(first[-1]) for post in page.posts] == []


def test_robots_txt_names_the_way_by_hand(site: Site, visit: Visit) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /")
    with pytest.raises(NotPermitted, match=r"robots\.txt.*plainview import"):
        visit(None)
    assert site.paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("answer", "problem", "says"),
    [
        (Answer(403), NotPermitted, "plainview import"),
        (Answer(429), TryAgainLater, "429"),
        (Answer(200, b"<html></html>"), UnexpectedReply, "says nothing"),
    ],
)
def test_a_site_that_refuses(site: Site, visit: Visit, answer: Answer, problem: Any, says: str) -> None:
    site.pages["/ecpd/"] = answer
    with pytest.raises(problem, match=says):
        visit(None)


@pytest.mark.parametrize("platform", [AgencyPage], indirect=True)
def test_only_new_alerts_are_asked_for(site: Site, platform: AgencyPage, visit: Visit, clock: Clock) -> None:
    first = visit(None)
    platform.author.write_many(1)
    before = len(site.asked)
    later = visit(first[-1])
    assert [path for path in site.paths[before:] if path.startswith("/alert/")] == ["/alert/3"]
    clock.pass_by(hours=25)
    before = len(site.asked)
    visit(later[-1])
    assert len([path for path in site.paths[before:] if path.startswith("/alert/")]) == 3


@pytest.mark.parametrize("platform", [AgencyPage], indirect=True)
def test_alerts_that_are_not_shown(site: Site, platform: AgencyPage, visit: Visit) -> None:
    site.pages["/alert/2"] = Answer(410)
    site.pages["/alert/1"] = Answer(418)
    pages = visit(None)
    assert [post.kind for page in pages for post in page.posts] == [PostKind.PROFILE]
    assert [one.reason for page in pages for one in page.rejected] == ["answered 418"]


@pytest.mark.parametrize("platform", [ProfilePage], indirect=True)
def test_an_article_that_left_the_page(site: Site, platform: ProfilePage, visit: Visit) -> None:
    first = visit(None)
    left = platform.author.posts[0]
    platform.author.delete(left)
    platform.author.write_many(1)
    assert [one for page in visit(first[-1]) for one in page.gone] == [Gone(platform.native_id(site, left), "404")]
