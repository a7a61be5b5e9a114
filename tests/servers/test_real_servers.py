"""The sources against servers that we did not write. By hand: docs/sources.md says how to start them.

PLAINVIEW_TEST_SNAC       http://127.0.0.1:8083, a snac whose user PLAINVIEW_TEST_SNAC_LOGIN (`name:password`) may post
PLAINVIEW_TEST_PDS        http://localhost:2583, a Bluesky PDS that lets anybody make an account
PLAINVIEW_TEST_APPVIEW    http://localhost:2584, the AppView of the same network
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from domain.post import Gone
from sources.client.http import Http
from sources.settings import NetworkSettings
from sources.source import AccountGone, NotPermitted, TryAgainLater
from tests.servers.named import SECRET, a_later_second, a_picture, address, eventually
from tests.servers.pds import Pds
from tests.servers.reading import Reading
from tests.servers.snac import Snac

pytestmark = pytest.mark.servers
FOLLOWS_LATER = (AccountGone, TryAgainLater)  # what an AppView answers about an account that it has not seen yet


@pytest.fixture
def http() -> Iterator[Http]:
    named = [os.environ.get(f"PLAINVIEW_TEST_{name}", "") for name in ("SNAC", "PDS", "APPVIEW")]
    with Http(NetworkSettings(allow_hosts=tuple(urlsplit(url).netloc for url in named if url))) as client:
        yield client


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

    a_later_second()  # snac's times have no fractions, and its ids are made of them
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
    first = eventually(reading.run, lambda run: len(run.posts) == 2, FOLLOWS_LATER)
    assert [post.text for page in first.pages for post in page.posts] == ["With a picture", "Road closed"]
    assert len(first.posts["With a picture"].media) == 1
    assert [page.unchanged for page in reading.run(first.checkpoint).pages] == [True]
    pds.delete(doomed)
    later = eventually(lambda: reading.run(first.checkpoint), lambda run: bool(run.gone), FOLLOWS_LATER)
    assert [gone.native_id for gone in later.gone] == [doomed]
