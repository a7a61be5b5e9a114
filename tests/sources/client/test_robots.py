from __future__ import annotations

from collections.abc import Callable

import pytest

from sources.client.http import Http
from sources.client.robots import RobotsInMemory
from sources.source import NotPermitted, TryAgainLater
from tests.sources.conftest import Clock
from tests.sources.serving import Answer, Site, redirect

NewClient = Callable[..., Http]


def robots(text: str) -> Answer:
    return Answer(200, text.encode(), {"Content-Type": "text/plain"})


@pytest.fixture(autouse=True)
def everything_is_there(site: Site) -> None:
    site.otherwise = lambda asked: Answer(404) if asked.path == "/robots.txt" else Answer(200, b"page")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "/a"),
        ("User-agent: *\nDisallow:", "/a"),
        ("User-agent: *\nDisallow: /private", "/a"),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Plainview\nAllow: /", "/a"),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a"),
        ("User-agent: Googlebot\nDisallow: /", "/a"),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x"),
        ("<html>not robots at all</html>", "/a"),
        ("\xff\xfe\x00", "/a"),
    ],
)
def test_allowed(http: Http, site: Site, text: str, path: str) -> None:
    site.pages["/robots.txt"] = robots(text)
    assert http.get(site.origin + path).body == b"page"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("User-agent: *\nDisallow: /", "/a"),
        ("user-agent: plainview\ndisallow: /a", "/a"),
        ("User-agent: Plainview\nDisallow: /private*", "/private/x"),  # the standard library's parser allows this
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf"),
        ("User-agent: *\nAllow: /\n\nUser-agent: Plainview\nDisallow: /", "/a"),
        ("User-agent: Googlebot\nUser-agent: Plainview\nDisallow: /", "/a"),
    ],
)
def test_forbidden(http: Http, site: Site, text: str, path: str) -> None:
    site.pages["/robots.txt"] = robots(text)
    with pytest.raises(NotPermitted, match=r"robots\.txt there forbids it to Plainview"):
        http.get(site.origin + path)
    assert site.paths == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_forbids_nothing(http: Http, site: Site, status: int) -> None:
    site.pages["/robots.txt"] = Answer(status, b"User-agent: *\nDisallow: /")
    assert http.get(f"{site.origin}/a").body == b"page"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_cannot_be_had_forbids_everything(http: Http, site: Site, status: int) -> None:
    site.pages["/robots.txt"] = Answer(status)
    with pytest.raises(TryAgainLater, match=r"robots\.txt"):
        http.get(f"{site.origin}/a")
    assert "/a" not in site.paths


def test_an_unreachable_one_is_not_asked_for_at_once_again(new_client: NewClient, site: Site, clock: Clock) -> None:
    http = new_client(retries=0)
    site.pages["/robots.txt"] = Answer(500)
    for _ in range(3):
        with pytest.raises(TryAgainLater):
            http.get(f"{site.origin}/a")
    assert site.paths == ["/robots.txt"]
    site.pages["/robots.txt"] = robots("")
    clock.pass_by(minutes=11)
    assert http.get(f"{site.origin}/a").body == b"page"


def test_it_is_asked_for_once_a_day(new_client: NewClient, site: Site, clock: Clock) -> None:
    kept = RobotsInMemory()
    site.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /private")
    for _ in range(2):
        new_client(robots=kept).get(f"{site.origin}/a")  # the caller keeps it from run to run
    assert site.paths.count("/robots.txt") == 1
    clock.pass_by(hours=25)
    new_client(robots=kept).get(f"{site.origin}/a")
    assert site.paths.count("/robots.txt") == 2


def test_an_old_copy_serves_while_a_new_one_cannot_be_had(http: Http, site: Site, clock: Clock) -> None:
    site.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /private")
    http.get(f"{site.origin}/a")
    clock.pass_by(hours=25)
    site.pages["/robots.txt"] = Answer(500)
    assert http.get(f"{site.origin}/a").body == b"page"
    with pytest.raises(NotPermitted):
        http.get(f"{site.origin}/private")


def test_each_redirect_is_asked_about(http: Http, site: Site) -> None:
    site.pages |= {"/robots.txt": robots("User-agent: *\nDisallow: /private"), "/a": redirect("/private")}
    with pytest.raises(NotPermitted, match="/private"):
        http.get(f"{site.origin}/a")
    assert "/private" not in site.paths


def test_robots_txt_itself_may_redirect(http: Http, site: Site) -> None:
    site.pages |= {"/robots.txt": redirect("/r"), "/r": robots("User-agent: *\nDisallow: /a")}
    with pytest.raises(NotPermitted):
        http.get(f"{site.origin}/a")


def test_a_huge_one_is_read_as_far_as_the_standard_asks(http: Http, site: Site) -> None:
    site.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /a\n" + "# filler\n" * 100_000)
    with pytest.raises(NotPermitted):
        http.get(f"{site.origin}/a")
    assert http.get(f"{site.origin}/b").body == b"page"


def test_api_calls_are_not_crawling(http: Http, site: Site) -> None:
    site.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /")
    assert http.get(f"{site.origin}/api/v1/x", robots=False).body == b"page"
    assert site.paths == ["/api/v1/x"]
