from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.post import MediaLink
from sources.client.capture import fetch_media
from sources.client.http import Http
from sources.registry import SOURCES
from sources.source import NotPermitted, SourceError, TryAgainLater, UnexpectedReply
from tests.sources.serving import Answer, Site, redirect

PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture"


def link(site: Site, path: str = "/p.png") -> MediaLink:
    return MediaLink(site.origin + path, "A picture", "image/png")


def test_the_bytes_as_they_were_published(http: Http, site: Site) -> None:
    site.pages |= {"/p.png": redirect("/q.png"), "/q.png": Answer(200, PICTURE, {"Content-Type": "text/html"})}
    assert fetch_media(http, link(site)) == PICTURE
    assert site.asked[-1].headers["Accept"].startswith("image/*")


def test_the_name_of_a_picture_is_no_part_of_what_is_asked(http: Http, site: Site) -> None:
    site.pages["/p.png"] = Answer(200, PICTURE)
    assert fetch_media(http, link(site, "/p.png?oh=1#lasting=30")) == PICTURE
    assert site.asked[-1].query == {"oh": "1"}


@pytest.mark.parametrize("answer", [Answer(404, b"no"), Answer(410), Answer(403, b"<html>sign in</html>"), Answer(206, PICTURE), Answer(200, b"")])
def test_an_error_page_is_not_a_picture(http: Http, site: Site, answer: Answer) -> None:
    site.pages["/p.png"] = answer
    with pytest.raises(UnexpectedReply, match=r"/p\.png"):
        fetch_media(http, link(site, "/p.png?token=secret"))


def test_a_picture_that_is_too_large(new_client: Callable[..., Http], site: Site) -> None:
    site.pages["/p.png"] = Answer(200, b"x" * 5000)
    with pytest.raises(UnexpectedReply, match="more than 1000 bytes"):
        fetch_media(new_client(media_bytes=1000, page_bytes=9000), link(site))
    assert len(fetch_media(new_client(media_bytes=9000, page_bytes=1000), link(site))) == 5000


@pytest.mark.parametrize("url", ["http://169.254.169.254/p.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "http://localhost/p.png", ""])
def test_a_picture_that_lies_where_we_must_not_go(http: Http, url: str) -> None:
    with pytest.raises(NotPermitted):
        fetch_media(http, MediaLink(url))


def test_robots_txt_is_asked_unless_an_api_named_the_picture(http: Http, site: Site) -> None:
    site.pages |= {"/p.png": Answer(200, PICTURE), "/robots.txt": Answer(200, b"User-agent: *\nDisallow: /")}
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        fetch_media(http, link(site))
    assert fetch_media(http, link(site), robots=False) == PICTURE
    asking = {name for name, source in SOURCES.items() if source.robots_on_media}
    assert "feed" in asking
    assert not asking & {"bluesky", "facebook", "instagram", "mastodon", "threads"}


def test_a_busy_server(new_client: Callable[..., Http], site: Site) -> None:
    site.pages["/p.png"] = Answer(503)
    with pytest.raises(TryAgainLater):
        fetch_media(new_client(retries=0), link(site), robots=False)


def test_every_failure_is_one_kind_of_error() -> None:
    assert {TryAgainLater, NotPermitted, UnexpectedReply} <= set(SourceError.__subclasses__())
