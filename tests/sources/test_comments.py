"""What visitors write under a department's posts, whatever the platform: it takes no place from the posts, and its own edits and deletions are seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.post import PostKind
from sources.client.http import Http
from sources.registry import SOURCES
from sources.source import Checkpoint, Page
from tests.sources.conftest import Clock
from tests.sources.serving import Site
from tests.sources.simulated.every import PLATFORMS, Platform, WordPressBlog

Visit = Callable[[Checkpoint | None], list[Page]]


@pytest.fixture(params=["facebook", "instagram", "mastodon", "wordpress", "youtube"])
def platform(request: pytest.FixtureRequest) -> Platform:
    return WordPressBlog(whole=True) if request.param == "wordpress" else PLATFORMS[request.param]()


@pytest.fixture
def visit(platform: Platform, site: Site, new_client: Callable[..., Http], tokens: Path) -> Visit:
    site.otherwise = lambda asked: platform.answer(site, asked)
    return lambda checkpoint: list(SOURCES[platform.name].pages(platform.account(site), checkpoint, new_client(retries=0, tokens=tokens)))


def texts(pages: list[Page]) -> list[str]:
    return [post.text for page in pages for post in page.posts if post.kind is not PostKind.PROFILE]


def test_three_hundred_comments_hide_no_edit_and_no_deletion(platform: Platform, visit: Visit, clock: Clock) -> None:
    author = platform.author
    author.write_many(20)
    for post in author.posts[:12]:
        author.comment(post, 25)
    first = visit(None)
    assert len(texts(first)) == 320
    assert "visitor" not in repr(first).replace("visitor_comment", "")
    assert len(first[-1].checkpoint.state) < 100_000
    author.posts[13].text = "Corrected"
    author.delete(author.posts[17])
    author.comments_of(author.posts[9])[3].text = "Corrected comment"
    author.comments_of(author.posts[8]).pop(5)
    clock.pass_by(hours=25)
    later = visit(first[-1].checkpoint)
    assert sorted([text.removeprefix("@… ") for text in texts(later)]) == ["Corrected", "Corrected comment"]
    assert len([one for page in later for one in page.gone]) == 2
    assert [page.unchanged for page in visit(later[-1].checkpoint)] == [True]
