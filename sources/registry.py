"""Every source there is, by the name that accounts files use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sources.activitypub import ActivityPub
from sources.bluesky import Bluesky
from sources.board import Board
from sources.discourse import Discourse
from sources.facebook import Facebook
from sources.feed import Feed
from sources.flickr import Flickr
from sources.foursquare import Foursquare
from sources.instagram import Instagram
from sources.linkedin import LinkedIn
from sources.mastodon import Mastodon
from sources.mediawiki import MediaWiki
from sources.microformats import Microformats
from sources.nextdoor import Nextdoor
from sources.settings import DailyLimit, NetworkSettings
from sources.source import Allowance, NotPermitted, Source, Terms
from sources.threads import Threads
from sources.tiktok import TikTok
from sources.webpage import MYSPACE, NIXLE
from sources.wordpress import WordPress
from sources.x import X
from sources.youtube import YouTube

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
