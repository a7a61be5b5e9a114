"""Each platform as an account on it looks from outside: posts that a test writes, edits and deletes, served in the platform's own format.

A new platform has its file here, named as its source, and its line below.
"""

from __future__ import annotations

from tests.sources.platforms.activitypub import ActivityPubServer
from tests.sources.platforms.author import PER_PAGE, Author, Platform, Traits, Written, page_of
from tests.sources.platforms.bluesky import BlueskyServer
from tests.sources.platforms.board import PhpBoard
from tests.sources.platforms.discourse import DiscourseForum
from tests.sources.platforms.facebook import FacebookPage
from tests.sources.platforms.feed import Blog
from tests.sources.platforms.flickr import FlickrServer
from tests.sources.platforms.foursquare import FoursquareServer
from tests.sources.platforms.instagram import InstagramAccount
from tests.sources.platforms.linkedin import LinkedInServer
from tests.sources.platforms.mastodon import MastodonServer
from tests.sources.platforms.mediawiki import Wiki
from tests.sources.platforms.microformats import MarkedBlog
from tests.sources.platforms.nextdoor import NextdoorServer
from tests.sources.platforms.threads import ThreadsProfile
from tests.sources.platforms.tiktok import TikTokServer
from tests.sources.platforms.webpage import AgencyPage, ProfilePage
from tests.sources.platforms.wordpress import WordPressBlog
from tests.sources.platforms.x import XServer
from tests.sources.platforms.youtube import YouTubeServer

__all__ = ["PER_PAGE", "PLATFORMS", "Author", "Blog", "Platform", "Traits", "Written", "page_of"]

PLATFORMS: dict[str, type[Platform]] = {
    "activitypub": ActivityPubServer,
    "bluesky": BlueskyServer,
    "board": PhpBoard,
    "discourse": DiscourseForum,
    "facebook": FacebookPage,
    "feed": Blog,
    "flickr": FlickrServer,
    "foursquare": FoursquareServer,
    "instagram": InstagramAccount,
    "linkedin": LinkedInServer,
    "mastodon": MastodonServer,
    "mediawiki": Wiki,
    "microformats": MarkedBlog,
    "myspace": ProfilePage,
    "nextdoor": NextdoorServer,
    "nixle": AgencyPage,
    "threads": ThreadsProfile,
    "tiktok": TikTokServer,
    "wordpress": WordPressBlog,
    "x": XServer,
    "youtube": YouTubeServer,
}
