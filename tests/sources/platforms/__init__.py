"""Each platform as an account on it looks from outside: posts that a test writes, edits and deletes, served in the platform's own format.

A new platform has its file here, named as its source, and its line below.
"""

from __future__ import annotations

from tests.sources.platforms.activitypub import ActivityPubServer
from tests.sources.platforms.author import PER_PAGE, Author, Platform, Traits, Written, page_of
from tests.sources.platforms.bluesky import BlueskyServer
from tests.sources.platforms.board import PhpBoard
from tests.sources.platforms.discourse import DiscourseForum
from tests.sources.platforms.feed import Blog
from tests.sources.platforms.mastodon import MastodonServer
from tests.sources.platforms.microformats import MarkedBlog
from tests.sources.platforms.webpage import AgencyPage, ProfilePage

__all__ = ["PER_PAGE", "PLATFORMS", "Author", "Blog", "Platform", "Traits", "Written", "page_of"]

PLATFORMS: dict[str, type[Platform]] = {
    "activitypub": ActivityPubServer,
    "bluesky": BlueskyServer,
    "board": PhpBoard,
    "discourse": DiscourseForum,
    "feed": Blog,
    "mastodon": MastodonServer,
    "microformats": MarkedBlog,
    "myspace": ProfilePage,
    "nixle": AgencyPage,
}
