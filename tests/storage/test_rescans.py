"""Rescans: what an earlier setting has seen waits its turn, in order of value; nothing that comes to wait late is missed; what shows nothing leaves nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Account, Custody
from domain.identity import sha256_hex
from domain.post import Gone
from storage import examinations, rescans
from storage.auditing import audit
from storage.batching.batches import CapturedPost, ExaminedMedia, RescannedBatch, RescanStep
from storage.rescans import Standing, Waiting
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account
from tests.storage.filling import ARTWORK, a_picture, collected, examined, not_captured, register, rows, showing, take_in

LATER = NOON + timedelta(hours=1)
NOW = replace(ARTWORK, settings_sha256="e" * 64)  # the detector with a reference that was registered after the pictures were examined
ONE, TWO, THREE = (sha256_hex(word) for word in (b"one", b"two", b"three"))


def shown(account: Account, *words: bytes, post: str = "1") -> CapturedPost:
    """A post of that account that shows these pictures."""
    return showing(a_post(account, f"https://police.example.gov/posts/{post}"), *(a_picture(word) for word in words))


def stored(store: Store, account: Account, *words: bytes, post: str = "1") -> None:
    """A stored post whose pictures the detector has seen as it was set then."""
    take_in(store, collected(account, shown(account, *words, post=post)))
    for word in words:
        take_in(store, examined(sha256_hex(word)))


def a_second(store: Store, handle: str = "@officer@police.example.gov", custody: Custody = Custody.OPTED_IN) -> Account:
    made = an_account(handle=handle, custody=custody)
    register(store, made)
    return made


def waiting(store: Store, *accounts: Account, limit: int = 100) -> list[Waiting]:
    return rescans.backlog(store, detector=NOW, account_ids=[one.id for one in accounts], limit=limit)


def names(store: Store, *accounts: Account) -> list[str]:
    return [one.media_sha256 for one in waiting(store, *accounts)]


def now_found(sha256: str) -> ExaminedMedia:
    return ExaminedMedia(sha256, "f" * 64, NOW.name, NOW.version, NOW.settings_sha256, LATER, findings=(replace(a_finding(), settings_sha256="e" * 64),))


def a_step(done: list[Waiting], found: Collection[str] = ()) -> RescannedBatch:
    """These, all of one account and one after the other, were looked at again."""
    first, last = done[0], done[-1]
    counts = (len(done), sum(one.media_sha256 in found for one in done), 0)
    start = (first.reached_at, first.reached_sha256)
    step = RescanStep(first.account_id, NOW.name, NOW.version, NOW.settings_sha256, *start, last.since, last.media_sha256, *counts)
    return RescannedBatch(tuple(now_found(one.media_sha256) for one in done if one.media_sha256 in found), (step,))


def standing(store: Store, *accounts: Account) -> Standing:
    return rescans.standing(store, detector=NOW, account_ids=[one.id for one in accounts])


def test_what_an_earlier_setting_has_seen_waits_and_nothing_else(store: Store, account: Account) -> None:
    stored(store, account, b"one")
    take_in(store, collected(account, shown(account, b"never asked about", post="2")))
    stored(store, account, b"three", post="3")
    take_in(store, RescannedBatch((now_found(THREE),), ()))
    (one,) = waiting(store, account)
    assert (one.media_sha256, one.account_id, one.fingerprint, one.same_as, one.settled) == (ONE, account.id, "f" * 64, None, False)
    assert (one.reached_at, one.reached_sha256) == (None, None)
    assert rescans.backlog(store, detector=ARTWORK, account_ids=[account.id], limit=100) == []
    assert rescans.backlog(store, detector=replace(NOW, name="metadata"), account_ids=[account.id], limit=100) == []


def test_an_account_that_is_not_asked_for_is_left_alone(store: Store, account: Account) -> None:
    stored(store, account, b"one")
    assert waiting(store) == []
    assert waiting(store, a_second(store)) == []
    assert standing(store) == Standing(0, 0, 0, 0)


def test_the_departments_own_accounts_come_first_and_then_the_longest_wait(store: Store, account: Account) -> None:
    member = a_second(store)
    stored(store, member, b"member's", post="m")
    stored(store, account, b"three", post="3")
    stored(store, account, b"one", post="1")
    assert names(store, member, account) == [THREE, ONE, sha256_hex(b"member's")]
    assert [one.media_sha256 for one in waiting(store, member, account, limit=2)] == [THREE, ONE]


def test_what_shows_nothing_leaves_a_cursor_and_counters_and_nothing_else(store: Store, account: Account) -> None:
    stored(store, account, b"one")
    stored(store, account, b"two", post="2")
    tables = {str(name) for (name,) in rows(store, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")}
    counted = {name: rows(store, f'SELECT count(*) FROM "{name}"') for name in tables}
    take_in(store, a_step(waiting(store, account)[:1]))
    assert names(store, account) == [TWO]
    assert standing(store, account) == Standing(left=1, looked=1, found=0, unread=0)
    grown = {name for name in tables if rows(store, f'SELECT count(*) FROM "{name}"') != counted[name]}
    assert grown == {"rescan", "ingest_ledger", "audit"}
    (entry, *_) = audit.entries(store, limit=1)
    assert (entry.action, entry.detail) == ("rescan:stored", {"looked": 1, "found": 0, "examinations": 0, "findings": 0})


def test_what_is_found_can_be_cited_and_counts_for_the_base_rate(store: Store, account: Account) -> None:
    stored(store, account, b"one")
    stored(store, account, b"two", post="2")
    stored(store, account, b"three", post="3")
    take_in(store, a_step(waiting(store, account), found={TWO}))
    uncited = examinations.uncited(store, detector=NOW, account_ids=[account.id], directive_sha256="d" * 64)
    assert [one.media_sha256 for one in uncited] == [TWO]
    assert examinations.flagged(store, detector=NOW) == (1, 3)
    assert examinations.flagged(store, detector=ARTWORK) == (0, 3)
    assert [one.media_sha256 for one in rescans.found(store, detector=NOW)] == [TWO]
    assert standing(store, account) == Standing(left=0, looked=3, found=1, unread=0)


def test_what_an_earlier_setting_had_found_stays(store: Store, account: Account) -> None:
    take_in(store, collected(account, shown(account, b"one")))
    take_in(store, examined(ONE, a_finding()))
    take_in(store, a_step(waiting(store, account)))
    assert examinations.findings(store, detector=ARTWORK, media_sha256=ONE) == [a_finding()]


def test_two_rescans_at_once_count_once_and_find_once(store: Store, account: Account) -> None:
    for word in (b"one", b"two", b"three"):
        stored(store, account, word, post=word.decode())
    seen = waiting(store, account)
    take_in(store, a_step(seen[:2], found={ONE}))
    take_in(store, a_step(seen[:1]))  # the other one was slower: the cursor is not where it took it up
    take_in(store, a_step(seen, found={ONE}))
    assert names(store, account) == [THREE]
    assert standing(store, account) == Standing(left=1, looked=2, found=1, unread=0)
    assert rows(store, "SELECT count(*) FROM finding") == [(1,)]


def test_what_was_erased_meanwhile_leaves_nothing(store: Store, account: Account) -> None:
    stored(store, account, b"one")
    step = a_step(waiting(store, account), found={ONE})
    with store.transaction() as tx:
        tx.execute("DELETE FROM media")
    take_in(store, step)
    assert rows(store, "SELECT count(*) FROM finding") == [(0,)]
    assert rows(store, "SELECT count(*) FROM examination WHERE settings_sha256 = repeat('e', 64)") == [(0,)]


@dataclass(frozen=True)
class Passed:
    """A store in which the cursor has passed a first picture, ONE, and stands at a later one."""

    store: Store
    account: Account


@pytest.fixture
def passed(store: Store, account: Account) -> Passed:
    """ONE had gone when the cursor came by; TWO was looked at."""
    stored(store, account, b"one", post="1")
    stored(store, account, b"two", post="2")
    take_in(store, collected(account, at=LATER, gone=(Gone(shown(account, b"one", post="1").post.native_id, "404"),)))
    take_in(store, a_step(waiting(store, account)))
    assert names(store, account) == []
    return Passed(store, account)


def close(store: Store, *accounts: Account) -> int:
    """Moves the cursors to the end where nothing waits; answers how many."""
    steps = rescans.finished(store, detector=NOW, account_ids=[one.id for one in accounts])
    if steps:
        take_in(store, RescannedBatch((), tuple(steps)))
    return len(steps)


def test_the_cursors_are_moved_to_the_end_when_nothing_waits_and_not_before(store: Store, account: Account) -> None:
    member = a_second(store)
    assert close(store, account, member) == 0  # nothing was ever seen in an earlier setting
    stored(store, account, b"one")
    assert close(store, account, member) == 0
    take_in(store, a_step(waiting(store, account)))
    assert close(store, account, member) == 1  # the other cursor is near the end
    assert close(store, account, member) == 0
    assert standing(store, account, member) == Standing(left=0, looked=1, found=0, unread=0)
    stored(store, member, b"two", post="2")
    assert (names(store, account, member), close(store, account, member)) == ([TWO], 0)


def test_a_post_that_comes_back_waits(passed: Passed) -> None:
    take_in(passed.store, collected(passed.account, shown(passed.account, b"one", post="1"), at=LATER))
    assert names(passed.store, passed.account) == [ONE]


def test_a_post_that_comes_back_after_the_cursor_was_moved_to_the_end_waits(passed: Passed) -> None:
    passed.store.clock = lambda: datetime.now(UTC) + timedelta(days=30)
    take_in(passed.store, collected(passed.account, at=LATER + timedelta(days=30)))
    assert close(passed.store, passed.account) == 1
    take_in(passed.store, collected(passed.account, shown(passed.account, b"one", post="1"), at=LATER))
    assert names(passed.store, passed.account) == [ONE]


def test_an_old_picture_in_a_new_post_waits(passed: Passed) -> None:
    take_in(passed.store, collected(passed.account, shown(passed.account, b"one", b"two", post="3"), at=NOON - timedelta(days=9)))
    assert names(passed.store, passed.account) == [ONE]


def test_an_examination_that_lay_in_the_outbox_waits(store: Store, account: Account) -> None:
    take_in(store, collected(account, shown(account, b"three", post="3")))
    stored(store, account, b"two", post="2")
    take_in(store, a_step(waiting(store, account)))
    assert names(store, account) == []  # the third is new: `detect` has it
    take_in(store, examined(THREE))  # by a worker that did not know the new reference
    assert names(store, account) == [THREE]


def test_an_old_picture_that_could_not_be_had_until_now_waits(store: Store, account: Account) -> None:
    member = a_second(store)
    take_in(store, collected(account, showing(a_post(account, "late"), not_captured(problem="later: status 503"))))
    stored(store, member, b"one", post="m")
    stored(store, account, b"two", post="2")
    take_in(store, a_step(waiting(store, account)))
    take_in(store, collected(account, showing(a_post(account, "late"), a_picture(b"one")), at=LATER))
    assert rows(store, "SELECT count(*) FROM current_post") == [(3,)]
    assert names(store, account) == [ONE]


def test_an_old_picture_on_another_account_waits_once_for_the_one_that_comes_first(passed: Passed) -> None:
    member = a_second(passed.store)
    stored(passed.store, member, b"one", b"two", post="m")
    assert [(one.media_sha256, one.account_id) for one in waiting(passed.store, passed.account, member)] == [(ONE, member.id)]
    other = a_second(passed.store, "@k9@police.example.gov", Custody.DEPARTMENT_RUN)
    stored(passed.store, other, b"one", post="k")
    assert [(one.media_sha256, one.account_id) for one in waiting(passed.store, passed.account, member, other)] == [(ONE, other.id)]


def test_a_clock_that_is_set_back_hides_nothing(passed: Passed) -> None:
    passed.store.clock = lambda: NOON - timedelta(days=400)
    take_in(passed.store, collected(passed.account, shown(passed.account, b"one", post="1"), at=LATER))
    assert names(passed.store, passed.account) == [ONE]
    (times,) = rows(passed.store, "SELECT list(stored_at ORDER BY rowid) FROM ingest_ledger")
    assert times[0] == sorted(set(times[0]))  # type: ignore[call-overload]


def test_what_a_copy_was_a_copy_of_is_told_and_whether_that_one_is_done(store: Store, account: Account) -> None:
    stored(store, account, b"one", post="1")
    take_in(store, collected(account, shown(account, b"two", post="2")))
    take_in(store, examined(TWO, same_as=ONE))
    assert [(one.same_as, one.settled) for one in waiting(store, account)] == [(None, False), (ONE, False)]
    take_in(store, a_step(waiting(store, account)[:1]))
    assert [(one.same_as, one.settled) for one in waiting(store, account)] == [(ONE, True)]


WORDS = [b"a", b"b", b"c"]
EVENTS = st.one_of(
    st.tuples(st.just("shows"), st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("goes"), st.integers(0, 1), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("is asked"), st.integers(0, 2), st.just(0), st.just(0)),
    st.tuples(st.just("rescan"), st.integers(0, 1), st.integers(1, 2), st.just(0)),
)
RUNS = count()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=4, max_size=8))
def test_whatever_happens_in_between_everything_that_can_be_seen_is_looked_at(store: Store, events: list[tuple[str, int, int, int]]) -> None:
    run = next(RUNS)
    words = [word + str(run).encode() for word in WORDS]
    accounts = [a_second(store, f"@{custody}{run}@police.example.gov", custody) for custody in Custody]
    looked: set[str] = set()
    for what, first, second, third in events:
        if what == "shows":
            take_in(store, collected(accounts[first], shown(accounts[first], words[third], post=f"{run}-{second}"), at=NOON))
        elif what == "goes":
            take_in(store, collected(accounts[first], at=LATER, gone=(Gone(shown(accounts[first], post=f"{run}-{second}").post.native_id, "404"),)))
        elif what == "is asked":
            take_in(store, examined(sha256_hex(words[first])))
        else:
            looked |= gone_on(store, accounts[: first + 1], most=second)
            close(store, *accounts[: first + 1])
    while step := gone_on(store, accounts, most=2):
        looked |= step
    asked = f"SELECT media_sha256 FROM examination WHERE media_sha256 IN ({', '.join(repr(sha256_hex(word)) for word in words)})"
    visible = f"""SELECT m.media_sha256 FROM current_post p JOIN post_media m ON m.post_id = p.id AND m.post_content_sha256 = p.content_sha256
        WHERE p.gone_at IS NULL AND m.media_sha256 IN ({asked})"""
    assert {sha256 for (sha256,) in rows(store, visible)} <= looked


def gone_on(store: Store, accounts: list[Account], most: int) -> set[str]:
    """A part of a rescan: the first pictures of whichever account comes first."""
    seen = waiting(store, *accounts, limit=most)
    own = [one for one in seen if one.account_id == seen[0].account_id] if seen else []
    own = own[: next((place for place, one in enumerate(seen) if one.account_id != seen[0].account_id), len(own))]
    if own:
        take_in(store, a_step(own))
    return {one.media_sha256 for one in own}
