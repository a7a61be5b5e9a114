"""How it stands with accounts, as rows: what is monitored, and what is in doubt although it is. `plainview accounts list` and `health` print them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cli.terminal import out, table
from dashboards.wording import ago_words, due_words
from policy.attention import Doubt, doubts, rhythm_words, silence_of
from policy.authorization import may_collect
from policy.due_times import late_after
from policy.rhythm import GAPS_AT_LEAST

if TYPE_CHECKING:
    from storage.account_health import AccountHealth
    from storage.accounts import AccountStanding

_COLUMNS = ("account", "monitored", "collected", "last post", "silent", "usual", "failed", "open")


def standing_row(standing: AccountStanding, moment: datetime) -> dict[str, Any]:
    """An account with its permission and its last collection."""
    decision = may_collect(standing.account, standing.authorizations, moment)
    late = late_after(moment, standing.last_success)
    account = standing.account
    return {
        "id": account.id,
        "platform": account.platform,
        "handle": account.handle,
        "url": account.url,
        "custody": account.custody.value,
        "compartment": account.compartment.value,
        "since": account.since,
        "permission": decision.reason,
        "monitored": "no: " + decision.reason if not decision.allowed else "no: late" if late else "yes",
        "last_attempt": standing.last_attempt,
        "last_success": standing.last_success,
        "last_outcome": standing.last_outcome,
        "last_detail": standing.last_detail,
        "posts": standing.posts,
        "hits_open": standing.hits_open,
    }


def health_row(one: AccountHealth, moment: datetime) -> dict[str, Any]:
    """The same, with what a person should look at, and what that rests on. Days are of UTC."""
    posting, rhythm = one.posting, one.posting.rhythm
    return standing_row(one.standing, moment) | {
        "failures": one.standing.failures,
        "not_before": one.standing.not_before,
        "last_posted": posting.last,
        "rhythm": rhythm_words(posting),
        "usual_days": rhythm.usual_days if rhythm else None,
        "quiet_after_days": rhythm.quiet_after_days if rhythm else None,
        "quiet_by_chance": rhythm.chance if rhythm else None,
        "silent_days": silence_of(one.attempts, posting),
        "unread": posting.unread,
        "attention": attention(one, moment),
    }


def attention(one: AccountHealth, moment: datetime) -> list[str]:
    """Why an account that may be collected is not clean. Each line goes on after its name."""
    return [doubt.said for doubt in doubts_of(one, moment)]


def doubts_of(one: AccountHealth, moment: datetime) -> tuple[Doubt, ...]:
    """The same, each with its concern."""
    allowed = may_collect(one.standing.account, one.standing.authorizations, moment).allowed
    return doubts(one.attempts, one.posting, moment) if allowed else ()


def print_health(rows: Sequence[dict[str, Any]], moment: datetime) -> None:
    """The rows as a table that fits 100 columns, and under it every account that an empty queue does not speak for, with why."""
    table("Account health", _COLUMNS, (_cells(row, moment) for row in rows))
    out.print(f"Days: silent up to the last collection; usual from post to post, known from {GAPS_AT_LEAST + 1} days of posting on.")
    told = [line for row in rows for line in _told(row)]
    if told:
        out.print("\nAn empty queue does not speak for these; a person looks:")
    for line in told:
        out.print(f"  {line}", markup=False)


def _told(row: dict[str, Any]) -> list[str]:
    name, monitored = row["handle"], row["monitored"]
    if monitored not in {"yes", "no: late"}:
        return [f"{name}: not collected: {monitored.removeprefix('no: ')}"]
    late = [f"{name}: not being monitored: {collected_words(row['last_success'])}"] if monitored == "no: late" else []
    return [*late, *(f"{name} {said}" for said in row["attention"])]


def collected_words(last_success: datetime | None) -> str:
    """When an account was last collected, for a line about one that is late."""
    return f"last collected {last_success.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if last_success else "never collected"


def _cells(row: dict[str, Any], moment: datetime) -> Sequence[object]:
    monitored = {"yes": "in doubt" if row["attention"] else "yes", "no: late": "late"}.get(row["monitored"], "no")
    silent = "-" if row["silent_days"] is None else f"{row['silent_days']} d"
    posted = f"{row['last_posted'].astimezone(UTC):%Y-%m-%d}" if row["last_posted"] else "-"
    return (row["handle"], monitored, ago_words(row["last_success"], moment), posted, silent, _usual(row), _failed(row, moment), row["hits_open"])


def _usual(row: dict[str, Any]) -> str:
    if "sealed" in row["rhythm"]:
        return "sealed"
    return "-" if row["usual_days"] is None else f"{row['usual_days']:g} d"


def _failed(row: dict[str, Any], moment: datetime) -> str:
    """How many attempts in a row failed, and when the account is asked again if that is not at the next run."""
    waits = row["not_before"] is not None and row["not_before"] > moment
    return f"{row['failures']}, {due_words(row['not_before'], moment)}" if waits else str(row["failures"])
