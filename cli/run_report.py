"""What a run prints at its end: accounts, findings by kind, hits by clause, and for Example City how that compares with what is truly there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.terminal import operator, out, table
from domain.finding import FindingKind
from policy.authorization import may_collect
from policy.directives import load_directive
from storage import accounts, hits

if TYPE_CHECKING:
    from samples.serve import ExampleCity
    from storage.accounts import AccountStanding
    from storage.owner.door import Door


def print_report(door: Door, started: datetime, example: ExampleCity | None) -> None:
    """Print the tables of the run that began at `started`."""
    rows = door.call(hits.listing, viewer=operator())
    new = [row for row in rows if datetime.fromisoformat(str(row["found_at"])) >= started]
    table("Accounts", ("account", "platform", "outcome", "posts", "why"), (_account(one, started) for one in door.call(accounts.standing, now=started)))
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


def _account(one: AccountStanding, started: datetime) -> Sequence[object]:
    decision = may_collect(one.account, one.authorizations, started)
    why = one.last_detail or ("" if decision.allowed else decision.reason)
    return (one.account.handle, one.account.platform, one.last_outcome, one.posts, why)


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
