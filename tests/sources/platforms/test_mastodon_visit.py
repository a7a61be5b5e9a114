"""Servers that speak Mastodon's API each in their own way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.post import Gone, PostKind
from sources.client.http import Http
from sources.platforms.mastodon.source import Mastodon
from sources.source import AccountGone, Page, SourceError, TryAgainLater, UnexpectedReply
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.every import MastodonServer


@pytest.fixture
def server(site: Site) -> MastodonServer:
    made = MastodonServer()
    made.author.write_many(3)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


def pages(site: Site, server: MastodonServer, http: Http, after: Page | None = None) -> list[Page]:
    read = Mastodon().pages(server.account(site), after.checkpoint if after else None, http)
    return [page for page in read if [post.kind for post in page.posts] != [PostKind.PROFILE]]


@pytest.mark.parametrize(("answers", "gone"), [(404, True), (410, True), (200, False), (401, False)])
def test_where_a_status_needs_a_token_the_object_itself_is_asked(site: Site, server: MastodonServer, http: Http, answers: int, gone: bool) -> None:
    """snac answers 401 to anyone who asks for a single status."""
    first = pages(site, server, http)
    removed = server.author.posts[1]
    server.author.delete(removed)
    site.pages[f"/api/v1/statuses/{removed.number}"] = Answer(401)
    site.pages[f"/users/press/statuses/{removed.number}"] = Answer(answers)
    uri = server.native_id(site, removed)
    assert next(iter(pages(site, server, http, first[-1]))).gone == ((Gone(uri, str(answers)),) if gone else ())
    assert "application/activity+json" in [asked.headers["Accept"] for asked in site.asked]


def test_an_edited_status_with_a_new_id_is_the_same_post(site: Site, server: MastodonServer, http: Http) -> None:
    """snac gives an edited status a new id; its uri stays."""
    first = pages(site, server, http)

    def renumbered(asked: Asked) -> Answer | None:
        answer = server.answer(site, asked)
        return answer and Answer(answer.status, answer.body.replace(b'"id": "2"', b'"id": "2000"'), answer.headers)

    site.otherwise = renumbered
    server.author.posts[1].text = "Corrected"
    later = pages(site, server, http, first[-1])
    assert [(post.text, post.id) for page in later for post in page.posts] == [("Corrected", first[0].posts[1].id)]
    assert [page.gone for page in later] == [()] * len(later)


def test_a_server_without_paging(site: Site, server: MastodonServer, http: Http) -> None:
    """snac ignores limit and max_id and sends no Link: what it lists is all there is."""

    def whole(asked: Asked) -> Answer | None:
        answer = server.answer(site, Asked(asked.path, {"exclude_reblogs": "true"} | ({"acct": "press"} if "lookup" in asked.path else {}), {}))
        return answer and Answer(answer.status, answer.body)

    site.otherwise = whole
    first = pages(site, server, http)
    assert len(first) == 1
    server.author.delete(server.author.posts[-1])
    assert [len(page.gone) for page in pages(site, server, http, first[-1])] == [1]


def test_the_api_is_asked_on_the_accounts_own_server_only(site: Site, server: MastodonServer, http: Http) -> None:
    def elsewhere(asked: Asked) -> Answer | None:
        answer = server.answer(site, asked)
        link = {"Link": '<http://169.254.169.254/x?max_id=1>; rel="next"'} if asked.path.endswith("/statuses") and "max_id" not in asked.query else {}
        return answer and Answer(answer.status, answer.body, link)

    site.otherwise = elsewhere
    pages(site, server, http)
    assert site.paths[-1] == "/api/v1/accounts/109/statuses"


def test_a_lookup_that_names_somebody_else(site: Site, server: MastodonServer, http: Http) -> None:
    site.pages["/api/v1/accounts/lookup"] = Answer(200, b'{"id": "1", "username": "neighbour", "acct": "neighbour"}')
    with pytest.raises(UnexpectedReply, match="another account"):
        pages(site, server, http)


@pytest.mark.parametrize("handle", ["@press@social.example", "press@social.example", "@press", "press"])
def test_a_handle_as_people_write_it(site: Site, server: MastodonServer, http: Http, handle: str) -> None:
    account = site.account("mastodon", handle, "/@press")
    assert next(Mastodon().pages(account, None, http)).posts
    assert site.asked[0].query == {"acct": "press"}


@pytest.mark.parametrize(
    ("path", "status", "name", "problem"),
    [
        ("/api/v1/accounts/lookup", 404, "account-gone", AccountGone),
        ("/api/v1/accounts/lookup", 429, "rate-limited", TryAgainLater),
        ("/api/v1/accounts/109/statuses", 410, "account-gone", AccountGone),
        ("/api/v1/accounts/109/statuses", 429, "rate-limited", TryAgainLater),
    ],
)
def test_what_a_server_answers_instead(
    site: Site, server: MastodonServer, new_client: Callable[..., Http], path: str, status: int, name: str, problem: type[SourceError]
) -> None:
    site.pages[path] = Answer(status, recorded(f"mastodon/{name}.json"))
    with pytest.raises(problem, match=str(status)):
        pages(site, server, new_client(retries=0))


def test_a_status_that_is_deleted(site: Site, server: MastodonServer, http: Http) -> None:
    first = pages(site, server, http)
    removed = server.author.posts[1]
    server.author.delete(removed)
    site.pages[f"/api/v1/statuses/{removed.number}"] = Answer(404, recorded("mastodon/status-deleted.json"))
    assert next(iter(pages(site, server, http, first[-1]))).gone == (Gone(server.native_id(site, removed), "404"),)
