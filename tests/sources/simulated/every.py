"""Each platform as an account on it looks from outside: posts that a test writes, edits and deletes, served in the platform's own format.

A new platform has its file here, named as its source, and its line below.
"""

from __future__ import annotations

from tests.sources.simulated.activitypub import ActivityPubServer
from tests.sources.simulated.author import PER_PAGE, Author, Platform, Traits, Written, page_of
from tests.sources.simulated.bluesky import BlueskyServer
from tests.sources.simulated.board import PhpBoard
from tests.sources.simulated.discourse import DiscourseForum
from tests.sources.simulated.facebook import FacebookPage
from tests.sources.simulated.feed import Blog
from tests.sources.simulated.flickr import FlickrServer
from tests.sources.simulated.foursquare import FoursquareServer
from tests.sources.simulated.instagram import InstagramAccount
from tests.sources.simulated.linkedin import LinkedInServer
from tests.sources.simulated.mastodon import MastodonServer
from tests.sources.simulated.mediawiki import Wiki
from tests.sources.simulated.microformats import MarkedBlog
from tests.sources.simulated.nextdoor import NextdoorServer
from tests.sources.simulated.threads import ThreadsProfile
from tests.sources.simulated.tiktok import TikTokServer
from tests.sources.simulated.webpage import AgencyPage, ProfilePage
from tests.sources.simulated.wordpress import WordPressBlog
from tests.sources.simulated.x import XServer
from tests.sources.simulated.youtube import YouTubeServer

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
