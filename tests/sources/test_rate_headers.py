from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from sources.rate_headers import retry_after
from tests.builders import NOON

IN_A_MINUTE = str(int(NOON.timestamp()) + 60)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"Retry-After": "Mon, 01 Jun 2026 12:00:30 GMT"}, 30),
        ({"Retry-After": "Mon, 01 Jun 2026 11:59:00 GMT"}, 0),  # already over
        ({"Retry-After": "-5"}, 0),
        ({"X-RateLimit-Reset": "2026-06-01T12:05:00.000000Z"}, 300),  # Mastodon
        ({"ratelimit-reset": IN_A_MINUTE}, 60),  # Bluesky
        ({"RateLimit-Reset": "45"}, 45),
        ({"Retry-After": "2", "RateLimit-Reset": "45"}, 2),
        ({"Retry-After": "soon", "RateLimit-Reset": "45"}, 45),
    ],
)
def test_what_a_server_asks_for(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(CaseInsensitiveDict(headers), NOON) == seconds


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "-inf", "2026-99-99", "Mon, 99 Jun"])
def test_what_cannot_be_understood_is_no_wait(value: str) -> None:
    assert retry_after({"Retry-After": value}, NOON) is None


@given(st.text())
def test_any_header_gives_seconds_or_none(value: str) -> None:
    seconds = retry_after({"Retry-After": value}, NOON)
    assert seconds is None or seconds >= 0
