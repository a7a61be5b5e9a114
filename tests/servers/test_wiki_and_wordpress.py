"""MediaWiki and WordPress as Debian packs them. By hand: docs/sources.md says how to start them.

PLAINVIEW_TEST_MEDIAWIKI         http://127.0.0.1:8081, a wiki whose administrator PLAINVIEW_TEST_MEDIAWIKI_LOGIN (`name:password`) may delete and hide
PLAINVIEW_TEST_WORDPRESS         http://127.0.0.1:8091, a site whose administrator PLAINVIEW_TEST_WORDPRESS_LOGIN (`name:application password`) may post
"""

from __future__ import annotations

import io
import os
import secrets
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from domain.post import Gone, Post, PostKind
from sources.client.http import Http
from sources.settings import NetworkSettings
from sources.source import AccountGone
from tests.servers.named import SECRET, a_later_second, a_picture, address
from tests.servers.press_site import WordPress
from tests.servers.reading import Reading, Run
from tests.servers.wiki import Wikis

pytestmark = pytest.mark.servers
DAY = 25 * 3600


@pytest.fixture
def http() -> Iterator[Http]:
    named = [os.environ.get(f"PLAINVIEW_TEST_{name}", "") for name in ("MEDIAWIKI", "WORDPRESS")]
    with Http(NetworkSettings(allow_hosts=tuple(urlsplit(url).netloc for url in named if url))) as client:
        yield client


def written(run: Run) -> list[Post]:
    return [post for page in run.pages for post in page.posts if post.kind is not PostKind.PROFILE]


def unchanged(reading: Reading, run: Run) -> bool:
    return [page.unchanged for page in reading.run(run.checkpoint).pages] == [True]


def test_wiki_edits_pictures_and_what_each_added(http: Http) -> None:
    wikis, mark, picture, second = Wikis(), secrets.token_hex(4), a_picture(), a_picture()
    wikis.admin.edit(f"Notice {mark}", "Somebody else's words stand here.\nAnd here.")
    wikis.user.upload(f"Pv{mark}.png", picture, "as taken")
    a_later_second()
    wikis.user.upload(f"Pv{mark}.png", second, "cropped")
    wikis.user.edit(f"Notice {mark}", f"Somebody else's words stand here. Ours do too.\nAnd here.\n[[file:pv{mark}.png|thumb|alt=A patch]]", "more")
    wikis.user.edit(f"Own {mark}", "Road closed")
    reading = wikis.reading(http)

    first = reading.run()
    posts = written(first)
    assert [(post.title, post.kind) for post in posts][:2] == [(f"Own {mark}", PostKind.REVISION), (f"Notice {mark}", PostKind.REVISION)]
    assert posts[1].text == f"more\nOurs do too.\n[[file:pv{mark}.png|thumb|alt=A patch]]"
    assert [link.alt for link in posts[1].media] == ["A patch"]
    uploads = [post for post in posts if post.title == f"File:Pv{mark}.png"]
    assert [reading.media(post) for post in uploads] == [[second], [picture]]
    assert reading.media(posts[1]) == [second]
    assert not any("Somebody else's words" in post.text for post in posts)
    page = requests.get(posts[0].url, timeout=10)
    assert "Road closed" in page.text
    assert unchanged(reading, first)


def test_wiki_deletions_hidden_revisions_and_reverts(http: Http) -> None:
    wikis, mark = Wikis(), secrets.token_hex(4)
    doomed = wikis.user.edit(f"Doomed {mark}", "to be deleted")
    hidden = wikis.user.edit(f"Hidden {mark}", SECRET)
    summary = wikis.user.edit(f"Hidden {mark}", f"{SECRET}\nA line", "a slip of the tongue")
    last = wikis.user.edit(f"Hidden {mark}", "Nothing")
    wikis.admin.edit(f"Hidden {mark}", "Nothing\nSomebody else's line")
    wikis.user.edit(f"Hidden {mark}", "Nothing")
    emptied = wikis.admin.edit(f"Hidden {mark}", "Blank")
    undone = wikis.user.call("edit", title=f"Hidden {mark}", undo=str(emptied), token=wikis.user.token)["edit"]["newrevid"]
    reading = wikis.reading(http)
    first = reading.run()
    texts = {post.native_id.rpartition("/")[2]: post.text for post in written(first)}
    assert texts[str(doomed)].endswith("to be deleted")
    assert texts[str(last)] == "Nothing"
    assert texts[str(undone)] == f"Undo revision {emptied} by […] ([…])"  # the wiki's own summary names the other one

    wikis.admin.call("delete", title=f"Doomed {mark}", token=wikis.admin.token)
    hide = {"type": "revision", "reason": "test", "token": wikis.admin.token}
    wikis.admin.call("revisiondelete", ids=str(hidden), hide="content", **hide)
    wikis.admin.call("revisiondelete", ids=str(summary), hide="comment", **hide)
    later = reading.run(first.checkpoint)
    wiki = urlsplit(wikis.at).netloc
    assert sorted((gone.native_id, gone.answer) for gone in later.gone) == sorted(
        [(f"{wiki}/revid/{doomed}", "badrevids: missing"), (f"{wiki}/revid/{hidden}", "texthidden")]
    )
    assert "slip" not in repr(later)
    assert [post.native_id for post in written(later)] == [f"{wiki}/revid/{summary}"]
    assert unchanged(reading, later)
    assert SECRET not in repr(reading.run())


def test_wiki_of_more_edits_than_one_page_holds_some_in_the_same_second(http: Http) -> None:
    wikis, mark = Wikis(), secrets.token_hex(4)
    made = [wikis.user.edit(f"Many {mark}", "\n".join(f"Line {line}" for line in range(number + 1))) for number in range(60)]
    posts = written(wikis.reading(http).run())
    assert [int(post.native_id.rpartition("/")[2]) for post in posts] == made[::-1]
    assert [post.text.rpartition("\n")[2] for post in posts[:-1]] == [f"Line {number}" for number in range(59, 0, -1)]


def test_wiki_user_page_and_a_user_that_is_not_there(http: Http) -> None:
    wikis = Wikis()
    wikis.user.edit(f"User:{wikis.name}", "The press office")
    profile = next(post for page in wikis.reading(http).run().pages for post in page.posts if post.kind is PostKind.PROFILE)
    assert (profile.title, profile.text) == (wikis.name, "The press office")
    for url in (wikis.at, f"{wikis.at}/api.php"):
        assert Reading(http, "mediawiki", wikis.name, url).run().posts
    with pytest.raises(AccountGone, match="no user"):
        Reading(http, "mediawiki", f"{wikis.name}x", wikis.at).run()


def test_wordpress_posts_pictures_edits_and_deletions(http: Http) -> None:
    site, picture, inside = WordPress(), a_picture(), a_picture()
    shown = site.picture(inside)
    edited = site.post(f'Road closed</p><p><img src="{shown["source_url"]}" alt="x">', featured_media=site.picture(picture)["id"])
    site.post(SECRET, status="private")
    site.post(SECRET, status="draft")
    site.post(SECRET, password="hush")
    doomed, binned, hidden, locked = (site.post(f"to be {what}") for what in ("deleted", "binned", "made private", "locked"))
    reading = Reading(http, "wordpress", site.slug, f"{site.at}/author/{site.slug}/")

    first = reading.run()
    assert {post.text for post in written(first)} == {"Road closed", "to be deleted", "to be binned", "to be made private", "to be locked"}
    assert reading.media(first.posts["Road closed"]) == [picture, inside]
    assert SECRET not in repr(first)
    assert unchanged(reading, first)

    site.call(f"posts/{edited['id']}", {"content": "<p>Road OPEN</p>"})
    site.call(f"posts/{doomed['id']}&force=1", method="DELETE")
    site.call(f"posts/{binned['id']}", method="DELETE")
    site.call(f"posts/{hidden['id']}", {"status": "private"})
    site.call(f"posts/{locked['id']}", {"password": "hush"})
    later = reading.run(first.checkpoint)
    assert [post.text for post in written(later)] == ["Road OPEN"]
    assert later.posts["Road OPEN"].id == first.posts["Road closed"].id
    host = urlsplit(site.at).netloc
    expected = [(doomed, "404"), (binned, "401 rest_forbidden"), (hidden, "401 rest_forbidden"), (locked, "200 protected")]
    assert sorted(later.gone, key=repr) == sorted((Gone(f"{host}/?p={post['id']}", answer) for post, answer in expected), key=repr)
    assert unchanged(reading, later)


def test_wordpress_of_more_posts_than_one_page_holds_many_in_the_same_second(http: Http) -> None:
    site = WordPress()
    dates = ["2026-05-01T10:00:00"] * 50 + ["2026-05-02T10:00:00"] * 40
    made = {site.post(f"Notice {number}", date=date)["id"] for number, date in enumerate(dates)}
    posts = written(Reading(http, "wordpress", site.slug, f"{site.at}/author/{site.slug}/").run())
    assert len(posts) == len(made) == 90
    assert {int(post.native_id.rpartition("=")[2]) for post in posts} == made


def test_wordpress_site_with_pages_and_comments_without_names(http: Http) -> None:
    site, mark = WordPress(), secrets.token_hex(4)
    post = site.post(f"Meeting {mark}")
    page = site.post(f"About us {mark}", path="pages")
    form = {"post": post["id"], "author_name": "Jo Example", "author_email": "jo@example.org", "content": f"When is it? {mark}"}
    comment = site.call("comments", form)
    reading = Reading(http, "wordpress", "site", site.at)
    first = reading.run()
    assert first.posts[f"Meeting {mark}"].kind is PostKind.POST
    assert first.posts[f"About us {mark}"].kind is PostKind.PAGE
    assert first.posts[f"When is it? {mark}"].kind is PostKind.VISITOR_COMMENT
    assert "Jo Example" not in repr(first)
    assert unchanged(reading, first)

    site.call(f"comments/{comment['id']}&force=1", method="DELETE")
    site.call(f"pages/{page['id']}&force=1", method="DELETE")
    now = http.now
    http.now = lambda: now().fromtimestamp(time.time() + DAY, tz=now().tzinfo)
    later = reading.run(first.checkpoint)
    host = urlsplit(site.at).netloc
    assert later.gone == [Gone(f"{host}/?p={page['id']}", "404"), Gone(f"{host}/?c={comment['id']}", "404")]


def test_wordpress_picture_that_it_scaled_down_is_fetched_as_it_was_uploaded(http: Http) -> None:
    site, written_to = WordPress(), io.BytesIO()
    Image.frombytes("L", (3000, 200), secrets.token_bytes(600_000)).save(written_to, "jpeg")
    photograph = site.picture(written_to.getvalue(), "jpeg")
    assert "-scaled." in photograph["source_url"]
    site.post("Large", featured_media=photograph["id"])
    reading = Reading(http, "wordpress", site.slug, f"{site.at}/author/{site.slug}/")
    assert reading.media(reading.run().posts["Large"]) == [written_to.getvalue()]


def test_wordpress_author_that_is_not_there(http: Http) -> None:
    at = address("PLAINVIEW_TEST_WORDPRESS")
    with pytest.raises(AccountGone):
        Reading(http, "wordpress", "nobody", f"{at}/author/nobody-at-all/").run()
