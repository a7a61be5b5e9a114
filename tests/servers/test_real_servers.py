"""The sources against servers that we did not write. By hand: docs/sources.md says how to start them.

PLAINVIEW_TEST_SNAC       http://127.0.0.1:8083, a snac whose user PLAINVIEW_TEST_SNAC_LOGIN (`name:password`) may post
PLAINVIEW_TEST_PDS        http://localhost:2583, a Bluesky PDS that lets anybody make an account
PLAINVIEW_TEST_APPVIEW    http://localhost:2584, the AppView of the same network
"""

from __future__ import annotations

import os
import re
import secrets
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from domain.post import Gone, Post
from sources.client.capture import fetch_media
from sources.client.http import Http
from sources.registry import source_for
from sources.settings import NetworkSettings
from sources.source import AccountGone, Checkpoint, NotPermitted, Page
from tests.builders import an_account

pytestmark = pytest.mark.servers
SECRET = "followers only secret"


def address(variable: str) -> str:
    """Where the server is, or a skip that says how to name it."""
    if not (found := os.environ.get(variable)):
        pytest.skip(f"set {variable} to a server's address to run this (docs/sources.md)")
    return found


def a_picture() -> bytes:
    """A PNG of 2 by 2 pixels of a random colour."""
    rows = b"".join(b"\0" + secrets.token_bytes(3) * 2 for _ in range(2))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)


@dataclass
class Run:
    """What one run over an account brought."""

    pages: list[Page]

    @property
    def posts(self) -> dict[str, Post]:
        return {post.text: post for page in self.pages for post in page.posts}

    @property
    def gone(self) -> list[Gone]:
        return [gone for page in self.pages for gone in page.gone]

    @property
    def checkpoint(self) -> Checkpoint:
        return self.pages[-1].checkpoint


@dataclass
class Reading:
    """An account, read by a client that may reach its loopback servers."""

    http: Http
    platform: str
    handle: str
    url: str

    def run(self, checkpoint: Checkpoint | None = None) -> Run:
        account = an_account(self.platform, self.handle, self.url)
        return Run(list(source_for(self.platform).pages(account, checkpoint, self.http)))

    def media(self, post: Post) -> list[bytes]:
        robots = source_for(self.platform).robots_on_media
        return [fetch_media(self.http, link, robots=robots) for link in post.media]


@pytest.fixture
def http() -> Iterator[Http]:
    named = [os.environ.get(f"PLAINVIEW_TEST_{name}", "") for name in ("SNAC", "PDS", "APPVIEW")]
    with Http(NetworkSettings(allow_hosts=tuple(urlsplit(url).netloc for url in named if url))) as client:
        yield client


class Snac:
    """A snac user who posts."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.user, _, self.password = address("PLAINVIEW_TEST_SNAC_LOGIN").partition(":")
        page = requests.post(f"{at}/oauth/x-snac-get-token", data={"login": self.user, "passwd": self.password}, timeout=10).text
        self.token = {"Authorization": f"Bearer {re.findall('[0-9a-f]{32,}', page)[0]}"}

    def post(self, text: str, visibility: str = "public", picture: bytes | None = None) -> dict[str, Any]:
        form = {"status": text, "visibility": visibility}
        if picture:
            files = {"file": ("p.png", picture, "image/png")}
            form["media_ids[]"] = requests.post(f"{self.at}/api/v2/media", files=files, data={"description": "red"}, headers=self.token, timeout=10).json()[
                "id"
            ]
        return requests.post(f"{self.at}/api/v1/statuses", data=form, headers=self.token, timeout=10).json()

    def edit(self, status: dict[str, Any], text: str) -> None:
        requests.put(f"{self.at}/api/v1/statuses/{status['id']}", data={"status": text}, headers=self.token, timeout=10).raise_for_status()

    def delete(self, status: dict[str, Any]) -> None:
        """By its web admin: snac 2.75 has no DELETE /api/v1/statuses/:id."""
        form = {"id": status["uri"], "actor": f"{self.at}/{self.user}", "action": "Delete", "redir": "x"}
        requests.post(f"{self.at}/{self.user}/admin/action", data=form, auth=(self.user, self.password), timeout=10, allow_redirects=False)


def test_snac_posts_pictures_edits_and_deletions(http: Http) -> None:
    at = address("PLAINVIEW_TEST_SNAC")
    snac, picture, mark = Snac(at), a_picture(), secrets.token_hex(4)
    shown = snac.post(f"Road closed {mark}", picture=picture)
    snac.post(f"{SECRET} {mark}", visibility="private")
    doomed = snac.post(f"delete me {mark}")
    reading = Reading(http, "mastodon", f"@{snac.user}@{urlsplit(at).netloc}", f"{at}/{snac.user}")

    first = reading.run()
    assert {f"Road closed {mark}", f"delete me {mark}"} <= set(first.posts)
    assert reading.media(first.posts[f"Road closed {mark}"]) == [picture]
    assert SECRET not in repr(first)

    assert [page.unchanged for page in reading.run(first.checkpoint).pages] == [True]

    time.sleep(1.1)  # snac's times have no fractions, and its ids are made of them
    snac.edit(shown, f"Road OPEN {mark}")
    snac.delete(doomed)
    later = reading.run(first.checkpoint)
    assert list(later.posts) == [f"Road OPEN {mark}"]
    assert later.posts[f"Road OPEN {mark}"].id == first.posts[f"Road closed {mark}"].id
    assert later.gone == [Gone(doomed["uri"], "404")]
    assert SECRET not in repr(later)
    assert [page.unchanged for page in reading.run(later.checkpoint).pages] == [True]


def test_an_account_that_snac_does_not_have(http: Http) -> None:
    at = address("PLAINVIEW_TEST_SNAC")
    with pytest.raises(AccountGone, match="404"):
        Reading(http, "mastodon", "@nobody", f"{at}/nobody").run()


def test_snac_forbids_its_feed_by_robots_txt(http: Http) -> None:
    at = address("PLAINVIEW_TEST_SNAC")
    user = address("PLAINVIEW_TEST_SNAC_LOGIN").partition(":")[0]
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        Reading(http, "feed", "notices", f"{at}/{user}.rss").run()


class Pds:
    """A new account of a Bluesky PDS."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.handle = f"pv{secrets.token_hex(4)}.test"
        account = self.call("com.atproto.server.createAccount", {"handle": self.handle, "email": f"{self.handle}@example.com", "password": "hunter22"})
        self.did, self.token = account["did"], {"Authorization": f"Bearer {account['accessJwt']}"}

    def call(self, method: str, body: object) -> dict[str, Any]:
        reply = requests.post(f"{self.at}/xrpc/{method}", json=body, headers=getattr(self, "token", {}), timeout=10)
        reply.raise_for_status()
        return reply.json() if reply.content else {}

    def record(self, text: str, picture: bytes | None = None) -> dict[str, Any]:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": datetime.now(UTC).isoformat()}
        if picture:
            headers = self.token | {"Content-Type": "image/png"}
            blob = requests.post(f"{self.at}/xrpc/com.atproto.repo.uploadBlob", data=picture, headers=headers, timeout=10).json()["blob"]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": [{"alt": "red", "image": blob}]}  # type: ignore[assignment]
        return record

    def post(self, text: str, picture: bytes | None = None) -> str:
        return self.call("com.atproto.repo.createRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "record": self.record(text, picture)})["uri"]

    def edit(self, uri: str, text: str) -> None:
        key = uri.rpartition("/")[2]
        self.call("com.atproto.repo.putRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key, "record": self.record(text)})

    def delete(self, uri: str) -> None:
        self.call("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": uri.rpartition("/")[2]})

    def hide(self) -> None:
        labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
        record = {"$type": "app.bsky.actor.profile", "labels": labels}
        self.call("com.atproto.repo.putRecord", {"repo": self.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record})


def test_pds_posts_pictures_edits_and_deletions(http: Http) -> None:
    pds, picture = Pds(address("PLAINVIEW_TEST_PDS")), a_picture()
    edited = pds.post("Road closed")
    pds.post("With a picture", picture)
    doomed = pds.post("to be deleted")
    reading = Reading(http, "bluesky", pds.handle, pds.at)

    first = reading.run()
    assert set(first.posts) == {"Road closed", "With a picture", "to be deleted"}
    assert reading.media(first.posts["With a picture"]) == [picture]
    assert [page.unchanged for page in reading.run(first.checkpoint).pages] == [True]

    pds.edit(edited, "Road OPEN")
    pds.delete(doomed)
    later = reading.run(first.checkpoint)
    assert list(later.posts) == ["Road OPEN"]
    assert later.posts["Road OPEN"].id == first.posts["Road closed"].id
    assert later.gone == [Gone(doomed, "400 RecordNotFound")]
    assert [page.unchanged for page in reading.run(later.checkpoint).pages] == [True]


def test_pds_of_more_posts_than_one_page_holds(http: Http) -> None:
    pds = Pds(address("PLAINVIEW_TEST_PDS"))
    uris = [pds.post(f"Notice {number}") for number in range(105)]
    first = Reading(http, "bluesky", pds.handle, pds.at).run()
    assert [post.native_id for page in first.pages for post in page.posts] == uris[::-1]


def test_pds_account_that_asks_not_to_be_shown(http: Http) -> None:
    pds = Pds(address("PLAINVIEW_TEST_PDS"))
    pds.post("Hidden")
    pds.hide()
    with pytest.raises(NotPermitted, match="no-unauthenticated"):
        Reading(http, "bluesky", pds.handle, pds.at).run()


def test_pds_account_that_is_deactivated(http: Http) -> None:
    pds = Pds(address("PLAINVIEW_TEST_PDS"))
    pds.post("Before")
    reading = Reading(http, "bluesky", pds.handle, pds.at)
    first = reading.run()
    pds.call("com.atproto.server.deactivateAccount", {})
    with pytest.raises(AccountGone):
        reading.run(first.checkpoint)


def test_handle_that_no_pds_has(http: Http) -> None:
    with pytest.raises(AccountGone):
        Reading(http, "bluesky", "nobody-at-all.test", address("PLAINVIEW_TEST_PDS")).run()


def test_appview_alone(http: Http) -> None:
    pds, appview, picture = Pds(address("PLAINVIEW_TEST_PDS")), address("PLAINVIEW_TEST_APPVIEW"), a_picture()
    pds.post("Road closed")
    doomed = pds.post("With a picture", picture)
    reading = Reading(http, "bluesky", pds.handle, appview)
    first = eventually(reading.run, lambda run: len(run.posts) == 2)
    assert [post.text for page in first.pages for post in page.posts] == ["With a picture", "Road closed"]
    assert len(first.posts["With a picture"].media) == 1
    assert [page.unchanged for page in reading.run(first.checkpoint).pages] == [True]
    pds.delete(doomed)
    later = eventually(lambda: reading.run(first.checkpoint), lambda run: bool(run.gone))
    assert [gone.native_id for gone in later.gone] == [doomed]


def eventually(make: Any, good: Any, seconds: float = 15) -> Any:
    """What `make` gives once it is good: an AppView follows its PDS a little later."""
    end = time.monotonic() + seconds
    while True:
        try:
            made = make()
            if good(made):
                return made
        except AccountGone:
            pass
        assert time.monotonic() < end, "the AppView did not follow in time"
        time.sleep(0.5)
