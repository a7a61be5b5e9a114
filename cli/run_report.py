"""What a run prints at its end: accounts, findings by kind, hits by clause, and for Example City how that compares with what is truly there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.account_health import doubts_of
from cli.terminal import now, operator, out, table
from domain.finding import FindingKind
from flows.collect_account import WAITING
from policy.attention import Concern, again_words
from policy.authorization import may_collect
from policy.directives import load_directive
from storage import account_health, hits

if TYPE_CHECKING:
    from samples.serve import ExampleCity
    from storage.account_health import AccountHealth
    from storage.owner.door import Door


def print_report(door: Door, started: datetime, example: ExampleCity | None) -> None:
    """Print the tables of the run that began at `started`."""
    rows = door.call(hits.listing, viewer=operator())
    new = [row for row in rows if datetime.fromisoformat(str(row["found_at"])) >= started]
    print_accounts(door.call(account_health.every, now=started), started)
    if example:
        out.print("Example City's posts have fixed dates in 2026: that its accounts have been silent since is part of the sample.")
    table("Hits by clause", ("clause", "about", "new", "waiting", "all"), _by_clause(rows, new))
    if example:
        table("Example City: what the pictures show, and what was found", ("kind", "pictures", "found", "missed", "false alarms", ""), _against_manifest(rows))
    else:
        table("Hits by kind", ("kind", "new", "all"), _by_kind(rows, new))
    waiting = sum(row["state"] == "new" for row in rows)
    out.print(f"\n{len(new)} new hits; {waiting} of {len(rows)} wait for a supervisor. A hit says what a detector saw; a human decides what it means.")


def print_rescan(counts: Mapping[str, int]) -> None:
    """Say what came of the rescan in this run, when there was or is anything to look at again."""
    if counts["looked"] or counts["left"]:
        out.print(f"\nStored pictures looked at again: {counts['looked']}, with {counts['hits']} new hits; {counts['left']} are left.")
    if counts["left"]:
        out.print("A rescan is under way: until none is left, an empty queue does not speak for those. The next run goes on, `plainview rescan` does so now.")


def print_accounts(healths: Sequence[AccountHealth], started: datetime) -> None:
    """What came of each account, and which of them an empty list of hits does not speak for: failed, not asked yet, or collected and in doubt."""
    table("Accounts", ("account", "platform", "outcome", "posts", "why"), (_account(one, started) for one in healths))
    counts = Counter(_outcome(one, started) for one in healths)
    if missed := {outcome: counts[outcome] for outcome in ("failed", WAITING) if counts[outcome]}:
        told = ", ".join(f"{count} {outcome}" for outcome, count in missed.items())
        out.print(f"Not collected in this run: {told}. That no hit of theirs is listed says nothing.")
    if look := [line for one in healths for line in _to_look_at(one)]:
        out.print("Collected, and in doubt:")
    for line in look:
        out.print(f"  {line}", markup=False)


def _to_look_at(one: AccountHealth) -> Iterable[str]:
    """Why an account that was collected is in doubt; what failed stands in the table."""
    for doubt in doubts_of(one, now()):
        if doubt.concern not in {Concern.FAILING, Concern.WAITING}:
            yield f"{one.standing.account.handle} {doubt.said}"


def _account(one: AccountHealth, started: datetime) -> Sequence[object]:
    standing, outcome = one.standing, _outcome(one, started)
    decision = may_collect(standing.account, standing.authorizations, started)
    why = standing.last_detail or ("" if decision.allowed else decision.reason)
    if outcome in {"failed", WAITING}:
        why = f"{why}; {again_words(one.attempts, now())}"
    return (standing.account.handle, standing.account.platform, outcome, standing.posts, why)


def _outcome(one: AccountHealth, started: datetime) -> str | None:
    """How the account ended in the run that began at `started`: as it is recorded, or waiting, where it was not asked and nothing was recorded anew."""
    standing = one.standing
    asked = standing.last_attempt is not None and standing.last_attempt >= started
    waits = standing.not_before is not None and standing.not_before > started
    return WAITING if waits and not asked else standing.last_outcome


def _by_clause(rows: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[object]]:
    directive = load_directive()
    every, fresh = Counter(row["clause"] for row in rows), Counter(row["clause"] for row in new)
    waiting = Counter(row["clause"] for row in rows if row["state"] == "new")
    for clause, count in sorted(every.items()):
        yield clause, _gist(directive.clause(clause).text), fresh[clause], waiting[clause], count


def _gist(text: str) -> str:
    return text if len(text) <= 70 else text[:69].rsplit(" ", 1)[0] + " …"


def _by_kind(rows: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[object]]:
    every, fresh = Counter(row["kind"] for row in rows), Counter(row["kind"] for row in new)
    return ((kind, fresh[kind], count) for kind, count in sorted(every.items()))


def _against_manifest(rows: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[object]]:
    from detectors.registry import DETECTORS, build
    from samples.manifest import load_manifest

    manifest = load_manifest()
    looked_for = frozenset[FindingKind]().union(*(one.finds for one in build(frozenset(DETECTORS), ())))
    for kind in FindingKind:
        showing = {picture.sha256 for picture in manifest.positives(kind)}
        flagged = {row["media_sha256"] for row in rows if row["kind"] == kind}
        if showing and kind in looked_for:
            yield kind.value, len(showing), len(showing & flagged), len(showing - flagged), len(flagged - showing), ""
        elif showing:
            yield kind.value, len(showing), "", "", "", "no detector yet"
