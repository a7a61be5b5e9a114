"""How it stands with every account, and whether it still posts as it used to: what `policy.attention` needs to say which of them is not clean.

In the general compartment what is learnt of posting days is kept in memory: at ten million posts it takes most of a second, and every page of the queue asks.
Rows of `post` are numbered and only added, so a look reads those that came since the last; after an erasure, which alone takes rows away, all is learnt anew.
Of the undercover compartment nothing is kept: its times are sealed, and opened for each look that is on its record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from weakref import WeakKeyDictionary

from domain.account import Compartment
from policy.attention import Attempts, Posting
from policy.rhythm import DAYS_AT_MOST, learnt
from storage.accounts import AccountStanding, standing_in
from storage.sealed.sealed_columns import times_in
from storage.seeing import reading
from storage.store import Reading, Store

ONE_VISIT = timedelta(hours=1)  # pieces rejected so soon after a post was captured came in the same visit, a page later
OPENED_AT_MOST = 300  # sealed posts of one account, the newest: each is opened for each look
_NEVER = Posting(None, None, None, 0)
_FIRST_DAY = date(1970, 1, 1)

# A visitor's comment is not the account's own posting, and a profile is not posted. What claims a later time than the one at which it was first seen was
# posted then at the latest. Days are counted from 1970: naming each row's day by the calendar takes three times as long.
_OWN = "newest AND kind NOT IN ('profile', 'visitor_comment')"
_DAYS = f"""
SELECT account_id, max(day, {DAYS_AT_MOST}), max(last), max(read_at) FROM (
    SELECT account_id, epoch_us(least(posted_at, first_seen)) // 86400000000 AS day, max(least(posted_at, first_seen)) AS last, max(captured_at) AS read_at
    FROM post WHERE {_OWN} AND n > ? GROUP BY account_id, day
) GROUP BY account_id
"""  # noqa: S608

# Sources hand on the newest first, so within a day of collecting the newest have the smallest numbers.
_SEALED = f"""
SELECT account_id, native_id, captured_at FROM post WHERE {_OWN}
QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY CAST(first_seen AS DATE) DESC, n) <= {OPENED_AT_MOST}
"""  # noqa: S608

_UNREAD = """
SELECT r.account_id, count(*) FROM rejected r LEFT JOIN (SELECT unnest(?) AS account_id, unnest(?) AS read_at) k ON k.account_id = r.account_id
WHERE k.read_at IS NULL OR r.observed_at > k.read_at GROUP BY r.account_id
"""


@dataclass(frozen=True, slots=True)
class _Days:
    """The newest days (from 1970) on which an account posted, and what comes of them."""

    days: frozenset[int]
    posting: Posting

    def and_also(self, days: list[int], last: datetime, read_at: datetime) -> _Days:
        newest = frozenset(sorted(self.days.union(days))[-DAYS_AT_MOST:])
        rhythm = self.posting.rhythm if newest == self.days else learnt(_FIRST_DAY + timedelta(days=day) for day in newest)
        return _Days(newest, Posting(rhythm, max(last, self.posting.last or last), max(read_at, self.posting.read_at or read_at), 0))


@dataclass(frozen=True, slots=True)
class _Known:
    """What was learnt of all rows of `post` up to the number `newest`, after so many erasures."""

    newest: int
    erasures: int
    of: Mapping[str, _Days]


_NOTHING = _Known(0, 0, {})
_known: WeakKeyDictionary[Store, _Known] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """An account as it stands, and how it posts."""

    standing: AccountStanding
    posting: Posting

    @property
    def attempts(self) -> Attempts:
        """How collecting it went."""
        one = self.standing
        return Attempts(one.last_success, one.last_outcome, one.last_detail, one.failures, one.not_before)


def every(
    store: Store,
    *,
    now: datetime,  # noqa: ARG001 (part of the call; what is late or quiet is policy's to say)
    compartment: Compartment = Compartment.GENERAL,
    by: str = "plainview",
) -> list[AccountHealth]:
    """Every account of that compartment, by platform and handle. `by`: who is on record for reading the undercover one. Raises CompartmentClosed."""
    part = store.of(compartment)
    with reading(part, by, "account health") as view:
        standings = standing_in(view)
        posting = _unsealed(view) if compartment is Compartment.UNDERCOVER else _general(part, view)
        unread = _unread(view, posting)
    return [AccountHealth(one, replace(posting.get(one.account.id, _NEVER), unread=unread.get(one.account.id, 0))) for one in standings]


def _general(store: Store, view: Reading) -> Mapping[str, Posting]:
    known = _known[store] = _up_to_date(_known.get(store, _NOTHING), view)
    return {account: one.posting for account, one in known.of.items()}


def _up_to_date(known: _Known, view: Reading) -> _Known:
    ((newest, erasures),) = view.rows("SELECT (SELECT coalesce(max(n), 0) FROM post), (SELECT count(*) FROM erasure)")
    if (newest, erasures) == (known.newest, known.erasures):
        return known
    if erasures != known.erasures:
        known = _NOTHING
    never = _Days(frozenset(), _NEVER)
    fresh = {account: known.of.get(account, never).and_also(*found) for account, *found in view.rows(_DAYS, [known.newest])}
    return _Known(newest, erasures, {**known.of, **fresh})


def _unsealed(view: Reading) -> dict[str, Posting]:
    """The same of the undercover compartment. Where a subject's key was destroyed, when anything was posted is not known."""
    posted: dict[str, list[datetime]] = defaultdict(list)
    read_at: dict[str, datetime] = {}
    for account, native_id, captured_at in view.rows(_SEALED):
        times = times_in(native_id)[1]
        if times:
            posted[account].append(min(times[0].astimezone(UTC), captured_at))
        read_at[account] = max(captured_at, read_at.get(account, captured_at))
    return {account: _opened(posted[account], latest) for account, latest in read_at.items()}


def _opened(posted: list[datetime], read_at: datetime) -> Posting:
    return Posting(learnt(one.date() for one in posted), max(posted, default=None), read_at, 0, sealed=not posted)


def _unread(view: Reading, posting: Mapping[str, Posting]) -> dict[str, int]:
    """How many pieces of each account were rejected since one was last understood."""
    known = [(account, one.read_at + ONE_VISIT) for account, one in posting.items() if one.read_at]
    return dict(view.rows(_UNREAD, [[account for account, _ in known], [since for _, since in known]]))
