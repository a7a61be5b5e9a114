"""Workers: who is let in, for how long, and what their tokens never reach."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.identity import sha256_hex
from domain.worker import Scope
from storage.batching.batch_columns import WIRE
from storage.errors import NotFound, Refused
from storage.owner import workers
from storage.owner.calls import CALLS
from storage.owner.open import owning
from storage.owner.scopes import CALLS_OF, CHANGING, KINDS_OF
from storage.store import Store
from tests.builders import NOON
from tests.storage.filling import rows

DIGEST = sha256_hex(b"token")
UNTIL = date(2026, 12, 31)


@pytest.fixture(scope="module")
def unchanged(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for the tests in which nothing is let in."""
    with owning(Path(shutil.copytree(empty_store, tmp_path_factory.mktemp("workers") / "data"))) as opened:
        yield opened
        assert workers.every(opened) == []


def let_in(store: Store, name: str = "host-1", digest: str = DIGEST, until: date = UNTIL, now: datetime = NOON) -> bool:
    return workers.add(store, name=name, token_sha256=digest, scopes=frozenset(Scope), valid_until=until, by="cli:chief", now=now)


def test_a_worker_is_let_in_once_and_the_audit_says_by_whom(store: Store) -> None:
    assert let_in(store) is True
    assert let_in(store) is False
    (worker,) = workers.every(store)
    assert (worker.name, worker.scopes, worker.valid_until, worker.added_by) == ("host-1", frozenset(Scope), UNTIL, "cli:chief")
    assert rows(store, "SELECT actor, subject FROM audit WHERE action = 'worker:added'") == [("cli:chief", "host-1")]


def test_a_revoked_worker_is_out_and_its_name_is_free_again(store: Store) -> None:
    let_in(store)
    assert workers.revoke(store, name="host-1", by="cli:chief", now=NOON) is True
    assert workers.revoke(store, name="host-1", by="cli:chief", now=NOON) is False
    assert let_in(store, digest=sha256_hex(b"another")) is True
    assert [one.live(NOON) for one in workers.every(store)] == [False, True]
    assert rows(store, "SELECT count(*) FROM audit WHERE action = 'worker:revoked'") == [(1,)]


def test_one_name_is_one_worker_at_a_time(store: Store) -> None:
    let_in(store)
    with pytest.raises(Refused, match="there is a worker host-1 already: choose another name, or revoke it first"):
        let_in(store, digest=sha256_hex(b"another"))


def test_a_worker_that_is_not_there_cannot_be_revoked(unchanged: Store) -> None:
    with pytest.raises(NotFound, match="there is no worker host-1"):
        workers.revoke(unchanged, name="host-1", by="cli:chief", now=NOON)


@pytest.mark.parametrize("name", ["", "Host", "host 1", "-host", "host\n", "h" * 64, "höst", "a/b"])
def test_a_name_that_would_be_odd_in_the_audit_is_refused(unchanged: Store, name: str) -> None:
    with pytest.raises(Refused, match="is no name for a worker"):
        let_in(unchanged, name)


@pytest.mark.parametrize("until", [date(2026, 5, 31), date(2027, 6, 3)])
def test_a_token_ends_within_a_year(unchanged: Store, until: date) -> None:
    with pytest.raises(Refused, match="must be a day from 2026-06-01"):
        let_in(unchanged, until=until)


def test_a_token_is_good_through_its_last_day_and_no_longer(store: Store) -> None:
    let_in(store, until=date(2026, 6, 1))
    (worker,) = workers.every(store)
    assert worker.live(NOON.replace(hour=23, minute=59))
    assert not worker.live(NOON + timedelta(hours=12))


def test_scopes_name_calls_and_kinds_that_exist() -> None:
    assert set(CALLS_OF) == set(KINDS_OF) == set(Scope)
    assert frozenset[str]().union(*CALLS_OF.values()) <= set(CALLS)
    assert frozenset[str]().union(*KINDS_OF.values()) <= set(WIRE)
    assert frozenset[str]().union(*CALLS_OF.values()) >= CHANGING


@pytest.mark.parametrize(
    "closed", ["accounts.add", "audit.", "authorizations.", "hits.", "permits.add", "references.add", "reviews.", "workers.", "posts.listing", "captures."]
)
def test_no_scope_reaches_what_people_decide_grant_or_read(closed: str) -> None:
    assert [call for calls in CALLS_OF.values() for call in calls if call.startswith(closed)] == []
