"""Owners that come, go and die: who asks finds the next one, a stale card misleads nobody, and what killed processes leave is swept."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage import accounts, robots
from storage.batching import ingest
from storage.batching.outbox import submit
from storage.batching.room import Bounds, Waiting, no_room, waiting_in
from storage.batching.wire import written
from storage.erasure import erasures
from storage.errors import OutboxFull, StoreBusy
from storage.owner.card import publish_card, read_card, withdraw_card
from storage.owner.door import Door
from storage.owner.lock import try_lock
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import collected, put_in_outbox, register, rows, showing
from tests.storage.serving import TOKEN, Answer, listening, serving


def test_a_call_whose_owner_stops_in_the_middle_of_it_is_done_by_the_next(folder: Path) -> None:
    stopping = threading.Event()

    def lost(answer: Answer) -> Answer:
        stopping.set()
        return 503, {}, b""  # done, but the answer does not come through any more

    with ThreadPoolExecutor(1) as pool:
        with owning(folder) as store, serving(store) as served:
            served.misbehave += [lost] * 1000
            asked = pool.submit(Door(folder, wait_s=20).call, accounts.add, account=an_account(), by="tests", now=NOON)
            assert stopping.wait(10)
        assert asked.result(20) is False  # the owner that stopped had entered it
    with owning(folder) as store:
        assert rows(store, "SELECT count(*) FROM audit WHERE action = 'account:added'") == [(1,)]


def test_a_call_goes_from_one_owner_to_the_next(folder: Path) -> None:
    door = Door(folder, wait_s=20)
    for number in range(3):
        with owning(folder) as store, serving(store) as served:
            assert door.call(accounts.add, account=an_account(handle=f"@{number}@police.example.gov"), by="tests", now=NOON)
            assert served.asked == ["accounts.add"]
    assert len(door.call(accounts.every)) == 3


def test_a_dead_owners_card_with_a_stranger_alive_on_its_port_misleads_nobody(folder: Path) -> None:
    with listening(None) as stranger:
        publish_card(folder, stranger.url, TOKEN)
        assert Door(folder).call(accounts.every) == []  # the lock is free, whatever the card says
        assert stranger.asked == []
        publish_card(folder, stranger.url, TOKEN)
        held = try_lock(folder)
        assert held
        with pytest.raises(StoreBusy):
            Door(folder, wait_s=0.1).call(accounts.every)
        held.release()
        assert set(stranger.asked) == {"accounts.every"}
        with owning(folder):
            assert read_card(folder) is None  # whoever owns the store next takes the stale card away


def test_of_two_owners_that_race_one_wins_and_the_other_changes_nothing(folder: Path) -> None:
    start, won, lost, done = threading.Barrier(2), [], [], threading.Event()

    def own(number: int) -> None:
        start.wait()
        try:
            with owning(folder, wait_s=0):
                publish_card(folder, f"http://127.0.0.1:{number}", TOKEN)
                won.append(number)
                done.wait(10)
        except StoreBusy:
            lost.append(number)
            done.set()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(own, (1, 2)))
    assert sorted(won + lost) == [1, 2]
    assert len(won) == 1
    assert read_card(folder) is None


def test_many_sweeps_at_once_store_and_refuse_each_batch_once(store: Store) -> None:
    register(store, an_account())
    good = [put_in_outbox(store, written(collected(an_account(), showing(a_post(an_account(), f"https://police.example.gov/{n}"))))) for n in range(6)]
    bad = [put_in_outbox(store, f"no batch {n}\n".encode()) for n in range(3)]
    with ThreadPoolExecutor(4) as pool:
        swept = list(pool.map(lambda _: ingest.sweep(store), range(4)))
    assert sorted(one for each in swept for one in each.stored) == sorted(good)
    assert sorted(one for each in swept for one, _ in each.refused) == sorted(bad)
    assert [each.waiting for each in swept] == [()] * 4
    assert rows(store, "SELECT count(*) FROM audit WHERE action = 'batch:refused'") == [(3,)]


def test_an_outbox_that_is_full_is_emptied_by_who_asks_where_nobody_owns_the_store(folder: Path) -> None:
    with owning(folder) as store:
        register(store, an_account())
        waiting = written(collected(an_account(), showing(a_post(an_account()))))
        put_in_outbox(store, waiting)
    submit(Door(folder, wait_s=10, bounds=Bounds(files=1)), collected(an_account(), showing(a_post(an_account(), text="New"))))
    with owning(folder) as store:
        assert rows(store, "SELECT text FROM post ORDER BY version") == [("Road closed",), ("New",)]


def test_what_does_not_fit_is_waited_for_and_then_refused_with_nothing_kept(folder: Path) -> None:
    with owning(folder) as store:
        register(store, an_account())
    door = Door(folder, wait_s=0.05, bounds=Bounds(free=10**18))
    with pytest.raises(OutboxFull, match=r"takes no more batches: \d+ MB are free on its disk.*nothing was kept of this one; `plainview doctor`"):
        submit(door, collected(an_account()))
    assert waiting_in(ingest.outbox_folder(folder)) == Waiting(0, 0)


@pytest.mark.parametrize(
    ("bounds", "full"),
    [
        (Bounds(free=0), False),
        (Bounds(files=2, free=0), True),
        (Bounds(files=3, free=0), False),
        (Bounds(size=7, free=0), True),
        (Bounds(size=8, free=0), False),
    ],
)
def test_bounds_hold_from_the_first_that_is_one_too_many(tmp_path: Path, bounds: Bounds, full: bool) -> None:
    for name, content in (("a.ndjson", b"1234"), ("b.ndjson", b"567"), ("c.part", b"not a batch yet")):
        (tmp_path / name).write_bytes(content)
    assert bool(no_room(tmp_path, bounds)) is full


def test_drafts_of_databases_go_at_once_and_part_files_after_an_hour(folder: Path) -> None:
    drafts = [folder / name for name in ("new-general.duckdb", "new-general.duckdb.wal", "new-undercover.duckdb", "new-general.duckdb.before-0002")]
    old = [folder / "owner.json.aa.part", folder / "outbox" / "b.ndjson.aa.part", folder / "outbox" / "refused" / "b.reason.aa.part"]
    vault = [folder / "vault" / "ab" / f"{'ab' * 32}.aa.part"]
    young = [folder / "outbox" / "c.ndjson.aa.part", folder / "vault" / "ab" / f"{'ab' * 32}.bb.part"]
    for path in (*drafts, *old, *vault, *young):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    for path in (*old, *vault):
        os.utime(path, (time.time() - 3700, time.time() - 3700))
    with owning(folder) as store:
        assert [path.name for path in (*drafts, *old) if path.exists()] == []
        assert vault[0].exists()  # the vault may be large: it is for the hourly purge
        erasures.purge(store, by="tests", now=NOON)
    assert not vault[0].exists()
    assert [path for path in young if not path.exists()] == []


def test_a_batch_that_is_delivered_again_and_again_is_stored_once(store: Store) -> None:
    register(store, an_account())
    content = written(collected(an_account(), showing(a_post(an_account()))))
    for _ in range(3):
        put_in_outbox(store, content)
        ingest.sweep(store)
    assert rows(store, "SELECT count(*) FROM post") == [(1,)]
    assert rows(store, "SELECT count(*) FROM audit WHERE action = 'collection:stored'") == [(1,)]


def test_an_owner_that_leaves_sends_callers_away_before_it_closes(folder: Path) -> None:
    with owning(folder) as store, serving(store) as served:
        withdraw_card(folder)
        with pytest.raises(StoreBusy, match="did not answer within"):
            Door(folder, wait_s=0.1).call(robots.get, origin="https://x.example")
        assert served.asked == []
