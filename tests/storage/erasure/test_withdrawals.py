"""What was withdrawn after a backup does not come back with it."""

from __future__ import annotations

import json
import resource
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from domain.retention import HoldScope
from storage import authorizations
from storage.auditing import audit
from storage.backups import backup
from storage.backups.restore import restore
from storage.erasure import erasures, withdrawals
from storage.erasure.withdrawals import WithdrawalKind, Withdrawn, read
from storage.errors import DiskFull, Refused, StoreDamaged
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_post, an_account, an_authorization
from tests.storage.filling import SUPERVISOR, collected, register, rows, showing, take_in

NAME = "plainview-20260601T120000Z"
REVOKED = {"at": "2026-06-01T12:00:00.000000+00:00", "id": an_authorization(an_account()).id, "kind": "authorization_revoked"}


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where withdrawals are listed."""
    monkeypatch.setenv("PLAINVIEW_BACKUP_WITHDRAWALS", str(tmp_path / "listed"))
    return tmp_path / "listed" / "withdrawals.ndjson"


def revoke(store: Store) -> None:
    authorizations.revoke(store, authorization_id=an_authorization(an_account()).id, by="tests", now=NOON)


def test_a_revocation_is_listed_once_with_its_id_alone(store: Store, listed: Path) -> None:
    register(store, an_account())
    for _ in range(2):
        revoke(store)
    assert [json.loads(line) for line in listed.read_bytes().splitlines()] == [REVOKED]
    assert listed.stat().st_mode & 0o077 == 0
    assert read(listed) == ([Withdrawn(WithdrawalKind.AUTHORIZATION_REVOKED, an_authorization(an_account()).id, NOON)], 0)


def test_without_a_place_nothing_is_listed(store: Store, tmp_path: Path) -> None:
    register(store, an_account())
    revoke(store)
    assert withdrawals.keep(store) == 0
    assert list(tmp_path.rglob("*.ndjson")) == []


def test_what_was_missed_is_listed_the_next_time_and_a_torn_line_is_left_behind(store: Store, listed: Path) -> None:
    register(store, an_account())
    revoke(store)
    whole = listed.read_bytes()
    listed.write_bytes(whole[:30])
    assert withdrawals.keep(store) == 1
    assert listed.read_bytes() == whole[:30] + b"\n" + whole
    assert read(listed)[1] == 1
    listed.unlink()
    assert withdrawals.keep(store) == 1
    assert withdrawals.keep(store) == 0
    assert listed.read_bytes() == whole


def test_a_place_in_the_data_folder_is_refused_but_the_revocation_stands(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    register(store, an_account())
    monkeypatch.setenv("PLAINVIEW_BACKUP_WITHDRAWALS", str(store.folder / "inside"))
    with pytest.raises(Refused, match=r"on record in the store, but could not be listed.*lies in the data folder"):
        revoke(store)
    assert rows(store, 'SELECT revoked_at FROM "authorization"') == [(NOON,)]


def test_with_no_room_for_the_line_the_revocation_stands_and_is_listed_later(store: Store, listed: Path) -> None:
    register(store, an_account())
    listed.parent.mkdir()
    listed.write_bytes(b"\n" * 10)
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with store.transaction() as tx:  # as `revoke` does it; DuckDB itself must not meet the limit
        tx.execute('UPDATE "authorization" SET revoked_at = ?', [NOON])
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, limits[1]))
        with pytest.raises(DiskFull, match=r"could not be listed outside it.*the disk is full"):
            withdrawals.keep(store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert withdrawals.keep(store) == 1
    assert len(read(listed)[0]) == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 something", b'{"id": "x"}\n', None])
def test_what_is_no_list_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "list"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"(is no list of withdrawals|cannot be read).*name the file that \[backup\] withdrawals keeps"):
        read(path)


def test_what_was_revoked_and_erased_since_is_withdrawn_again(folder: Path, tmp_path: Path, listed: Path) -> None:
    ours, others, before = (an_account(handle=f"@{name}@police.example.gov") for name in ("ours", "others", "before"))
    posts = [a_post(one, f"https://police.example.gov/{number}", f"a-mark-of-{number}") for number, one in enumerate((ours, ours, others))]
    with owning(folder) as store:
        for one in (ours, others, before):
            register(store, one)
        authorizations.revoke(store, authorization_id=an_authorization(before).id, by="tests", now=NOON)
        for post, one in zip(posts, (ours, ours, others), strict=True):
            take_in(store, collected(one, showing(post)))
        backup.make(store, into=tmp_path / "backups", name=NAME)
        erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=posts[1].id, now=NOON + timedelta(hours=1))
        authorizations.revoke(store, authorization_id=an_authorization(others).id, by="tests", now=NOON + timedelta(hours=2))
    withdrawn, torn = read(listed)
    assert (len(withdrawn), torn) == (3, 0)
    shutil.rmtree(folder)
    unknown = Withdrawn(WithdrawalKind.AUTHORIZATION_REVOKED, "authorization_unknown", NOON)
    restored = restore(tmp_path / "backups" / NAME, folder, withdrawn=[*withdrawn, unknown], place=True)
    assert (restored.again.revoked, restored.again.erased, restored.again.destroyed) == (1, 1, 0)
    assert b"a-mark-of-1" not in (folder / "general.duckdb").read_bytes()
    with owning(folder) as store:
        assert rows(store, "SELECT id FROM post ORDER BY id") == sorted([(posts[0].id,), (posts[2].id,)])
        revoked = "SELECT account_id, revoked_at FROM \"authorization\" WHERE revoked_at > TIMESTAMPTZ '2026-06-01 12:00:00+00'"
        assert rows(store, revoked) == [(others.id, NOON + timedelta(hours=2))]
        erasures.purge(store, by="tests", now=NOON + timedelta(days=2))
        assert rows(store, "SELECT id FROM post") == [(posts[0].id,)]
        assert audit.verify(store).ok
