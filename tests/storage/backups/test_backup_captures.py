"""Kept replies in a backup: there with what speaks of them, back with a restore, and gone again where they were withdrawn since."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.retention import HoldScope
from storage import captures
from storage.backups import backup
from storage.backups.restore import restore
from storage.batching.batches import KeptReplies
from storage.batching.wire import written
from storage.erasure import erasures
from storage.erasure.withdrawals import read
from storage.owner.open import owning
from storage.sealed.own_keys import own_keys
from storage.sealed.sealed_vault import SealedVault
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import SUPERVISOR, collected, put_in_outbox, register, showing, take_in
from tests.storage.undercover import COORDINATOR, MARK, enrolled, take_in_sealed, with_keys

NAME = "plainview-20260601T120000Z"
ACCOUNT = an_account()


def kept(store: Store, name: str) -> KeptReplies:
    content = f"replies {name}".encode()
    return KeptReplies(store.vault.put(content), 1, len(content), (NOON, NOON))  # type: ignore[union-attr]


def filled(store: Store) -> tuple[str, str]:
    """One capture that is stored, and one whose batch waits; answers their names."""
    register(store, ACCOUNT)
    stored, waiting = kept(store, "stored"), kept(store, "waiting")
    take_in(store, collected(ACCOUNT, showing(a_post(ACCOUNT)), replies=stored))
    put_in_outbox(store, written(collected(ACCOUNT, showing(a_post(ACCOUNT, "https://police.example.gov/2")), replies=waiting)))
    return stored.sha256, waiting.sha256


def test_they_are_in_it_and_come_back(store: Store, tmp_path: Path) -> None:
    stored, waiting = filled(store)
    made = backup.make(store, into=tmp_path / "backups", name=NAME)
    assert not {f"vault/{stored}", f"vault/{waiting}"} & set(made.lost)
    restored = tmp_path / "restored"
    restore(made.folder, restored, withdrawn=[], place=True)
    with owning(restored) as again:  # what waited is taken in as it opens
        assert {row.sha256 for row in captures.listing(again, viewer=SUPERVISOR)} == {stored, waiting}
        assert [again.vault.get(name) for name in (stored, waiting)] == [b"replies stored", b"replies waiting"]


def test_one_that_is_missing_is_named_as_lost(store: Store, tmp_path: Path) -> None:
    stored, _ = filled(store)
    store.vault.files.path(stored).unlink()
    assert f"vault/{stored}" in backup.make(store, into=tmp_path / "backups", name=NAME).lost


def test_what_was_withdrawn_since_does_not_come_back(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINVIEW_BACKUP_WITHDRAWALS", str(tmp_path / "listed"))
    with owning(folder) as store:
        register(store, ACCOUNT)
        stored = kept(store, "stored")
        take_in(store, collected(ACCOUNT, showing(a_post(ACCOUNT)), replies=stored))
        made = backup.make(store, into=tmp_path / "backups", name=NAME)
        erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.ACCOUNT, target=ACCOUNT.id, now=NOON + timedelta(hours=1))
    lines, _ = read(tmp_path / "listed" / "withdrawals.ndjson")
    restored = tmp_path / "restored"
    assert restore(made.folder, restored, withdrawn=lines, place=True).again.erased == 1
    with owning(restored) as again:
        assert captures.listing(again, viewer=SUPERVISOR) == []
        assert not again.vault.has(stored.sha256)


def test_those_of_the_undercover_compartment_are_in_it_sealed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        account = enrolled(store)
        content = f"{MARK} replies".encode()
        name = SealedVault(folder, own_keys(folder), account.subject_id).put(content)
        batch = collected(account, showing(a_post(account, f"https://social.example/{MARK}")), replies=KeptReplies(name, 1, len(content)))
        take_in_sealed(store, written(batch, store.undercover.keys.of(account.subject_id or "")))
        made = backup.make(store, into=tmp_path / "backups", name=NAME)
    assert MARK.encode() not in b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    restored = tmp_path / "restored"
    restore(made.folder, restored, withdrawn=[], place=True)
    with owning(restored) as again:
        assert [row.sha256 for row in captures.listing(again, viewer=COORDINATOR)] == [name]
    assert SealedVault(restored, own_keys(folder), account.subject_id).get(name) == content
