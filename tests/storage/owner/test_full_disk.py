"""A disk without room, at every place where something is written: one clear error, nothing lost, and it goes on once there is room.

No file may grow beyond a limit that the operating system sets for this process: to whoever writes, that is a full disk.
"""

from __future__ import annotations

import io
import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.identity import sha256_hex
from storage.auditing import audit
from storage.batching import ingest
from storage.batching.outbox import submit
from storage.batching.room import BOUNDS
from storage.batching.wire import written
from storage.database import FILE
from storage.erasure import compaction
from storage.errors import DiskFull
from storage.owner import service
from storage.owner.card import read_card
from storage.owner.door import Door
from storage.owner.open import opened, owning, publish_card
from storage.owner.receive import received
from storage.owner.service import Asked
from storage.store import Store
from storage.vault import Vault
from tests.builders import a_post, an_account
from tests.storage.filling import collected, put_in_outbox, register, rows, showing


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Within the block no file of this process may be longer than `size` bytes. Python leaves SIGXFSZ ignored, so a write fails with EFBIG."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def registered(folder: Path) -> Path:
    with owning(folder) as store:
        register(store, an_account())
    return folder


def a_batch(number: int, size: int) -> bytes:
    text = random.Random(number).randbytes(size // 2).hex()  # what cannot be packed
    return written(collected(an_account(), showing(a_post(an_account(), f"https://police.example.gov/{number}", text))))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_captured_bytes(folder: Path) -> None:
    content, vault = b"x" * 200_000, Vault(folder)
    with no_file_beyond(100_000), pytest.raises(DiskFull, match="the disk is full; nothing was half-written: make room"):
        vault.put(content)
    assert files(folder / "vault") == []
    assert vault.get(vault.put(content)) == content


def test_a_batch_of_this_machine(registered: Path) -> None:
    batch = collected(an_account(), showing(a_post(an_account(), text="x" * 200_000)))
    with no_file_beyond(100_000), pytest.raises(DiskFull):
        submit(Door(registered), batch)
    assert files(ingest.outbox_folder(registered)) == []
    submit(Door(registered), batch)
    with owning(registered) as store:
        assert rows(store, "SELECT count(*) FROM post") == [(1,)]


def test_a_batch_at_its_renaming(registered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    batch = collected(an_account(), showing(a_post(an_account())))
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(DiskFull):
            submit(Door(registered), batch)
    assert files(ingest.outbox_folder(registered)) == []
    submit(Door(registered), batch)
    with owning(registered) as store:
        assert rows(store, "SELECT count(*) FROM post") == [(1,)]


def test_a_batch_of_a_worker(store: Store) -> None:
    register(store, an_account())
    publish_card(store.folder, "http://127.0.0.1:1", "token")
    content = a_batch(1, 200_000)

    def deliver() -> tuple[int, dict[str, str], bytes]:
        asked = Asked({"Authorization": "Bearer token", "Content-Length": str(len(content))}, io.BytesIO(content).read)
        return service.take_batch(store, "token", asked, sha256_hex(content), BOUNDS)

    with no_file_beyond(100_000):
        status, headers, said = deliver()
    assert (status, headers["Retry-After"]) == (503, "2")
    assert b"its disk is full" in said
    assert files(ingest.outbox_folder(store.folder)) == []
    assert deliver()[0] == 200
    assert ingest.sweep(store).stored == (sha256_hex(content),)


def test_a_file_that_comes_in_pieces(tmp_path: Path) -> None:
    with no_file_beyond(1_000), pytest.raises(DiskFull), received(tmp_path / "x", [b"y" * 600, b"y" * 600], sha256_hex(b"y" * 1_200)):
        pass
    assert files(tmp_path) == []


def test_a_store_that_is_being_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with no_file_beyond(8_000), pytest.raises(DiskFull), owning(folder):
        pass
    assert FILE not in files(folder)
    with owning(folder) as store:
        assert audit.verify(store).ok
    assert [name for name in files(folder) if name.startswith("new-")] == []


def test_a_store_that_is_being_opened_with_batches_waiting(registered: Path) -> None:
    (registered / "outbox").mkdir(exist_ok=True)
    with owning(registered) as store:
        for number in range(4):
            put_in_outbox(store, a_batch(number, 200_000))
    limit = (registered / FILE).stat().st_size + 100_000
    full = False
    with no_file_beyond(limit):
        try:
            with opened(registered) as store:
                full = bool(ingest.sweep(store).waiting)
        except DiskFull as told:
            full = "make room" in str(told)
    assert full
    with owning(registered) as store:
        assert rows(store, "SELECT count(*), count(DISTINCT id) FROM post") == [(4, 4)]
        assert audit.verify(store).ok


def test_what_was_committed_while_the_log_cannot_be_folded_into_the_file(registered: Path) -> None:
    limit, stored = (registered / FILE).stat().st_size + 50_000, 0
    with no_file_beyond(limit), pytest.raises(DiskFull, match="make room"), owning(registered) as store:  # noqa: PT012 (it is told at the closing)
        for number in range(4):
            put_in_outbox(store, a_batch(number, 60_000))
            stored += len(ingest.sweep(store).stored)
    assert stored == 4
    with owning(registered) as store:
        assert rows(store, "SELECT count(*), count(DISTINCT id) FROM post") == [(4, 4)]
        assert audit.verify(store).ok


def test_a_file_that_is_being_written_anew(registered: Path) -> None:
    with owning(registered) as store:
        with no_file_beyond(100_000), pytest.raises(DiskFull):
            compaction.compact(store)
        register(store, an_account(handle="@second@police.example.gov"))  # the old file stayed, and is open
        compaction.compact(store)
        assert rows(store, "SELECT count(*) FROM account") == [(2,)]
        assert audit.verify(store).ok


def test_the_card(store: Store) -> None:
    with no_file_beyond(10), pytest.raises(DiskFull):
        publish_card(store.folder, "http://127.0.0.1:1", "token")
    assert read_card(store.folder) is None
    assert [name for name in files(store.folder) if name.endswith(".part")] == []
    assert publish_card(store.folder, "http://127.0.0.1:1", "token") == read_card(store.folder)
