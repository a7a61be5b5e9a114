"""What is to be erased in one compartment by now, as orders, and how much was erased already: for the owner's own process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from storage.erasure import due_erasures, erasing, retention
from storage.erasure.erasing import Order
from storage.store import Store

COUNTED_IN_DAYS = timedelta(hours=20)  # how seldom what is counted in days is looked at by who asks every hour


def due(store: Store, by: str, now: datetime, sparing: bool = False) -> Iterator[Order]:
    """Everything that may be due in this compartment; what turns out to be nothing is no erasure."""
    for one in due_erasures.withdrawn(store, now):
        yield erasing.of_account(one.account_id, one.reason, by, now, {"since": one.since.isoformat()})
    yield erasing.of_leftovers(by, now)
    with store.read() as view:
        days = {rule.record_class: rule.days for rule in retention.read(view)}
        last = view.row("SELECT max(ordered_at) FROM erasure WHERE reason IN ('terms', 'retention')")
    if sparing and last and last[0] and now - last[0] < COUNTED_IN_DAYS:
        return
    yield erasing.by_terms(by, now)
    if days:
        yield erasing.by_retention(days, by, now)


def finished(store: Store) -> int:
    """How many erasures are finished, in every compartment: whoever keeps copies in memory asks whether there are more of them than before."""
    count = 0
    for one in store.files():
        with one.read() as view:
            count += view.rows("SELECT count(*) FROM erasure WHERE finished_at IS NOT NULL")[0][0]
    return count
