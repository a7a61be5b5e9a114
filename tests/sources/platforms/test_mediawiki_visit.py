"""Wikis that answer each in their own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.account import Account
from domain.post import PostKind
from sources.client.http import Http
from sources.platforms.mediawiki.source import MOST_TEXT, MediaWiki
from sources.source import AccountGone, NotPermitted, Page, SourceError, TryAgainLater, UnexpectedReply
from tests.builders import an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.mediawiki import Wiki

JSON = {"Content-Type": "application/json; charset=utf-8"}


@pytest.fixture
def wiki(site: Site) -> Wiki:
    made = Wiki()
    made.author.write_many(3)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


def pages(account: Account, http: Http, after: Page | None = None) -> list[Page]:
    read = MediaWiki().pages(account, after.checkpoint if after else None, http)
    return [page for page in read if [post.kind for post in page.posts] != [PostKind.PROFILE]]


def texts(read: list[Page]) -> list[str]:
    return [post.text for page in read for post in page.posts]


@pytest.mark.parametrize("handle", ["Press office", "Press_office@wiki.example", "Press office@wiki.example"])
def test_a_handle_with_and_without_its_wiki(site: Site, wiki: Wiki, http: Http, handle: str) -> None:
    assert len(texts(pages(replace(wiki.account(site), handle=handle), http))) == 3
    assert {asked.query["ucuser"] for asked in site.asked if "ucuser" in asked.query} == {handle.partition("@")[0]}


@pytest.mark.parametrize(("path", "first"), [("/w/api.php", "/w/api.php"), ("/w/api.php?action=help", "/w/api.php"), ("/elsewhere", "/elsewhere")])
def test_where_the_api_is(site: Site, wiki: Wiki, http: Http, path: str, first: str) -> None:
    """An api.php itself, or a page that names none: then it's looked for where it usually lies."""
    assert len(texts(pages(site.account("mediawiki", "Press office", path), http))) == 3
    assert next(asked for asked in site.paths if asked != "/robots.txt") == first


@pytest.mark.parametrize("href", ["http://169.254.169.254/w/api.php?action=rsd", "javascript:x/api.php", "/w/index.php?action=rsd", "http://["])
def test_an_api_that_a_page_names_elsewhere_is_not_asked(site: Site, wiki: Wiki, http: Http, href: str) -> None:
    site.pages["/wiki/User:Press_office"] = Answer(200, f'<link rel="EditURI" href="{href}">'.encode())
    assert len(texts(pages(wiki.account(site), http))) == 3


def test_a_page_whose_wiki_is_on_another_host_is_no_way_there(site: Site, wiki: Wiki, http: Http) -> None:
    site.pages["/wiki/User:Press_office"] = Answer(404, recorded("mediawiki/user-page.html"))
    assert len(texts(pages(wiki.account(site), http))) == 3
    assert site.paths[2] == "/w/api.php"


def test_robots_txt_counts_for_the_page(site: Site, wiki: Wiki, http: Http) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /wiki/")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        pages(wiki.account(site), http)


@pytest.mark.parametrize("url", ["https://en.wikipedia.org/wiki/User:Press_office", "https://commons.wikimedia.org/", "https://www.mediawiki.org/w/api.php"])
def test_wikimedia_wants_a_contact(new_client: Callable[..., Http], url: str) -> None:
    with pytest.raises(NotPermitted, match="contact"):
        pages(an_account("mediawiki", "Press office", url), new_client(contact=""))


def test_texts_that_were_read_are_not_asked_for_again(site: Site, wiki: Wiki, http: Http, clock: Clock) -> None:
    first = pages(wiki.account(site), http)
    wiki.author.write_many(1)
    clock.pass_by(hours=25)
    site.asked.clear()
    assert texts(pages(wiki.account(site), http, first[-1])) == ["Post 4"]
    assert [asked.query["revids"] for asked in site.asked if "revids" in asked.query] == ["4"]


def test_nothing_but_the_list_is_asked_of_what_is_known(site: Site, wiki: Wiki, http: Http, clock: Clock) -> None:
    wiki.author.write_many(5)
    first = pages(wiki.account(site), http)
    clock.pass_by(hours=25)
    site.asked.clear()
    again = pages(wiki.account(site), http, first[-1])
    assert [page.unchanged for page in again] == [True] * len(again)
    assert not [asked for asked in site.asked if "revids" in asked.query]


def test_long_texts_are_asked_for_a_few_at_a_time(site: Site, wiki: Wiki, http: Http) -> None:
    def large(asked: Asked) -> Answer | None:
        answer = wiki.answer(site, asked)
        return answer and Answer(answer.status, answer.body.replace(b'"size": 6', f'"size": {MOST_TEXT // 2 + 1}'.encode()), answer.headers)

    site.otherwise = large
    wiki.author.write_many(2)
    read = pages(wiki.account(site), http)
    assert texts(read) == [f"Post {number}" for number in range(5, 0, -1)]
    assert [asked.query["revids"] for asked in site.asked if "revids" in asked.query] == ["5", "4", "3", "2", "1"]


def error(site: Site, wiki: Wiki, name: str, of: str, **headers: str) -> None:
    site.otherwise = lambda asked: Answer(200, recorded(f"mediawiki/{name}.json"), JSON | headers) if of in asked.query.values() else wiki.answer(site, asked)


@pytest.mark.parametrize("of", ["users", "usercontribs", "ids|content"])
@pytest.mark.parametrize(("name", "kind"), [("maxlag", TryAgainLater), ("ratelimited", TryAgainLater), ("closed", NotPermitted)])
def test_errors_that_come_with_status_200(site: Site, wiki: Wiki, http: Http, name: str, kind: type[SourceError], of: str) -> None:
    error(site, wiki, name, of, **{"Retry-After": "5"})
    with pytest.raises(kind) as problem:
        pages(wiki.account(site), http)
    assert getattr(problem.value, "retry_after_s", 5) == 5
    assert "lagged" not in str(problem.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("baduser", AccountGone),
        ("internal_api_error_DBQueryError", TryAgainLater),
        ("unknown_action", UnexpectedReply),
        ("<b>4f1e", UnexpectedReply),
        (7, UnexpectedReply),
    ],
)
def test_other_errors(site: Site, wiki: Wiki, http: Http, code: object, kind: type[SourceError]) -> None:
    site.otherwise = lambda asked: json_answer({"error": {"code": code, "info": "4f1e"}}) if "ucuser" in asked.query else wiki.answer(site, asked)  # type: ignore[dict-item]
    with pytest.raises(kind) as problem:
        pages(wiki.account(site), http)
    assert "4f1e" not in str(problem.value)


def test_a_user_that_is_not_there(site: Site, wiki: Wiki, http: Http) -> None:
    error(site, wiki, "no-user", "users")
    with pytest.raises(AccountGone, match="no user"):
        pages(wiki.account(site), http)


def test_pictures_that_cannot_be_understood_cost_no_post(site: Site, wiki: Wiki, http: Http) -> None:
    wiki.author.write("[[File:A.png]]")
    odd = json_answer({"query": {"pages": [{"title": "File:A.png", "imageinfo": 7}]}})
    site.otherwise = lambda asked: odd if asked.query.get("prop") == "imageinfo" else wiki.answer(site, asked)
    first = pages(wiki.account(site), http)
    assert len(texts(first)) == 4
    assert [one.reason for page in first for one in page.rejected] == ["expected a list, found a number"]


def test_a_revision_that_was_hidden_later_is_gone(site: Site, wiki: Wiki, http: Http) -> None:
    first = pages(wiki.account(site), http)
    wiki.author.posts[1].public = False
    later = pages(wiki.account(site), http, first[-1])
    assert [(one.native_id, one.answer) for page in later for one in page.gone] == [(f"{site.host}/revid/2", "texthidden")]
    assert [page.unchanged for page in pages(wiki.account(site), http, later[-1])] == [True]


def test_the_files_on_the_users_page_are_its_pictures(site: Site, wiki: Wiki, http: Http) -> None:
    error(site, wiki, "lookup", "users")
    listed = site.otherwise
    site.otherwise = lambda asked: Answer(200, recorded("mediawiki/files.json"), JSON) if asked.query.get("prop") == "imageinfo" else listed(asked)
    profile = next(MediaWiki().pages(wiki.account(site), None, http)).posts[0]
    assert (profile.kind, profile.title) == (PostKind.PROFILE, "Press office")
    assert [link.url for link in profile.media] == ["https://shared.example/d/de/Patch.png"]
