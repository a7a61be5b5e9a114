"""WordPress sites that answer each in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from domain.account import Account, Custody
from domain.post import PostKind
from sources.client.http import Http
from sources.platforms.wordpress.source import WordPress
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.wordpress import API, WordPressBlog

JSON = {"Content-Type": "application/json; charset=UTF-8"}


@pytest.fixture
def blog(site: Site) -> WordPressBlog:
    made = WordPressBlog()
    made.author.write_many(3)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


def pages(account: Account, http: Http, checkpoint: Checkpoint | None = None) -> list[Page]:
    return list(WordPress().pages(account, checkpoint, http))


def texts(read: list[Page], kind: PostKind = PostKind.POST) -> list[str]:
    return [post.text for page in read for post in page.posts if post.kind is kind]


def serve(site: Site, blog: WordPressBlog, answers: Mapping[str, Answer]) -> Account:
    """The whole site, not one author's posts: the author is then not asked for."""

    def answer(asked: Asked) -> Answer | None:
        if asked.path in answers:
            return answers[asked.path]
        return blog.answer(site, replace(asked, query=asked.query | ({"author": blog.identity} if asked.path == f"{API}/posts" else {})))

    site.otherwise = answer
    return replace(blog.account(site), url=f"{site.origin}/")


def asked_of(site: Site, path: str) -> list[Asked]:
    return [asked for asked in site.asked if asked.path == path]


COMMENTS = {f"{API}/comments": Answer(200, recorded("wordpress/comments.json"), JSON), f"{API}/pages": Answer(200, recorded("wordpress/pages.json"), JSON)}


def test_a_departments_site_with_its_pages_and_comments(site: Site, blog: WordPressBlog, http: Http, clock: Clock) -> None:
    account = serve(site, blog, COMMENTS)
    first = pages(account, http)
    assert texts(first) == ["Post 3", "Post 2", "Post 1"]
    assert texts(first, PostKind.PAGE) == ["Who we are\nThe press office"]
    assert texts(first, PostKind.VISITOR_COMMENT) == ["When does it open?", "Thank you & good luck"]
    assert {key for asked in asked_of(site, f"{API}/comments") for key in asked.query["_fields"].split(",")}.isdisjoint({"author", "author_name", "author_url"})
    site.asked.clear()
    again = pages(account, http, first[-1].checkpoint)
    assert [page.unchanged for page in again] == [True]
    assert site.paths == [f"{API}/posts"]
    clock.pass_by(hours=25)
    assert texts(pages(account, http, again[-1].checkpoint), PostKind.VISITOR_COMMENT) == []
    assert len(asked_of(site, f"{API}/comments")) == 1


def test_a_comment_and_a_page_that_were_deleted_are_found_within_a_day(site: Site, blog: WordPressBlog, http: Http, clock: Clock) -> None:
    first = pages(serve(site, blog, COMMENTS), http)
    clock.pass_by(hours=25)
    later = pages(serve(site, blog, dict.fromkeys(COMMENTS, json_answer([]))), http, first[-1].checkpoint)
    assert sorted(one.native_id for page in later for one in page.gone) == [f"{site.host}/?c=4", f"{site.host}/?c=7", f"{site.host}/?p=12"]


def test_what_visitors_wrote_on_a_members_own_site_is_not_asked_for(site: Site, blog: WordPressBlog, http: Http) -> None:
    account = replace(serve(site, blog, COMMENTS), custody=Custody.OPTED_IN)
    assert texts(pages(account, http), PostKind.VISITOR_COMMENT) == []
    assert asked_of(site, f"{API}/comments") == []


def test_nor_under_the_posts_of_one_author(site: Site, blog: WordPressBlog, http: Http) -> None:
    assert texts(pages(blog.account(site), http)) == ["Post 3", "Post 2", "Post 1"]
    assert asked_of(site, f"{API}/comments") == []
    assert [asked.query["author"] for asked in asked_of(site, f"{API}/pages")] == ["109"]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_site_without_comments_is_read_all_the_same(site: Site, blog: WordPressBlog, http: Http, status: int) -> None:
    first = pages(serve(site, blog, COMMENTS | {f"{API}/comments": Answer(status, b"{}", JSON)}), http)
    assert len(texts(first)) == 3
    assert f"answered {status}: the site does not show them" in [one.reason for page in first for one in page.rejected]
    assert [page.unchanged for page in pages(serve(site, blog, {}), http, first[-1].checkpoint)] == [True]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_site_that_does_not_tell_its_authors(site: Site, blog: WordPressBlog, http: Http, status: int) -> None:
    serve(site, blog, {f"{API}/users": Answer(status, b"{}", JSON)})
    with pytest.raises(NotPermitted, match="authors"):
        pages(blog.account(site), http)


def test_an_author_that_is_not_there(site: Site, blog: WordPressBlog, http: Http) -> None:
    serve(site, blog, {f"{API}/users": Answer(200, recorded("wordpress/no-user.json"), JSON)})
    with pytest.raises(AccountGone, match="no author"):
        pages(blog.account(site), http)


def test_an_author_by_number(site: Site, blog: WordPressBlog, http: Http) -> None:
    account = replace(blog.account(site), url=f"{site.origin}/?author=109")
    assert len(texts(pages(account, http))) == 3
    assert [asked.query.get("include") for asked in asked_of(site, f"{API}/users")] == ["109"]


def test_a_site_that_is_closed_to_strangers(site: Site, blog: WordPressBlog, http: Http) -> None:
    account = serve(site, blog, {f"{API}/posts": Answer(401, recorded("wordpress/closed.json"), JSON)})
    with pytest.raises(NotPermitted, match="not signed in"):
        pages(account, http)


def test_a_host_that_asks_for_time(site: Site, blog: WordPressBlog, http: Http) -> None:
    account = serve(site, blog, {f"{API}/posts": Answer(429, recorded("wordpress/too-many.html"), {"Retry-After": "900"})})
    with pytest.raises(TryAgainLater) as problem:
        pages(account, http)
    assert problem.value.retry_after_s == 900


@pytest.mark.parametrize(
    ("status", "name", "answer"),
    [(404, "deleted", "404"), (410, "deleted", "410"), (401, "private", "401 rest_forbidden"), (200, "locked", "200 protected"), (403, "closed", None)],
)
def test_a_post_that_is_no_longer_public_is_gone(site: Site, blog: WordPressBlog, http: Http, status: int, name: str, answer: str | None) -> None:
    first = pages(blog.account(site), http)
    removed = blog.author.posts[1]
    blog.author.delete(removed)
    site.pages[f"{API}/posts/{removed.number}"] = Answer(status, recorded(f"wordpress/{name}.json"), JSON)
    later = pages(blog.account(site), http, first[-1].checkpoint)
    assert [one.answer for page in later for one in page.gone] == ([answer] if answer else [])


def test_an_api_that_moved_is_found_again(site: Site, blog: WordPressBlog, http: Http) -> None:
    """Permalinks were switched off: the API is at ?rest_route= from now on."""
    first = pages(blog.account(site), http)
    blog.author.write_many(1)

    def plain(asked: Asked) -> Answer | None:
        if route := asked.query.get("rest_route"):
            return blog.answer(site, replace(asked, path=f"/wp-json{route}"))
        return Answer(404) if asked.path.startswith("/wp-json") else Answer(200, b'<link rel="https://api.w.org/" href="/index.php?rest_route=/">')

    site.otherwise = plain
    later = pages(blog.account(site), http, first[-1].checkpoint)
    assert texts(later) == ["Post 4"]
    assert [page.unchanged for page in pages(blog.account(site), http, later[-1].checkpoint)] == [True]


@pytest.mark.parametrize("link", ["", '<http://169.254.169.254/wp-json/>; rel="https://api.w.org/"'])
def test_a_page_that_names_no_api_of_its_own_host(site: Site, blog: WordPressBlog, http: Http, link: str) -> None:
    site.pages["/author/press/"] = Answer(200, b"<html>", {"Link": link})
    assert len(texts(pages(blog.account(site), http))) == 3


def test_robots_txt_counts_for_the_page(site: Site, blog: WordPressBlog, http: Http) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /author/")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        pages(blog.account(site), http)
