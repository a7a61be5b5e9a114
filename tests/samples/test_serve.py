"""The server answers as the platforms do, on the loopback address, and stops without leaving a thread."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from domain.identity import sha256_hex
from samples.manifest import load_manifest
from samples.posts import posts_of
from samples.serve import ExampleCity

ATOM = "{http://www.w3.org/2005/Atom}"
DID_OF_HANDLE = "/xrpc/com.atproto.identity.resolveHandle?handle=police.example.gov"
RECORDS = "/xrpc/com.atproto.repo.listRecords?repo=police.example.gov&collection=app.bsky.feed.post"


@pytest.fixture(scope="module")
def city() -> Iterator[ExampleCity]:
    with ExampleCity(port=0) as running:
        yield running


class Answer:
    """One reply, read to its end."""

    def __init__(self, city: ExampleCity, target: str, method: str = "GET", **headers: str) -> None:
        connection = HTTPConnection(city.host, timeout=10)
        connection.request(method, target.removeprefix(city.origin), headers={name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        self.status, self.headers, self.body = reply.status, dict(reply.getheaders()), reply.read()
        connection.close()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def _mastodon_id(city: ExampleCity, name: str = "press") -> str:
    return str(Answer(city, f"/api/v1/accounts/lookup?acct={name}").json["id"])


def _pages(city: ExampleCity, query: str) -> list[list[dict[str, Any]]]:
    target, pages = f"/api/v1/accounts/{_mastodon_id(city)}/statuses?{query}", []
    while True:
        answer = Answer(city, target)
        if not answer.json:
            return pages
        pages.append(answer.json)
        match = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        assert match
        target = match[1]


def test_it_listens_on_loopback_alone_and_takes_a_free_port(city: ExampleCity) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", city.origin)
    with ExampleCity(port=0) as other:
        assert other.origin != city.origin


def test_its_threads_end_even_when_a_client_keeps_its_connection() -> None:
    before = set(threading.enumerate())
    with ExampleCity(port=0) as city:
        connection = HTTPConnection(city.host, timeout=10)
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    connection.close()
    assert set(threading.enumerate()) <= before


def test_a_port_that_is_taken_is_an_error(city: ExampleCity) -> None:
    with pytest.raises(OSError, match="in use"):
        ExampleCity(port=int(city.origin.rpartition(":")[2]))


def test_requests_are_listed_with_their_status(city: ExampleCity) -> None:
    Answer(city, "/nothing-here?x=1")
    assert city.requests[-1] == ("GET", "/nothing-here?x=1", 404)


@pytest.mark.parametrize("target", ["/news/", "/news/feed.atom", "/api/v1/accounts/lookup?acct=press", RECORDS, "/news/media/patch-on-table.jpg"])
def test_what_has_not_changed_is_not_sent_again(city: ExampleCity, target: str) -> None:
    first = Answer(city, target)
    again = Answer(city, target, If_None_Match=first.headers["ETag"])
    other = Answer(city, target, If_None_Match='"another"')
    assert (first.status, again.status, other.status) == (200, 304, 200)
    assert again.body == b""
    assert first.body == other.body


def test_the_feed_honours_its_date(city: ExampleCity) -> None:
    first = Answer(city, "/news/feed.atom")
    assert Answer(city, "/news/feed.atom", If_Modified_Since=first.headers["Last-Modified"]).status == 304


def test_head_sends_headers_alone(city: ExampleCity) -> None:
    answer = Answer(city, "/news/feed.atom", "HEAD")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.body == b""


def test_a_number_that_is_none_is_refused(city: ExampleCity) -> None:
    assert Answer(city, f"/api/v1/accounts/{_mastodon_id(city)}/statuses?limit=many").status == 400


def test_robots_keeps_drafts_private(city: ExampleCity) -> None:
    answer = Answer(city, "/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /news/drafts/" in answer.body.decode()


def test_the_page_leads_to_a_feed_with_every_post(city: ExampleCity) -> None:
    page = Answer(city, "/news/").body.decode()
    match = re.search(r'rel="alternate" type="application/atom\+xml"[^>]*href="([^"]+)"', page)
    assert match
    feed = ET.fromstring(Answer(city, match[1]).body)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert ids == [post.native_id(city.origin) for post in reversed(load_manifest().posts) if post.account == "blog"]
    assert all(entry.findtext(f"{ATOM}updated") and entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry"))


def test_feed_pictures_and_pages_are_there(city: ExampleCity) -> None:
    text = Answer(city, "/news/feed.atom").body.decode()
    pictures = set(re.findall(r"img src=&quot;([^&]+)&quot;", text))
    assert len(pictures) >= 20
    for address in pictures:
        answer = Answer(city, address)
        assert answer.headers["Content-Type"] in {"image/jpeg", "image/png"}
        assert load_manifest().by_sha256(sha256_hex(answer.body))
    for entry in ET.fromstring(text).iter(f"{ATOM}entry"):
        assert Answer(city, str(entry.findtext(f"{ATOM}id"))).status == 200


def test_lookup_finds_the_account_under_either_name_and_nobody_else(city: ExampleCity) -> None:
    assert _mastodon_id(city, "press") == _mastodon_id(city, "@press@police.example.gov")
    unknown = Answer(city, "/api/v1/accounts/lookup?acct=nobody")
    assert (unknown.status, unknown.json) == (404, {"error": "Record not found"})


def test_statuses_come_newest_first_page_by_page_without_gap_or_repeat(city: ExampleCity) -> None:
    pages = _pages(city, "limit=7")
    assert max(map(len, pages)) == 7
    ids = [int(status["id"]) for page in pages for status in page]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == len(posts_of("press"))
    kept = {status["uri"] for page in pages for status in page if status["visibility"] == "public" and status["reblog"] is None}
    assert kept == {post.native_id(city.origin) for post in load_manifest().posts if post.account == "press" and post.public}


def test_the_two_that_must_never_be_kept_are_marked(city: ExampleCity) -> None:
    statuses = [status for page in _pages(city, "limit=40") for status in page]
    assert [status["visibility"] for status in statuses].count("private") == 1
    boosts = [status for status in statuses if status["reblog"]]
    assert [boost["reblog"]["account"]["acct"] for boost in boosts] == ["neighbourhood"]
    without = [status for page in _pages(city, "exclude_reblogs=true") for status in page]
    assert len(without) == len(statuses) - 1


def test_newer_than_a_known_status_gives_only_what_is_newer(city: ExampleCity) -> None:
    whole = [status["id"] for page in _pages(city, "limit=40") for status in page]
    newer = Answer(city, f"/api/v1/accounts/{_mastodon_id(city)}/statuses?limit=2&min_id={whole[5]}").json
    assert [status["id"] for status in newer] == whole[3:5]


def test_a_status_has_the_fields_that_mastodon_promises(city: ExampleCity) -> None:
    page = Answer(city, f"/api/v1/accounts/{_mastodon_id(city)}/statuses?limit=40").json
    status = next(s for s in page if s["edited_at"])
    promised = {
        "id",
        "uri",
        "url",
        "created_at",
        "edited_at",
        "account",
        "content",
        "visibility",
        "sensitive",
        "spoiler_text",
        "media_attachments",
        "reblog",
        "tags",
    }
    assert promised <= set(status)
    assert status["content"].startswith("<p>")
    attachment = status["media_attachments"][0]
    assert {"id", "type", "url", "preview_url", "description"} <= set(attachment)
    assert load_manifest().by_sha256(sha256_hex(Answer(city, attachment["url"]).body)).file == "lunch-board.jpg"
    assert Answer(city, f"/api/v1/statuses/{status['id']}").json == status


def test_a_private_or_missing_status_is_not_found(city: ExampleCity) -> None:
    private = next(post for post in posts_of("press") if post.visibility == "private")
    assert Answer(city, f"/api/v1/statuses/{private.status_id}").status == 404
    assert Answer(city, "/api/v1/statuses/1").status == 404


def test_records_follow_the_cursor_to_an_empty_page(city: ExampleCity) -> None:
    seen, cursor = [], ""
    while True:
        page = Answer(city, f"{RECORDS}&limit=6{cursor}").json
        if not page["records"]:
            assert "cursor" not in page
            break
        seen += page["records"]
        cursor = f"&cursor={page['cursor']}"
    assert [record["uri"] for record in seen] == [post.native_id(city.origin) for post in reversed(load_manifest().posts) if post.account == "bluesky"]
    assert all(re.fullmatch(r"bafyrei[a-z2-7]{52}", record["cid"]) and record["value"]["$type"] == "app.bsky.feed.post" for record in seen)


def test_a_blob_is_the_picture_that_its_record_names(city: ExampleCity) -> None:
    did = Answer(city, DID_OF_HANDLE).json["did"]
    record = next(r for r in Answer(city, RECORDS).json["records"] if "embed" in r["value"])
    image = record["value"]["embed"]["images"][0]["image"]
    assert re.fullmatch(r"bafkrei[a-z2-7]{52}", image["ref"]["$link"])
    answer = Answer(city, f"/xrpc/com.atproto.sync.getBlob?did={did}&cid={image['ref']['$link']}")
    assert (answer.headers["Content-Type"], len(answer.body)) == (image["mimeType"], image["size"])
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_facets_count_bytes(city: ExampleCity) -> None:
    for record in Answer(city, RECORDS).json["records"]:
        for facet in record["value"].get("facets", []):
            written = record["value"]["text"].encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
            assert written == "#" + facet["features"][0]["tag"]


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("com.atproto.repo.getRecord?repo=police.example.gov&collection=app.bsky.feed.post&rkey=2222222222222", "RecordNotFound"),
        ("com.atproto.repo.listRecords?repo=nobody.example&collection=app.bsky.feed.post", "InvalidRequest"),
        ("com.atproto.identity.resolveHandle?handle=nobody.example", "InvalidRequest"),
        ("com.atproto.sync.getLatestCommit?did=did:plc:nobody", "RepoNotFound"),
    ],
)
def test_what_is_not_there_answers_400_with_the_lexicons_name(city: ExampleCity, target: str, error: str) -> None:
    answer = Answer(city, f"/xrpc/{target}")
    assert (answer.status, answer.json["error"]) == (400, error)


def test_the_repository_says_where_it_lives(city: ExampleCity) -> None:
    did = Answer(city, DID_OF_HANDLE).json["did"]
    repo = Answer(city, f"/xrpc/com.atproto.repo.describeRepo?repo={did}").json
    assert repo["didDoc"]["service"][0]["serviceEndpoint"] == city.origin
    assert "app.bsky.feed.post" in repo["collections"]
    commit = Answer(city, f"/xrpc/com.atproto.sync.getLatestCommit?did={did}").json
    newest = Answer(city, f"{RECORDS}&limit=1").json["records"][0]
    assert commit["rev"] == newest["uri"].rpartition("/")[2]
    assert Answer(city, f"/xrpc/com.atproto.repo.getRecord?repo={did}&collection=app.bsky.feed.post&rkey={commit['rev']}").json == newest
    profile = Answer(city, f"/xrpc/com.atproto.repo.getRecord?repo={did}&collection=app.bsky.actor.profile&rkey=self").json["value"]
    view = Answer(city, f"/xrpc/app.bsky.actor.getProfile?actor={did}").json
    assert (view["handle"], view["displayName"]) == ("police.example.gov", profile["displayName"])


def test_references_are_the_registered_artwork(city: ExampleCity) -> None:
    assert {path.stem for path in city.references} == {"badge", "harbor-rocker", "seal", "shoulder-patch", "wordmark"}
    assert all(path.parent == city.references_folder for path in city.references)
