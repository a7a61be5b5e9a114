"""A worker's door and vault: the same as the local ones, over HTTP, for what its token allows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from domain.identity import sha256_hex
from domain.worker import Scope
from settings.table import SettingsError
from storage import accounts, checkpoints, references
from storage.batching import ingest
from storage.batching.outbox import submit
from storage.batching.room import Bounds
from storage.errors import NotFound, OutboxFull, Refused, StorageError, StoreBusy, StoreDamaged, StoreUnwritable, WorkerRefused
from storage.owner import workers
from storage.owner.door import Door
from storage.owner.open import owning
from storage.owner.reach import door_of, vault_of
from storage.owner.remote_door import RemoteDoor, RemoteVault
from storage.owner.remote_owner import RemoteOwner
from storage.settings import StorageSettings
from storage.store import Store
from storage.vault import Vault
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import a_picture, collected, register, rows, showing, take_in
from tests.storage.serving import Answer, Served, listening, serving


@pytest.fixture
def served(store: Store) -> Iterator[Served]:
    with _served(store) as one:
        yield one


@pytest.fixture(scope="module")
def unchanged(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One owner for the tests in which nothing is stored."""
    with owning(Path(shutil.copytree(empty_store, tmp_path_factory.mktemp("remote") / "data"))) as store, _served(store) as one:
        yield one
        assert rows(store, "SELECT count(*) FROM ingest_ledger") == [(0,)]


@contextmanager
def _served(store: Store) -> Iterator[Served]:
    register(store, an_account())
    now = store.clock()
    for scope in Scope:
        until = (now + timedelta(days=30)).date()
        workers.add(store, name=f"{scope}-1", token_sha256=sha256_hex(str(scope).encode()), scopes=frozenset({scope}), valid_until=until, by="tests", now=now)
    with serving(store) as one:
        yield one


def owner(served: Served, token: str = "collect", wait_s: float = 5) -> RemoteOwner:
    return RemoteOwner(served.url, token, None, wait_s)


def door(served: Served, tmp_path: Path, token: str = "collect", wait_s: float = 5) -> RemoteDoor:
    return RemoteDoor(tmp_path / "worker", owner(served, token, wait_s))


def test_a_flow_collects_through_it_as_through_a_local_door(store: Store, served: Served, tmp_path: Path) -> None:
    remote, account = door(served, tmp_path), an_account()
    (due,) = remote.call(checkpoints.due, now=store.clock())
    assert due.account == account
    assert RemoteVault(remote.owner).put(b"picture") == sha256_hex(b"picture")
    batch = collected(account, showing(a_post(account), a_picture(b"picture")), checkpoint="next")
    assert submit(remote, batch) == submit(remote, batch)
    assert rows(store, "SELECT text FROM post") == [("Road closed",)]
    assert Vault(store.folder).get(sha256_hex(b"picture")) == b"picture"
    assert not (tmp_path / "worker").exists()  # nothing of the store is on this host


def test_a_flow_examines_through_it(store: Store, served: Served, tmp_path: Path) -> None:
    sha256, account = store.vault.put(b"picture"), an_account()
    take_in(store, collected(account, showing(a_post(account), a_picture(b"picture"))))
    assert RemoteVault(owner(served, "examine")).get(sha256) == b"picture"
    assert door(served, tmp_path, "examine").call(references.every) == []


def test_a_batch_that_cannot_be_stored_is_told_of(store: Store, served: Served, tmp_path: Path) -> None:
    stranger = an_account(handle="@nobody@police.example.gov")
    with pytest.raises(Refused, match=rf"was refused: .*it is kept in outbox/refused of {served.url}"):
        submit(door(served, tmp_path), collected(stranger))


def test_what_its_token_does_not_reach_is_one_clear_line(unchanged: Served, tmp_path: Path) -> None:
    with pytest.raises(WorkerRefused, match=r"token does not reach accounts.every: `plainview workers list`"):
        door(unchanged, tmp_path).call(accounts.every)
    with pytest.raises(WorkerRefused, match="token does not reach vault"):
        RemoteVault(owner(unchanged)).get("a" * 64)


def test_an_unknown_token_is_told_of_at_once(unchanged: Served, tmp_path: Path) -> None:
    before = len(unchanged.asked)
    with pytest.raises(WorkerRefused, match=r"does not know this worker's token.*`plainview workers add`"):
        door(unchanged, tmp_path, "guess").call(checkpoints.due, now=NOON)
    assert len(unchanged.asked) == before + 1


def cut_short(answer: Answer) -> Answer:
    return answer[0], {**answer[1], "Content-Length": "5000", "Connection": "close"}, answer[2]


def gateway_error(_: Answer) -> Answer:
    return 502, {}, b"<html>"


def leaving(_: Answer) -> Answer:
    return 503, {}, b""


@pytest.mark.parametrize("once", [cut_short, gateway_error, leaving])
def test_a_delivery_whose_acknowledgement_was_lost_is_made_again_and_stored_once(store: Store, served: Served, tmp_path: Path, once: object) -> None:
    account = an_account()
    served.misbehave += [once, once]  # type: ignore[list-item]
    submit(door(served, tmp_path), collected(account, showing(a_post(account))))
    assert rows(store, "SELECT count(*) FROM post") == [(1,)]
    assert rows(store, "SELECT count(*) FROM audit WHERE action = 'worker:delivered'") == [(1,)]


def test_an_owner_without_room_is_waited_for_and_then_told(store: Store, served: Served, tmp_path: Path) -> None:
    served.bounds = Bounds(free=10**18)
    with pytest.raises(OutboxFull, match=r"the owner took nothing more within 1 s \(no room: .*nothing was kept"):
        submit(door(served, tmp_path, wait_s=1), collected(an_account()))  # a busy machine takes its time to answer
    assert not list(ingest.outbox_folder(store.folder).glob("*"))


def test_a_stranger_at_the_address_is_never_believed(tmp_path: Path) -> None:
    with listening(None) as stranger, pytest.raises(StoreBusy, match=r"did not answer within 1 s \(status 200\): is `plainview serve` running there"):
        door(stranger, tmp_path, wait_s=1).call(checkpoints.due, now=NOON)


def test_nobody_at_the_address_is_waited_for_and_then_told(tmp_path: Path) -> None:
    with listening(None) as gone:
        pass
    with pytest.raises(StoreBusy, match=r"did not answer within 0\.1 s"):
        RemoteVault(owner(gone, wait_s=0.1)).put(b"picture")


def test_an_owner_that_does_not_know_its_own_name_is_told_of(unchanged: Served, tmp_path: Path) -> None:
    unchanged.misbehave.append(lambda _: (400, {}, b"Bad Request"))
    with pytest.raises(StorageError, match=r"does not answer to this name: add it to \[site\] names"):
        door(unchanged, tmp_path).call(checkpoints.due, now=NOON)


def test_bytes_that_are_not_what_was_captured_are_not_examined(unchanged: Served) -> None:
    unchanged.misbehave.append(lambda answer: (200, {**answer[1], "Content-Length": "1"}, b"x"))
    with pytest.raises(StoreDamaged, match="are not the bytes that were captured"):
        RemoteVault(owner(unchanged, "examine")).get("a" * 64)


def test_a_picture_that_is_not_there_is_told_of_as_here(unchanged: Served) -> None:
    with pytest.raises(NotFound, match="there is no such picture"):
        RemoteVault(owner(unchanged, "examine")).get("a" * 64)


@pytest.mark.parametrize(
    "address",
    ["http://store.police.example.gov:8261", "http://10.0.0.5", "store:8261", "ftp://localhost", "https://", "https://u@x.example", "https://x.example/a"],
)
def test_an_address_that_is_none_or_would_send_in_clear_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"in clear|no address"):
        StorageSettings(owner=address)


@pytest.mark.parametrize("address", ["https://store.police.example.gov:8261/", "http://127.0.0.1:8261", "http://[::1]:8261", "http://localhost:1"])
def test_an_address_over_tls_or_of_this_machine_is_taken(address: str) -> None:
    assert StorageSettings(owner=address).owner == address.rstrip("/")


def test_settings_decide_which_door_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("pvw_x\n")
    token.chmod(0o600)
    local, settings = door_of(StorageSettings(folder=tmp_path)), StorageSettings(folder=tmp_path, owner="https://x.example", wait_seconds=3)
    assert (type(local), type(vault_of(local))) == (Door, Vault)
    with pytest.raises(SettingsError, match=r"there is no token for it: name its file in PLAINVIEW_WORKER_TOKEN_FILE"):
        door_of(settings)
    monkeypatch.setenv("PLAINVIEW_WORKER_TOKEN_FILE", str(token))
    remote = door_of(settings)
    assert isinstance(remote, RemoteDoor)
    assert remote.owner == RemoteOwner("https://x.example", "pvw_x", None, 3)
    assert isinstance(vault_of(remote), RemoteVault)
    assert "pvw_x" not in repr(remote.owner)
    with pytest.raises(SettingsError, match=r"owner_ca: there is no file"):
        door_of(StorageSettings(owner="https://x.example", owner_ca=tmp_path / "none.pem"))
    token.chmod(0o644)
    with pytest.raises(StoreUnwritable, match=r"others on this machine may read this worker's token; run: chmod 600"):
        door_of(settings)
    token.unlink()
    with pytest.raises(StoreUnwritable, match=r"cannot be read.*put there what `plainview workers add` printed"):
        door_of(settings)
