"""Every source there is, by the name that accounts files use."""

from __future__ import annotations

from collections.abc import Mapping

from sources.bluesky import Bluesky
from sources.feed import Feed
from sources.mastodon import Mastodon
from sources.source import NotPermitted, Source

SOURCES: Mapping[str, Source] = {
    "bluesky": Bluesky(),
    "feed": Feed(),
    "mastodon": Mastodon(),
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
