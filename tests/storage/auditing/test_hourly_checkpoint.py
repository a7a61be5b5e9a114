"""Checkpoints by themselves: due at once and every hour, by the process that owns the store; trouble is said and stops nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from domain.audit import AuditAction
from storage.auditing import audit
from storage.auditing.audit_notes import new_signing_key
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.hourly_checkpoint import HourlyCheckpoint
from storage.store import Store
from tests.builders import NOON


def set_up(place: Path) -> AuditSettings:
    table = AuditSettings(checkpoints=place / "notes", signing_key_file=place / "key")
    new_signing_key(table, place / "data")
    return table


def written(place: Path) -> int:
    return len(list((place / "notes").glob("*.checkpoint"))) if (place / "notes").exists() else 0


def test_one_at_once_and_one_an_hour(store: Store, tmp_path: Path) -> None:
    time = [NOON]
    store.clock = lambda: time[0]
    hourly = HourlyCheckpoint(store, set_up(tmp_path))
    seen = []
    for minutes in (0, 1, 59, 60, 61):
        time[0] = NOON + timedelta(minutes=minutes)
        audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject="somebody", detail={}, now=NOON)
        assert hourly.turn() == []
        seen.append(written(tmp_path))
    assert seen == [1, 1, 1, 2, 2]


def test_trouble_is_a_line_and_it_goes_on_an_hour_later(store: Store, tmp_path: Path) -> None:
    time: list[datetime] = [NOON]
    store.clock = lambda: time[0]
    hourly = HourlyCheckpoint(store, AuditSettings(checkpoints=tmp_path / "notes", signing_key_file=tmp_path / "key"))
    assert "run `plainview audit checkpoint` once" in hourly.turn()[0]
    set_up(tmp_path)
    time[0] += timedelta(hours=1)
    assert hourly.turn() == []
    assert written(tmp_path) == 1


def test_where_no_folder_is_set_nothing_is_done(store: Store) -> None:
    assert HourlyCheckpoint(store, AuditSettings()).turn() == []
    with store.read() as view:
        assert view.row("SELECT size FROM audit_tree") == (0,)
