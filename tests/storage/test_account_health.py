"""Whether accounts still post as they used to, over a real store: what counts as posting, what was not read, and what the undercover compartment tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.account import Account, Compartment
from domain.audit import AuditAction
from domain.post import PostKind, Rejected
from domain.retention import HoldScope
from policy.attention import Attempts
from policy.rhythm import Rhythm
from storage import account_health
from storage.account_health import AccountHealth
from storage.auditing import audit
from storage.batching.batches import CapturedPost, CollectionOutcome
from storage.batching.wire import written
from storage.erasure import erasures
from storage.errors import CompartmentClosed
from storage.owner.calls import asked, dispatch, result
from storage.owner.open import owning
from storage.sealed import subjects
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import SUPERVISOR, collected, register, rows, showing, take_in
from tests.storage.undercover import enrolled, take_in_sealed, with_keys

DAY = timedelta(days=1)
PIECE = Rejected(None, "entry 1", "no date")


def daily(account: Account, *, days: int = 12, last: datetime = NOON, kind: PostKind = PostKind.POST, name: str = "day") -> list[CapturedPost]:
    """A post on each of so many days up to `last`."""
    return [showing(replace(a_post(account, f"{name} {number}"), posted_at=last - number * DAY, kind=kind)) for number in range(days)]


def health(store: Store, account: Account) -> AccountHealth:
    return next(one for one in account_health.every(store, now=NOON) if one.standing.account == account)


def test_an_account_that_was_never_collected_has_posted_nothing_that_is_known(store: Store, account: Account) -> None:
    one = health(store, account)
    assert (one.posting.rhythm, one.posting.last, one.posting.read_at, one.posting.unread, one.posting.sealed) == (None, None, None, 0, False)
    assert one.attempts == Attempts(None, None, "", 0, None)


def test_a_rhythm_is_learnt_from_stored_posts_of_each_account_apart(store: Store, account: Account) -> None:
    other = an_account(handle="@parks@police.example.gov")
    register(store, other)
    take_in(store, collected(account, *daily(account)))
    take_in(store, collected(other, *daily(other, days=3, last=NOON - 9 * DAY)))
    posting = health(store, account).posting
    assert (posting.rhythm, posting.last, posting.read_at) == (Rhythm(11, 1.0, 3), NOON, NOON)
    assert (health(store, other).posting.rhythm, health(store, other).posting.last) == (None, NOON - 9 * DAY)


@pytest.mark.parametrize("kind", [PostKind.VISITOR_COMMENT, PostKind.PROFILE])
def test_what_others_wrote_and_a_profile_are_no_posting(store: Store, account: Account, kind: PostKind) -> None:
    take_in(store, collected(account, *daily(account, kind=kind)))
    assert health(store, account).posting == account_health.Posting(None, None, None, 0)


def test_an_edit_is_not_another_posting(store: Store, account: Account) -> None:
    first = a_post(account, "one", posted_at=NOON - 30 * DAY)
    for number in range(12):
        edited = replace(first, text=f"edit {number}", edited_at=NOON - (29 - number) * DAY)
        take_in(store, collected(account, showing(edited), at=NOON + number * DAY))
    posting = health(store, account).posting
    assert (posting.rhythm, posting.last, posting.read_at) == (None, NOON - 30 * DAY, NOON + 11 * DAY)


def test_a_post_from_the_future_was_posted_when_it_was_first_seen_at_the_latest(store: Store, account: Account) -> None:
    take_in(store, collected(account, *daily(account, last=NOON - DAY), showing(a_post(account, "scheduled", posted_at=NOON + 5000 * DAY))))
    assert health(store, account).posting.last == NOON


def test_what_came_since_is_learnt_at_the_next_look(store: Store, account: Account) -> None:
    take_in(store, collected(account, *daily(account, days=10)))
    assert health(store, account).posting.rhythm is None
    take_in(store, collected(account, *daily(account, days=2, last=NOON + 2 * DAY, name="later"), at=NOON + 2 * DAY))
    assert health(store, account).posting.rhythm == Rhythm(11, 1.0, 3)


def test_what_was_erased_is_not_remembered(store: Store, account: Account) -> None:
    take_in(store, collected(account, *daily(account)))
    assert health(store, account).posting.rhythm is not None
    erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.ACCOUNT, target=account.id, now=NOON)
    assert health(store, account).posting == account_health.Posting(None, None, None, 0)
    take_in(store, collected(account, *daily(account, name="under the same numbers", last=NOON - DAY)))
    assert health(store, account).posting.last == NOON - DAY


def test_pieces_rejected_since_anything_was_understood_are_counted(store: Store, account: Account) -> None:
    take_in(store, collected(account, *daily(account), rejected=(PIECE,)))
    assert health(store, account).posting.unread == 0  # others of that visit were understood
    take_in(store, collected(account, at=NOON + timedelta(minutes=50), rejected=(replace(PIECE, path="page 2"),), checkpoint="x"))
    assert health(store, account).posting.unread == 0  # the same visit still
    later = tuple(replace(PIECE, path=f"entry {number}") for number in (2, 3))
    take_in(store, collected(account, at=NOON + DAY, rejected=later, checkpoint="y"))
    assert health(store, account).posting.unread == 2
    take_in(store, collected(account, *daily(account, days=1, last=NOON + 2 * DAY, name="understood"), at=NOON + 2 * DAY))
    assert health(store, account).posting.unread == 0


def test_an_account_of_which_nothing_was_ever_understood(store: Store, account: Account) -> None:
    take_in(store, collected(account, rejected=(PIECE,), checkpoint="x"))
    assert (health(store, account).posting.unread, health(store, account).posting.read_at) == (1, None)


def test_failures_and_the_wait_are_told(store: Store, account: Account) -> None:
    take_in(store, collected(account, checkpoint="x"))
    for minutes in (5, 10):
        failed = collected(account, at=NOON + timedelta(minutes=minutes), outcome=CollectionOutcome.FAILED, detail="TryAgainLater: status 503")
        take_in(store, replace(failed, not_before=NOON + timedelta(hours=minutes)))
    assert health(store, account).attempts == Attempts(NOON, "failed", "TryAgainLater: status 503", 2, NOON + timedelta(hours=10))


def test_it_crosses_the_door_unchanged(store: Store, account: Account) -> None:
    take_in(store, collected(account, *daily(account)))
    call = account_health.every
    assert result(call, dispatch(store, "account_health.every", asked(call, {"now": NOON}))) == call(store, now=NOON)


@pytest.fixture
def both(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Both compartments, open."""
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        yield store


def sealed_posts(store: Store) -> Account:
    account = enrolled(store)
    key = store.undercover.keys.of(account.subject_id or "")
    take_in_sealed(store, written(collected(account, *daily(account), checkpoint="x"), key))
    return account


def of_undercover(store: Store) -> AccountHealth:
    (one,) = account_health.every(store, now=NOON, compartment=Compartment.UNDERCOVER, by="coordinator")
    return one


def test_an_undercover_rhythm_is_opened_with_its_key_on_its_own_record_and_kept_nowhere(both: Store) -> None:
    sealed_posts(both)
    ((before,),) = rows(both.undercover, "SELECT count(*) FROM audit")
    assert of_undercover(both).posting == account_health.Posting(Rhythm(11, 1.0, 3), NOON, NOON, 0)
    (latest, *_) = audit.entries(both.undercover)
    assert (latest.action, latest.actor, latest.seq) == (AuditAction.COMPARTMENT_READ, "coordinator", before + 1)
    assert account_health.every(both, now=NOON) == []
    assert both.undercover not in account_health._known


def test_where_the_key_is_gone_the_times_are_not_guessed(both: Store) -> None:
    account = sealed_posts(both)
    subjects.destroy(both, subject_id=account.subject_id or "", by="coordinator", now=NOON)
    posting = of_undercover(both).posting
    assert (posting.rhythm, posting.last, posting.sealed) == (None, None, True)


def test_without_the_master_key_nothing_is_told(store: Store) -> None:
    with pytest.raises(CompartmentClosed):
        account_health.every(store, now=NOON, compartment=Compartment.UNDERCOVER)


def test_what_is_learnt_bit_by_bit_is_what_is_learnt_at_once(store: Store, account: Account) -> None:
    other = an_account(handle="@parks@police.example.gov")
    register(store, other)
    for number, (whose, last) in enumerate([(account, -40), (other, -3), (account, -2), (account, -20), (other, -30)]):
        posts = daily(whose, days=6, last=NOON + last * DAY, name=f"batch {number}")
        take_in(store, collected(whose, *posts, at=NOON + timedelta(minutes=number)))
        bit_by_bit = account_health.every(store, now=NOON)
        account_health._known.clear()
        assert account_health.every(store, now=NOON) == bit_by_bit
