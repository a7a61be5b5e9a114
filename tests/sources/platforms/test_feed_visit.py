"""Reading a site: finding its feed, asking again, and what its robots.txt says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.post import PostKind
from sources.client.http import Http
from sources.platforms.feed.source import Feed
from sources.source import AccountGone, NotPermitted, Page, UnexpectedReply
from tests.builders import an_account
from tests.sources.conftest import Clock
from tests.sources.serving import Answer, Asked, Site, redirect
from tests.sources.simulated.every import Blog

NewClient = Callable[..., Http]
EMPTY = Answer(200, b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title></feed>')


@pytest.fixture
def blog(site: Site) -> Blog:
    made = Blog()
    made.author.write_many(2)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


def pages(site: Site, http: Http, path: str = "/news", after: Page | None = None) -> list[Page]:
    read = Feed().pages(an_account("feed", "news", site.origin + path), after.checkpoint if after else None, http)
    return [page for page in read if [post.kind for post in page.posts] != [PostKind.PROFILE]]


def test_the_feeds_own_address(site: Site, blog: Blog, http: Http) -> None:
    profile, *posts = pages(site, http, "/feed.atom")[0].posts  # one reply tells of both
    assert (profile.kind, profile.title) == (PostKind.PROFILE, "News")
    assert [post.text for post in posts] == ["Post 2", "Post 1"]
    assert site.paths == ["/robots.txt", "/feed.atom"]


def test_a_page_that_names_its_feed_is_asked_once(site: Site, blog: Blog, http: Http) -> None:
    first = pages(site, http)
    pages(site, http, after=first[-1])
    assert site.paths == ["/robots.txt", "/news", "/feed.atom", "/feed.atom"]


def test_a_feed_that_moved_is_looked_for_again(site: Site, blog: Blog, http: Http) -> None:
    first = pages(site, http)
    site.pages["/feed.atom"] = Answer(410)
    site.pages["/news"] = Answer(200, b'<html><link rel="alternate" type="application/atom+xml" href="/new.atom"></html>')
    site.pages["/new.atom"] = EMPTY
    pages(site, http, after=first[-1])
    assert site.paths[-3:] == ["/feed.atom", "/news", "/new.atom"]


def test_a_site_that_is_gone(site: Site, http: Http) -> None:
    site.otherwise = lambda asked: Answer(404) if asked.path == "/robots.txt" else Answer(410)
    with pytest.raises(AccountGone, match="410"):
        pages(site, http)


def test_a_page_that_names_a_page(site: Site, blog: Blog, http: Http) -> None:
    site.pages["/feed.atom"] = Answer(200, b"<html><body>Sign in</body></html>")
    with pytest.raises(UnexpectedReply, match="feed"):
        pages(site, http)


def test_robots_txt_covers_page_and_feed(site: Site, blog: Blog, http: Http) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /feed.atom")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        pages(site, http)
    assert "/feed.atom" not in site.paths


def test_a_feed_that_leads_inside(site: Site, blog: Blog, http: Http) -> None:
    site.pages["/feed.atom"] = redirect("http://169.254.169.254/feed")
    with pytest.raises(NotPermitted, match="private address"):
        pages(site, http)


def test_last_modified_alone_is_enough(site: Site, blog: Blog, http: Http) -> None:
    when = "Mon, 01 Jun 2026 12:00:00 GMT"
    full = blog.answer(site, Asked("/feed.atom", {}, {}))
    assert full
    site.pages["/feed.atom"] = lambda asked: Answer(304) if asked.headers.get("If-Modified-Since") == when else Answer(200, full.body, {"Last-Modified": when})
    first = pages(site, http)
    assert [page.unchanged for page in pages(site, http, after=first[-1])] == [True]
    assert site.asked[-1].headers["If-Modified-Since"] == when


def test_a_feed_of_one_page_is_asked_conditionally_every_day(site: Site, blog: Blog, http: Http, clock: Clock) -> None:
    """A feed is whole: nothing beyond it needs looking through, unlike a paged account."""
    first = pages(site, http)
    clock.pass_by(days=3)
    assert [page.unchanged for page in pages(site, http, after=first[-1])] == [True]
    assert "If-None-Match" in site.asked[-1].headers


def test_an_entry_that_is_absent_while_its_page_stays_is_not_gone(site: Site, blog: Blog, http: Http) -> None:
    blog.author.write_many(1)
    first = pages(site, http)
    left = blog.author.posts[1]
    blog.author.delete(left)
    site.pages[f"/posts/{left.number}"] = Answer(200, b"<html>")
    assert [page.gone for page in pages(site, http, after=first[-1])] == [()]


def test_an_entry_whose_page_may_not_be_asked_is_not_gone(site: Site, blog: Blog, http: Http) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /posts/")
    blog.author.write_many(1)
    first = pages(site, http)
    blog.author.delete(blog.author.posts[1])
    later = pages(site, http, after=first[-1])
    assert [page.gone for page in later] == [()]
    assert "/posts/2" not in site.paths
    assert [page.unchanged for page in pages(site, http, after=later[-1])] == [True]


def test_the_oldest_entry_that_leaves_the_feed_is_not_gone(site: Site, blog: Blog, http: Http) -> None:
    first = pages(site, http)
    blog.author.delete(blog.author.posts[-1])
    assert [page.gone for page in pages(site, http, after=first[-1])] == [()]
    assert "/posts/1" not in site.paths
