"""`plainview accounts health`, doctor and the run's report: an account that is collected and in doubt is named with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cli import terminal
from cli.account_health import health_row, print_health
from cli.run_report import print_accounts
from cli.terminal import now
from domain.account import Account
from domain.authorization import Authorization
from policy.attention import Posting
from policy.rhythm import Rhythm
from storage import accounts, authorizations
from storage.account_health import AccountHealth
from storage.accounts import AccountStanding
from storage.batching.batches import CapturedPost, CollectedBatch, CollectionOutcome
from storage.owner.open import owning
from tests.builders import NOON, a_post, an_account, an_authorization
from tests.cli.conftest import Called
from tests.storage.filling import take_in

Plainview = Callable[..., Called]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PRESS = an_account(handle="@ecpd_press@police.example.gov")
DAILY = Posting(Rhythm(40, 1.0, 3), NOON - DAY, NOON - DAY, 0)
OLD_KEYS = [
    *("id", "platform", "handle", "url", "custody", "compartment", "since", "permission", "monitored"),
    *("last_attempt", "last_success", "last_outcome", "last_detail", "posts", "hits_open"),
]


def paper(account: Account, day: date = NOON.date()) -> Authorization:
    return an_authorization(account, valid_from=day - 10 * DAY, valid_until=day + 90 * DAY)


def collected(posting: Posting = DAILY, handle: str = PRESS.handle, **changes: object) -> AccountHealth:
    """An account that was collected an hour before noon, unless told otherwise."""
    account = an_account(handle=handle)
    standing = AccountStanding(account, (paper(account),), NOON - HOUR, "unchanged", "", NOON - HOUR, 40, 2)
    return AccountHealth(replace(standing, **changes), posting)  # type: ignore[arg-type]


SILENT = collected(replace(DAILY, last=NOON - 9 * DAY))
NEW = collected(replace(DAILY, rhythm=None), "@new@police.example.gov")
SEALED = collected(replace(DAILY, rhythm=None, last=None, sealed=True), "@hidden@police.example.gov")
BUSY = {"last_outcome": "failed", "last_detail": "TryAgainLater: status 503", "failures": 3, "not_before": NOON + 2 * HOUR}
WAITING = collected(handle="@traffic_and_parking@police.example.gov", **BUSY)
LATE = collected(handle="@late@police.example.gov", last_attempt=NOON - 5 * DAY, last_success=NOON - 5 * DAY)
REFUSED = collected(handle="@refused@police.example.gov", authorizations=())


def printed(capfd: pytest.CaptureFixture[str], *found: AccountHealth) -> str:
    print_health([health_row(one, NOON) for one in found], NOON)
    return capfd.readouterr().out


def test_the_table_can_be_read_in_100_columns(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(terminal.out, "width", 100)
    told = printed(capfd, SILENT, NEW, SEALED, WAITING, LATE, REFUSED)
    drawn = [line for line in told.splitlines() if line.startswith(("┃", "│"))]
    assert max(map(len, told.partition("\n\n")[0].splitlines())) <= 100
    for cells in (
        ("in doubt", "1 h ago", "2026-05-23", "9 d", "1 d", "0", "2"),
        ("yes", "1 h ago", "2026-05-31", "1 d", "-"),
        ("sealed",),
        ("late",),
        ("3, in 2 h",),
    ):
        assert [line for line in drawn if all(f" {cell} " in line for cell in cells)], cells


def test_what_an_empty_queue_does_not_speak_for_is_said_under_it(capfd: pytest.CaptureFixture[str]) -> None:
    told = printed(capfd, SILENT, NEW, WAITING, LATE, REFUSED).partition("does not speak for these")[2]
    assert "@ecpd_press@police.example.gov has been silent for 9 days; it usually posts every day and is seldom silent for more than 3" in told
    assert "3 times in a row (TryAgainLater: status 503); not asked again before 14:00 UTC" in told
    assert "@late@police.example.gov: not being monitored: last collected 2026-05-27 12:00 UTC" in told
    assert "@refused@police.example.gov: not collected: no authorization" in told
    assert NEW.standing.account.handle not in told


def test_where_all_is_well_nobody_is_called(capfd: pytest.CaptureFixture[str]) -> None:
    assert "does not speak" not in printed(capfd, collected())


def test_a_row_has_every_key_that_it_had_and_what_is_new(capfd: pytest.CaptureFixture[str]) -> None:
    row = health_row(SILENT, NOON)
    assert list(row)[: len(OLD_KEYS)] == OLD_KEYS
    assert (row["monitored"], row["silent_days"], row["usual_days"], row["quiet_after_days"], row["rhythm"]) == ("yes", 9, 1.0, 3, "every day")
    assert (health_row(SEALED, NOON)["rhythm"], health_row(SEALED, NOON)["silent_days"]) == ("not known (sealed)", None)
    assert (health_row(LATE, NOON)["monitored"], health_row(LATE, NOON)["attention"]) == ("no: late", [])
    assert health_row(replace(WAITING, standing=replace(WAITING.standing, authorizations=())), NOON)["attention"] == []


def test_a_run_says_who_was_not_asked_who_failed_and_when_next(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("cli.run_report.now", lambda: NOON + timedelta(minutes=5))
    gone = collected(handle="@gone@police.example.gov", last_attempt=NOON, last_outcome="failed", last_detail="AccountGone: status 404", failures=1)
    asked = collected(handle="@asked@police.example.gov", **BUSY | {"last_attempt": NOON + timedelta(minutes=1)})
    print_accounts([SILENT, WAITING, gone, asked, REFUSED], NOON)
    told = capfd.readouterr().out
    lines = {handle: " ".join(line.replace("│", " ").split()) for line in told.splitlines() if "│" in line for handle in [line.split()[1]]}
    assert "waiting 40 TryAgainLater: status 503; not asked again before 14:00 UTC" in lines[WAITING.standing.account.handle]
    assert "failed 40 AccountGone: status 404; asked again at the next run" in lines["@gone@police.example.gov"]
    assert "failed 40 TryAgainLater: status 503; not asked again before" in lines["@asked@police.example.gov"]
    assert "Not collected in this run: 2 failed, 1 waiting." in told
    assert told.count("has been silent for 9 days") == 1
    assert "could not be collected" not in told  # the table has it


def test_a_run_in_which_all_went_well_adds_no_line(capfd: pytest.CaptureFixture[str]) -> None:
    print_accounts([collected(), REFUSED], NOON)
    told = capfd.readouterr().out
    assert "Not collected" not in told
    assert "in doubt" not in told


def test_the_command_and_doctor_tell_of_a_quiet_account_that_is_stored(plainview: Plainview, folder: Path) -> None:
    moment = now()
    with owning(folder / "data", wait_s=0) as store:
        accounts.add(store, account=PRESS, by="tests", now=moment)
        authorizations.grant(store, authorization=paper(PRESS, moment.date()), by="tests", now=moment)
        posts = tuple(CapturedPost(a_post(PRESS, f"day {day}", posted_at=moment - day * DAY), ()) for day in range(9, 30))
        take_in(store, CollectedBatch(PRESS.id, paper(PRESS, moment.date()).id, moment, CollectionOutcome.STORED, posts=posts, checkpoint="x"))
    called = plainview("accounts", "health", "--json")
    (row,) = [json.loads(line) for line in called.out.splitlines()]
    assert (called.status, row["silent_days"], row["posts"], row["failures"], row["not_before"]) == (0, 9, 21, 0, None)
    assert row["attention"] == ["has been silent for 9 days; it usually posts every day and is seldom silent for more than 3"]
    told = plainview("doctor").out
    assert "note  collection\n      @ecpd_press@police.example.gov has been silent for 9 days" in told
