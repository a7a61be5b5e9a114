"""Every source there is, by the name that accounts files use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sources.platforms.activitypub.source import ActivityPub
from sources.platforms.bluesky.source import Bluesky
from sources.platforms.board.source import Board
from sources.platforms.discourse.source import Discourse
from sources.platforms.feed.source import Feed
from sources.platforms.flickr.source import Flickr
from sources.platforms.foursquare.source import Foursquare
from sources.platforms.linkedin.source import LinkedIn
from sources.platforms.mastodon.source import Mastodon
from sources.platforms.mediawiki.source import MediaWiki
from sources.platforms.meta.facebook import Facebook
from sources.platforms.meta.instagram import Instagram
from sources.platforms.meta.threads import Threads
from sources.platforms.microformats.source import Microformats
from sources.platforms.nextdoor import Nextdoor
from sources.platforms.tiktok import TikTok
from sources.platforms.webpage.source import MYSPACE, NIXLE
from sources.platforms.wordpress.source import WordPress
from sources.platforms.x.source import X
from sources.platforms.youtube.source import YouTube
from sources.settings import DailyLimit, NetworkSettings
from sources.source import Allowance, NotPermitted, Source, Terms

SOURCES: Mapping[str, Source] = {
    "activitypub": ActivityPub(),
    "bluesky": Bluesky(),
    "board": Board(),
    "discourse": Discourse(),
    "facebook": Facebook(),
    "feed": Feed(),
    "flickr": Flickr(),
    "foursquare": Foursquare(),
    "instagram": Instagram(),
    "linkedin": LinkedIn(),
    "mastodon": Mastodon(),
    "mediawiki": MediaWiki(),
    "microformats": Microformats(),
    "myspace": MYSPACE,
    "nextdoor": Nextdoor(),
    "nixle": NIXLE,
    "threads": Threads(),
    "tiktok": TikTok(),
    "wordpress": WordPress(),
    "x": X(),
    "youtube": YouTube(),
}

REFUSED: Mapping[str, str] = {
    "reddit": "Reddit's developer terms forbid any use of its data for law enforcement (section 4.2); a member may hand in their own export instead",
}


def source_for(platform: str) -> Source:
    """The source of that name. Raises NotPermitted for a platform that is refused, with the reason, and for one that is not known."""
    if reason := REFUSED.get(platform.casefold()):
        raise NotPermitted(f'platform "{platform}" is refused: {reason}')
    if platform not in SOURCES:
        raise NotPermitted(f'platform "{platform}" is not known; known are {", ".join(sorted(SOURCES))}')
    return SOURCES[platform]


def terms_for(source: Source, settings: NetworkSettings) -> Terms:
    """The source's terms, with what the department set in their place and by whose word."""
    rule = settings.on_delete.get(source.name)
    return replace(source.terms, on_delete=rule.rule, authority=rule.authority) if rule else source.terms


def allowance_for(source: Source, settings: NetworkSettings) -> Allowance:
    """What a day may ask of the source, with what the department set in its place."""
    limit = settings.daily.get(source.name, DailyLimit())
    requests = source.daily.requests if limit.requests is None else limit.requests
    return replace(source.daily, requests=requests, cost=source.daily.cost if limit.cost is None else limit.cost)
