"""How permission ends, and when what was collected under it is due to go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Custody
from domain.authorization import Authorization, Basis
from domain.retention import ErasureReason, RecordClass, RetentionRule
from policy.authorization import may_collect
from policy.retention import PURGED_WITHIN, RENEWAL_DAY, review_is_overdue, withdrawal
from tests.builders import NOON, an_account, an_authorization

PRESS = an_account()
PAPER = an_authorization(PRESS)
OPT_IN = an_authorization(an_account(custody=Custody.OPTED_IN))
AFTER = datetime(2027, 1, 1, tzinfo=UTC)


def revoked(at: datetime, **other: object) -> Authorization:
    return an_authorization(PRESS, revoked_at=at, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("papers", "now"),
    [
        ([PAPER], NOON),
        ([PAPER, revoked(NOON - timedelta(days=1), document_sha256="b" * 64)], NOON),
        ([revoked(NOON + timedelta(seconds=1))], NOON),
        ([PAPER], AFTER - timedelta(microseconds=1)),
    ],
)
def test_while_one_permission_is_live_nothing_is_due(papers: list[Authorization], now: datetime) -> None:
    assert withdrawal(PRESS, papers, now) is None


@pytest.mark.parametrize(
    ("papers", "now", "reason", "due"),
    [
        ([revoked(NOON)], NOON, ErasureReason.REVOKED, NOON),
        ([revoked(NOON)], NOON + timedelta(days=3), ErasureReason.REVOKED, NOON),
        ([PAPER, revoked(NOON)], NOON, ErasureReason.REVOKED, NOON),  # one revoked copy of a paper revokes every copy
        ([PAPER], AFTER, ErasureReason.ENDED, AFTER + RENEWAL_DAY),
        # It had run out, and was revoked in its day of grace: whoever revokes wants it gone.
        ([revoked(AFTER + timedelta(hours=1))], AFTER + timedelta(hours=2), ErasureReason.REVOKED, AFTER + timedelta(hours=1)),
        # Revoked long before the one that ran out.
        ([PAPER, revoked(NOON, document_sha256="b" * 64)], AFTER, ErasureReason.ENDED, AFTER + RENEWAL_DAY),
        # Never any permission, another custody's, another account's, or one that is still to begin: due at once.
        ([], NOON, ErasureReason.ENDED, NOON),
        ([an_authorization(PRESS, basis=Basis.OPT_IN)], NOON, ErasureReason.ENDED, NOON),
        ([OPT_IN], NOON, ErasureReason.ENDED, NOON),
        ([an_authorization(PRESS, valid_from=date(2026, 7, 1))], NOON, ErasureReason.ENDED, NOON),
        # A revocation without a zone is never argued away: it counts as long past.
        ([revoked(NOON.replace(tzinfo=None) + timedelta(days=9))], NOON, ErasureReason.REVOKED, datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_how_permission_ended_says_when_it_is_due(papers: list[Authorization], now: datetime, reason: ErasureReason, due: datetime) -> None:
    found = withdrawal(PRESS, papers, now)
    assert found is not None
    assert found.reason is reason
    assert abs(found.due - due) <= timedelta(microseconds=1)


def test_a_permission_for_ever_does_not_overflow() -> None:
    assert withdrawal(PRESS, [an_authorization(PRESS, valid_until=date.max)], NOON) is None
    found = withdrawal(PRESS, [revoked(NOON, valid_until=date.max)], NOON)
    assert found is not None
    assert found.due == NOON


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 31), timezones=st.just(UTC))
PAPERS = st.builds(
    lambda one, other, revoked_at, digit: an_authorization(
        PRESS, valid_from=min(one, other), valid_until=max(one, other), revoked_at=revoked_at, document_sha256=digit * 64
    ),
    DAYS,
    DAYS,
    st.none() | MOMENTS,
    st.sampled_from("ab"),
)


@given(st.lists(PAPERS, max_size=4), MOMENTS)
def test_no_permission_means_due_within_a_day_and_permission_means_not_due(papers: list[Authorization], now: datetime) -> None:
    found = withdrawal(PRESS, papers, now)
    assert (found is None) == may_collect(PRESS, papers, now).allowed
    if found:
        assert found.since <= now
        assert found.since <= found.due <= found.since + PURGED_WITHIN
        assert (found.reason is ErasureReason.REVOKED) <= (found.due == found.since)


def test_a_hold_is_overdue_the_day_after_its_review() -> None:
    assert not review_is_overdue(NOON.date(), NOON)
    assert review_is_overdue(NOON.date(), NOON + timedelta(days=1))


@pytest.mark.parametrize("change", [{"days": 0}, {"authority": " "}, {"set_by": ""}])
def test_a_retention_rule_that_says_nothing_is_none(change: dict[str, object]) -> None:
    whole: dict[str, object] = {"record_class": RecordClass.POSTS, "days": 30, "authority": "schedule 3", "set_by": "custodian", "set_at": NOON}
    RetentionRule(**whole)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one day"):
        RetentionRule(**(whole | change))  # type: ignore[arg-type]
