from __future__ import annotations

import pytest

from sources.registry import REFUSED, SOURCES, source_for
from sources.source import NotPermitted


@pytest.mark.parametrize("platform", sorted(SOURCES))
def test_a_source_by_its_name(platform: str) -> None:
    assert source_for(platform) is SOURCES[platform]


@pytest.mark.parametrize("platform", ["reddit", "Reddit", "REDDIT"])
def test_reddit_is_refused_with_the_reason(platform: str) -> None:
    with pytest.raises(NotPermitted, match="law enforcement"):
        source_for(platform)


@pytest.mark.parametrize("platform", ["", "Mastodon", "geocities", "feed ", "redd it"])
def test_a_name_that_is_not_known_lists_those_that_are(platform: str) -> None:
    with pytest.raises(NotPermitted, match=f"known are {', '.join(sorted(SOURCES))}$"):
        source_for(platform)


def test_nothing_is_both_offered_and_refused() -> None:
    assert not set(SOURCES) & set(REFUSED)
