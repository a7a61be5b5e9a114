"""Finding an account on the public network: handle → DID → its own server; and servers that answer less than that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from domain.account import Account
from sources.client.http import Http
from sources.platforms.bluesky.source import Bluesky
from sources.source import AccountGone, NotPermitted, Page, SourceError, UnexpectedReply
from tests.builders import an_account
from tests.sources.conftest import Clock
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.every import BlueskyServer

HANDLE = "police.example.gov"


@dataclass
class Network:
    """AppView, directory and PDS on one loopback site; a test changes what each answers."""

    site: Site
    pds: BlueskyServer
    new_client: Callable[..., Http]
    url: str = "https://bsky.app/profile/police.example.gov"
    handle: str = HANDLE

    def __post_init__(self) -> None:
        self.document: dict[str, Any] = {
            "id": self.pds.identity,
            "alsoKnownAs": [f"at://{HANDLE}"],
            "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.site.origin}],
        }
        self.site.otherwise = self.answer

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path == f"/plc/{self.pds.identity}":
            return json_answer(self.document)
        return self.pds.answer(self.site, asked)

    @property
    def account(self) -> Account:
        return an_account("bluesky", self.handle, self.url)

    def pages(self, after: Page | None = None) -> list[Page]:
        http = self.new_client(retries=0, bluesky_appview=self.site.origin, bluesky_plc=f"{self.site.origin}/plc")
        return list(Bluesky().pages(self.account, after.checkpoint if after else None, http))


@pytest.fixture
def network(site: Site, new_client: Callable[..., Http]) -> Network:
    made = Network(site, BlueskyServer(), new_client)
    made.pds.author.write_many(2)
    return made


def test_a_public_account_by_its_page(network: Network) -> None:
    pages = network.pages()
    assert [post.text for page in pages for post in page.posts] == ["Post 2", "Post 1"]
    assert pages[0].posts[0].url == f"https://bsky.app/profile/{network.pds.identity}/post/3k000002"
    assert network.site.paths[:2] == ["/xrpc/com.atproto.identity.resolveHandle", f"/plc/{network.pds.identity}"]


@pytest.mark.parametrize("handle", ["@police.example.gov", "Police.Example.GOV"])
def test_a_handle_as_people_write_it(network: Network, handle: str) -> None:
    network.handle = handle
    assert network.pages()[0].posts


def test_a_did_instead_of_a_handle(network: Network) -> None:
    network.handle = network.pds.identity
    assert network.pages()[0].posts
    assert "/xrpc/com.atproto.identity.resolveHandle" not in network.site.paths


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("id", "did:plc:somebodyelse", "another DID"),
        ("alsoKnownAs", ["at://somebody.example"], "does not name the account's handle"),
        ("alsoKnownAs", [], "does not name the account's handle"),
        ("service", [], "names no #atproto_pds"),
        ("service", [{"id": "#other", "serviceEndpoint": "https://a.example"}], "names no #atproto_pds"),
        ("service", "nonsense", "expected a list"),
    ],
)
def test_a_document_that_does_not_fit(network: Network, key: str, value: Any, reason: str) -> None:
    network.document[key] = value
    with pytest.raises(UnexpectedReply, match=reason):
        network.pages()


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254", "http://localhost:1", "file:///etc", "http://a:b@pds.example"])
def test_a_document_that_leads_inside(network: Network, endpoint: str) -> None:
    network.document["service"][0]["serviceEndpoint"] = endpoint
    with pytest.raises(NotPermitted):
        network.pages()


@pytest.mark.parametrize("handle", ["did:web:localhost%3A1", "did:web:169.254.169.254"])
def test_a_did_on_the_web_that_leads_inside(network: Network, handle: str) -> None:
    network.handle = handle
    with pytest.raises(NotPermitted):
        network.pages()


@pytest.mark.parametrize("handle", ["did:key:zabc", "did:plc:../../x", "did:web:a/b", "did:"])
def test_a_did_that_cannot_be_looked_up(network: Network, handle: str) -> None:
    network.handle = handle
    with pytest.raises(SourceError):
        network.pages()
    assert not any(".." in path for path in network.site.paths)


@pytest.mark.parametrize("name", ["RepoNotFound", "RepoTakendown", "RepoSuspended", "RepoDeactivated"])
def test_an_account_that_was_taken_down(network: Network, name: str) -> None:
    before = network.pages()
    network.site.otherwise = lambda asked: network.answer(asked) if asked.path.startswith("/plc") or "resolveHandle" in asked.path else taken_down(name)
    for after in (None, before[-1]):
        with pytest.raises(AccountGone):
            network.pages(after)


def taken_down(name: str) -> Answer:
    return json_answer({"error": name, "message": "secret words"}, 400)


def test_an_account_that_moved_to_another_server(network: Network, clock: Clock) -> None:
    before = network.pages()
    moved = f"{network.site.origin}".replace("127.0.0.1", "localhost")
    network.document["service"][0]["serviceEndpoint"] = moved
    network.pds.author.write_many(1)

    def answer(asked: Asked) -> Answer | None:
        old_server = "getLatestCommit" in asked.path and asked.headers["Host"] == network.site.host
        return taken_down("RepoDeactivated") if old_server else network.answer(asked)

    network.site.otherwise = answer
    http = network.new_client(
        retries=0,
        bluesky_appview=network.site.origin,
        bluesky_plc=f"{network.site.origin}/plc",
        allow_hosts=(network.site.host, moved.removeprefix("http://")),
    )
    pages = list(Bluesky().pages(network.account, before[-1].checkpoint, http))
    assert [post.text for page in pages for post in page.posts] == ["Post 3"]


def test_a_profile_that_asks_not_to_be_shown(network: Network) -> None:
    before = network.pages()
    network.pds.author.write_many(1)
    profile = {"uri": "at://x", "value": {"labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}}}
    network.site.otherwise = lambda asked: json_answer(profile) if asked.query.get("rkey") == "self" else network.answer(asked)
    for after in (None, before[-1]):
        with pytest.raises(NotPermitted, match="not to be shown"):
            network.pages(after)


@pytest.mark.parametrize("values", [[], [{"val": "porn"}], None])
def test_other_labels_on_a_profile_do_not_matter(network: Network, values: Any) -> None:
    profile = {"uri": "at://x", "value": {"labels": {"values": values}}}
    network.site.otherwise = lambda asked: json_answer(profile) if asked.query.get("rkey") == "self" else network.answer(asked)
    assert network.pages()[0].posts


def test_an_appview_without_a_pds(network: Network) -> None:
    """As Bluesky's own AppView answers: 404 with a page for what it does not have."""
    network.url = network.site.origin
    author = network.pds.author

    def answer(asked: Asked) -> Answer | None:
        if "resolveHandle" in asked.path:
            return json_answer({"did": network.pds.identity})
        if "getPosts" in asked.path:
            found = [post for post in author.posts if asked.query["uris"] == network.pds.native_id(network.site, post)]
            return json_answer({"posts": [{} for _ in found]})
        if "getAuthorFeed" not in asked.path:
            return Answer(404, b"<!DOCTYPE html><pre>Cannot GET</pre>")
        records = [network.pds._record(network.site, post) for post in author.posts]
        views = [record | {"record": record["value"], "author": {"labels": []}, "indexedAt": record["value"]["createdAt"]} for record in records]  # type: ignore[index,operator,call-overload]
        return json_answer({"feed": [{"post": view} for view in views]})

    network.site.otherwise = answer
    pages = network.pages()
    assert [post.text for page in pages for post in page.posts] == ["Post 2", "Post 1"]
    assert [page.unchanged for page in network.pages(pages[-1])] == [True]
    author.delete(author.posts[0])
    later = network.pages(pages[-1])
    assert [(gone.native_id, gone.answer) for page in later for gone in page.gone] == [(pages[0].posts[0].native_id, "absent from getPosts")]
