from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from sources.client.rate_headers import retry_after, used_up
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


def usage(**numbers: object) -> str:
    return json.dumps({"call_count": 28, "total_time": 25, "total_cputime": 25} | numbers)


def by_business(*cases: dict[str, object]) -> str:
    """As Meta counts by business use case: lists of objects under the ids of Pages and Instagram accounts."""
    return json.dumps({"100000000000109": [{"type": "pages", "call_count": 1, "total_cputime": 1, "total_time": 1} | case for case in cases]})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-06-01T12:05:00.000000Z"}, 300),
        ({"RateLimit-Remaining": " 0 ", "RateLimit-Reset": IN_A_MINUTE}, 60),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": IN_A_MINUTE}, 60),
        ({"X-App-Usage": usage(call_count=95)}, 3600),
        ({"x-app-usage": usage(total_time=100)}, 3600),
        ({"X-App-Usage": usage(total_cputime=99.5)}, 3600),
        ({"X-Page-Usage": usage(call_count=130)}, 3600),
        ({"X-Business-Use-Case-Usage": by_business({"estimated_time_to_regain_access": 19})}, 19 * 60),
        ({"X-Business-Use-Case-Usage": by_business({"call_count": 97, "estimated_time_to_regain_access": 0})}, 3600),
        ({"X-Business-Use-Case-Usage": by_business({"estimated_time_to_regain_access": 5}, {"type": "instagram", "estimated_time_to_regain_access": 9})}, 540),
        ({"X-App-Usage": usage(), "X-Business-Use-Case-Usage": by_business({"estimated_time_to_regain_access": 2})}, 120),
        ({"X-App-Usage": usage(call_count=99), "X-Business-Use-Case-Usage": by_business({"estimated_time_to_regain_access": 2})}, 3600),
    ],
)
def test_a_share_that_is_used_up(headers: dict[str, str], seconds: float) -> None:
    assert used_up(CaseInsensitiveDict(headers), NOON) == seconds


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "2026-06-01T12:05:00.000000Z"},
        {"X-RateLimit-Remaining": "0"},  # until when is not said
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-06-01T11:05:00.000000Z"},  # over already
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"},
        {"X-App-Usage": usage()},
        {"X-App-Usage": usage(call_count=94, total_time=94.9)},
        {"X-App-Usage": usage(call_count="100")},  # a text, not a number
        {"X-App-Usage": ""},
        {"X-App-Usage": "97"},
        {"X-App-Usage": "call_count=97"},
        {"X-Page-Usage": "[" * 5000},
        {"X-Business-Use-Case-Usage": by_business({"estimated_time_to_regain_access": 0})},
        {"X-Business-Use-Case-Usage": by_business({"estimated_time_to_regain_access": -4})},
        {"X-Business-Use-Case-Usage": by_business()},
        {"X-Someone-Elses-Usage": usage(call_count=100)},
    ],
)
def test_a_share_that_is_left(headers: dict[str, str]) -> None:
    assert used_up(CaseInsensitiveDict(headers), NOON) is None


@given(st.text(), st.sampled_from(["X-App-Usage", "X-Page-Usage", "X-Business-Use-Case-Usage", "X-RateLimit-Reset"]))
def test_any_usage_gives_seconds_or_none(value: str, name: str) -> None:
    seconds = used_up({"X-RateLimit-Remaining": "0", name: value}, NOON)
    assert seconds is None or seconds > 0
