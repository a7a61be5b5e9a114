"""A real snac read in two ways, by Mastodon's API and by ActivityPub: both give the same. By hand, as `test_real_servers.py` says."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from domain.post import Gone, Post
from sources.client.http import Http
from sources.settings import NetworkSettings
from sources.source import AccountGone
from tests.servers.named import SECRET, a_later_second, a_picture, address
from tests.servers.reading import Reading, Run
from tests.servers.snac import Snac

pytestmark = pytest.mark.servers
SnacAsBoth = dict[str, Reading]


@pytest.fixture
def http() -> Iterator[Http]:
    at = os.environ.get("PLAINVIEW_TEST_SNAC", "")
    with Http(NetworkSettings(allow_hosts=(urlsplit(at).netloc,) if at else ())) as client:
        yield client


def both(http: Http, snac: Snac) -> SnacAsBoth:
    handle = f"@{snac.user}@{urlsplit(snac.at).netloc}"
    return {name: Reading(http, name, handle, f"{snac.at}/{snac.user}") for name in ("mastodon", "activitypub")}


def said(run: Run) -> dict[str, tuple[object, ...]]:
    """What does not depend on the way: the account's own id differs, since the platform is part of it."""

    def one(post: Post) -> tuple[object, ...]:
        return post.kind, post.title, post.text, post.posted_at, post.edited_at, [(link.url, link.alt, link.mime) for link in post.media]

    return {post.native_id: one(post) for page in run.pages for post in page.posts if post.native_id != "profile"}


def test_snac_says_the_same_by_activitypub_as_by_mastodons_api(http: Http) -> None:
    snac, picture, mark = Snac(address("PLAINVIEW_TEST_SNAC")), a_picture(), secrets.token_hex(4)
    shown = snac.post(f"Road closed {mark}", picture=picture)
    snac.post(f"{SECRET} {mark}", visibility="private")
    doomed = snac.post(f"delete me {mark}")
    readings = both(http, snac)
    first = {name: reading.run() for name, reading in readings.items()}
    assert said(first["activitypub"]) == said(first["mastodon"])
    assert readings["activitypub"].media(first["activitypub"].posts[f"Road closed {mark}"]) == [picture]
    assert SECRET not in repr(first)

    a_later_second()  # snac's times have no fractions
    snac.edit(shown, f"Road OPEN {mark}")
    snac.delete(doomed)
    later = {name: reading.run(first[name].checkpoint) for name, reading in readings.items()}
    assert said(later["activitypub"]) == said(later["mastodon"])
    assert [run.gone for run in later.values()] == [[Gone(doomed["uri"], "404")]] * 2
    assert [[page.unchanged for page in reading.run(later[name].checkpoint).pages] for name, reading in readings.items()] == [[True]] * 2


def test_an_actor_that_snac_does_not_have(http: Http) -> None:
    at = address("PLAINVIEW_TEST_SNAC")
    with pytest.raises(AccountGone, match="404"):
        Reading(http, "activitypub", f"@nobody@{urlsplit(at).netloc}", f"{at}/nobody").run()
