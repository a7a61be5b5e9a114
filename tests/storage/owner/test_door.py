"""The door: a call is done here when the store is free, by its holder when it is not, and by nobody else ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.account import Compartment
from storage import accounts, authorizations, hits, robots
from storage.auditing import audit
from storage.batching.outbox import submit
from storage.errors import NotFound, Refused, StorageError, StoreBusy
from storage.owner.card import publish_card, read_card
from storage.owner.door import Door
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_post, an_account, an_authorization
from tests.storage.filling import SUPERVISOR, collected, register, rows, showing
from tests.storage.serving import TOKEN, Answer, Misbehaving, Served, listening, serving

ROOT = Path(__file__).resolve().parents[3]
ADD_ACCOUNTS = """
import sys
from pathlib import Path
from storage import accounts
from storage.owner.door import Door
from tests.builders import NOON, an_account
door = Door(Path(sys.argv[1]), wait_s=40)
for number in range(6):
    assert door.call(accounts.add, account=an_account(handle=f"@{sys.argv[2]}-{number}@police.example.gov"), by="tests", now=NOON)
"""


@pytest.fixture
def served(store: Store) -> Iterator[Served]:
    with serving(store) as one:
        yield one


@pytest.fixture
def visitor(folder: Path) -> Door:
    """A door for a store that somebody owns: short of patience."""
    return Door(folder, wait_s=5)


def test_a_free_store_is_opened_for_one_call_and_let_go(door: Door) -> None:
    assert door.call(accounts.add, account=an_account(), by="tests", now=NOON) is True
    assert door.call(accounts.every) == [an_account()]
    with owning(door.folder, wait_s=0) as store:
        assert accounts.every(store) == [an_account()]


def test_a_store_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert Door(tmp_path / "new" / "data").call(accounts.every) == []


def test_a_held_store_is_asked_over_http(served: Served, visitor: Door) -> None:
    account = an_account()
    assert visitor.call(accounts.add, account=account, by="tests", now=NOON) is True
    assert visitor.call(accounts.add, account=account, by="tests", now=NOON) is False
    assert visitor.call(authorizations.grant, authorization=an_authorization(account), by="tests", now=NOON) is True
    (standing,) = visitor.call(accounts.standing, now=NOON)
    assert (standing.account, standing.authorizations) == (account, (an_authorization(account),))
    assert served.asked == ["accounts.add", "accounts.add", "authorizations.grant", "accounts.standing"]


def test_batches_go_the_same_way(store: Store, served: Served, visitor: Door) -> None:
    register(store, an_account())
    submit(visitor, collected(an_account(), showing(a_post(an_account()))))
    assert rows(store, "SELECT text FROM post") == [("Road closed",)]


def test_nothing_is_a_result_too(store: Store, served: Served, visitor: Door) -> None:
    assert visitor.call(robots.put, copies=[robots.RobotsText("https://x.example", "", 404, NOON)]) is None
    assert visitor.call(robots.get, origin="https://y.example") is None
    found = visitor.call(robots.get, origin="https://x.example")
    assert found is not None
    assert (found.status, found.fetched_at) == (404, NOON)


def test_errors_come_back_as_what_they_were(served: Served, visitor: Door) -> None:
    with pytest.raises(NotFound, match="there is no hit nowhere that supervisor may see"):
        visitor.call(hits.show, viewer=SUPERVISOR, hit_id="nowhere", now=NOON)
    with pytest.raises(Refused, match="nothing was written in clear"):
        visitor.call(accounts.add, account=an_account(compartment=Compartment.UNDERCOVER), by="tests", now=NOON)


def test_errors_are_the_same_without_http(door: Door) -> None:
    with pytest.raises(NotFound, match="there is no hit nowhere that supervisor may see"):
        door.call(hits.show, viewer=SUPERVISOR, hit_id="nowhere", now=NOON)


def unavailable(_: Answer) -> Answer:
    return 503, {}, b""


def unauthorized(_: Answer) -> Answer:
    return 401, {}, b""


def cut_short(answer: Answer) -> Answer:
    return answer[0], {**answer[1], "Content-Length": "5000", "Connection": "close"}, answer[2]


def cut_chunk(answer: Answer) -> Answer:
    return answer[0], {**answer[1], "Content-Length": "", "Transfer-Encoding": "chunked"}, b"ff\r\n" + answer[2]


def by_a_stranger(answer: Answer) -> Answer:
    return answer[0], {**answer[1], "X-Owner": "0" * 32}, b"[]"


def without_an_owner(_: Answer) -> Answer:
    return 200, {}, b"[]"


def elsewhere(_: Answer) -> Answer:
    return 302, {"Location": "/store/elsewhere"}, b""


@pytest.mark.parametrize("once", [unavailable, unauthorized, cut_short, cut_chunk, by_a_stranger, without_an_owner, elsewhere])
def test_what_is_not_the_owners_whole_answer_is_asked_for_again(store: Store, served: Served, visitor: Door, once: Misbehaving) -> None:
    register(store, an_account())
    served.misbehave += [once, once]
    assert visitor.call(accounts.every) == [an_account()]
    assert served.asked == ["accounts.every"] * 3


def test_a_cut_answer_to_a_change_makes_no_second_change(store: Store, served: Served, visitor: Door) -> None:
    served.misbehave.append(cut_short)
    assert visitor.call(accounts.add, account=an_account(), by="tests", now=NOON) is False
    assert rows(store, "SELECT count(*) FROM audit WHERE action = 'account:added'") == [(1,)]


def test_a_stranger_on_the_port_gets_a_token_of_no_use_and_is_never_believed(store: Store, folder: Path) -> None:
    with listening(None) as stranger:
        publish_card(folder, stranger.url, "a dead token")
        with pytest.raises(StoreBusy, match=r"holds this store and did not answer within 0\.2 s"):
            Door(folder, wait_s=0.2).call(accounts.every)
    assert set(stranger.tokens) == {"Bearer a dead token"}


def test_nobody_at_the_address_is_waited_for_and_then_told(store: Store, folder: Path) -> None:
    with listening(None) as gone:
        pass
    card = publish_card(folder, gone.url, TOKEN)
    with pytest.raises(StoreBusy, match=rf"process {card.pid}\) holds this store"):
        Door(folder, wait_s=0.2).call(accounts.every)


def test_a_holder_without_a_card_is_waited_for_and_then_told(store: Store, folder: Path) -> None:
    with pytest.raises(StoreBusy, match="wait until it is done, or stop it"):
        Door(folder, wait_s=0.1).call(accounts.every)


def test_a_stale_card_is_not_even_asked_when_the_store_is_free(door: Door) -> None:
    with listening(None) as stranger:
        publish_card(door.folder, stranger.url, "a dead token")
        assert door.call(accounts.every) == []
    assert stranger.asked == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"url": "http://127.0.0.1:1"}', b"\xff"])
def test_a_card_that_is_none_is_no_card(folder: Path, content: bytes) -> None:
    (folder / "owner.json").write_bytes(content)
    assert read_card(folder) is None


def test_no_proxy_is_asked(store: Store, served: Served, visitor: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert visitor.call(accounts.every) == []


@pytest.mark.parametrize("status", [404, 400])
def test_a_holder_of_another_version_is_told_of(store: Store, served: Served, visitor: Door, status: int) -> None:
    served.misbehave.append(lambda answer: (status, answer[1], b""))
    with pytest.raises(StorageError, match=r"runs another version: restart it"):
        visitor.call(accounts.every)


def test_a_holder_that_fails_is_told_of_once(served: Served, visitor: Door) -> None:
    served.misbehave.append(lambda answer: (500, answer[1], b"<html>"))
    with pytest.raises(StorageError, match=r"failed in accounts.every \(status 500\)"):
        visitor.call(accounts.every)
    assert served.asked == ["accounts.every"]


def test_the_card_says_where_and_is_for_this_user_alone(store: Store, served: Served) -> None:
    card = read_card(store.folder)
    assert card is not None
    assert card.url == served.url
    assert len(card.owner) == 32
    assert (store.folder / "owner.json").stat().st_mode & 0o777 == 0o600
    assert card.token not in repr(card)


def test_an_owner_takes_the_card_of_the_one_before_away_and_its_own_at_the_end(folder: Path) -> None:
    publish_card(folder, "http://127.0.0.1:9", "a dead token")
    with owning(folder):
        assert read_card(folder) is None
        publish_card(folder, "http://127.0.0.1:9", TOKEN)
    assert read_card(folder) is None


def test_many_threads_of_one_process_take_their_turns(door: Door) -> None:
    def add(number: int) -> bool:
        return door.call(accounts.add, account=an_account(handle=f"@{number}@police.example.gov"), by="tests", now=NOON)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(add, range(8)))
    assert len(door.call(accounts.every)) == 8


def test_many_threads_of_the_owner_write_without_a_conflict(store: Store) -> None:
    start = threading.Barrier(4)

    def record(number: int) -> None:
        start.wait()
        for _ in range(10):
            robots.put(store, copies=[robots.RobotsText("https://x.example", str(number), 200, NOON)])
            accounts.standing(store, now=NOON)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(record, range(4)))
    assert audit.verify(store).ok


def test_processes_that_race_for_the_store_all_get_their_turn(folder: Path) -> None:
    started = [subprocess.Popen([sys.executable, "-c", ADD_ACCOUNTS, str(folder), name], cwd=ROOT, stderr=subprocess.PIPE, text=True) for name in "abc"]
    for process in started:
        _, said = process.communicate(timeout=90)
        assert process.returncode == 0, said
    with owning(folder) as store:
        assert len(accounts.every(store)) == 18
        assert audit.verify(store).ok
        assert rows(store, "SELECT count(*) FROM audit WHERE action = 'account:added'") == [(18,)]
