"""Invariant 7: a hit that lacks what defends it cannot be made, and the same thing seen again is the same hit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.account import Compartment
from domain.directive import Severity
from domain.finding import Box, Where
from domain.hit import Hit
from tests.builders import NOON, a_finding, an_account

HIT = Hit(
    account_id=an_account().id,
    post_id="post_1",
    post_content_sha256="d" * 64,
    media_sha256="e" * 64,
    finding=a_finding(),
    directive="kcmo-261",
    directive_version="2014-01-30",
    directive_sha256="f" * 64,
    clause="IV.C.1.f",
    severity=Severity.LOW,
    compartment=Compartment.GENERAL,
    means="Of 100 flags like this about 90 show what they say.",
    captured_at=NOON,
    found_at=NOON,
    review_by=NOON + timedelta(days=7),
)


@pytest.mark.parametrize(
    "field",
    [
        "account_id",
        "post_id",
        "post_content_sha256",
        "media_sha256",
        "directive",
        "directive_version",
        "directive_sha256",
        "clause",
        "means",
    ],
)
def test_a_hit_that_lacks_what_defends_it_cannot_be_made(field: str) -> None:
    with pytest.raises(ValueError, match=f"lacks {field} cannot be defended"):
        replace(HIT, **{field: ""})  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["detector_version", "settings_sha256"])
def test_a_hit_whose_detector_is_not_known_to_the_letter_cannot_be_made(field: str) -> None:
    with pytest.raises(ValueError, match=f"lacks {field} cannot be defended"):
        replace(HIT, finding=replace(HIT.finding, **{field: ""}))  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["captured_at", "found_at", "review_by"])
def test_a_time_without_its_zone_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="aware"):
        replace(HIT, **{field: NOON.replace(tzinfo=None)})  # type: ignore[arg-type]


def test_the_same_thing_seen_again_is_the_same_hit() -> None:
    later = replace(HIT, found_at=NOON + timedelta(days=1), captured_at=NOON + timedelta(days=1), means="At another rate.", post_content_sha256="0" * 64)
    assert later.id == HIT.id


@pytest.mark.parametrize(
    "change",
    [
        {"clause": "IV.C.4"},
        {"post_id": "post_2"},
        {"media_sha256": "0" * 64},
        {"finding": replace(HIT.finding, label="badge")},
        {"finding": replace(HIT.finding, where=Where(box=Box(11, 20, 30, 40)))},
        {"finding": replace(HIT.finding, where=Where(span=(0, 4)))},
        {"finding": replace(HIT.finding, where=Where(time_s=1.5))},
        {"finding": replace(HIT.finding, detector_version="2")},
    ],
    ids=["clause", "post", "picture", "label", "box", "span", "time", "version"],
)
def test_anything_else_seen_is_another_hit(change: dict[str, object]) -> None:
    assert replace(HIT, **change).id != HIT.id  # type: ignore[arg-type]
