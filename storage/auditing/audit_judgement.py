"""What checkpoints say about the files that are there: pure, over the reports on the chains, the trees made anew and the notes that were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.account import Compartment
from storage.auditing.audit_chain import AuditReport
from storage.auditing.audit_notes import Checkpoint
from storage.auditing.audit_trees import Recomputed
from storage.auditing.tree_head import TreeHead


@dataclass(frozen=True, slots=True)
class Judgement:
    """About one file. `first_bad`: the first entry that is not what was written, None where only a checkpoint tells, whose size `by_size` is then.

    `checkpoints` that hold; `covered` entries of the newest, of `written_at`. What stands behind is seen by the chain alone.
    """

    compartment: Compartment
    entries: int
    ok: bool
    first_bad: int | None
    by_size: int | None
    fault: str
    checkpoints: int
    covered: int
    written_at: datetime | None


def judged(reports: Sequence[AuditReport], trees: Sequence[Recomputed], notes: Sequence[Checkpoint]) -> list[Judgement]:
    """A judgement on each file that is there, and on each that is not although a checkpoint speaks of it."""
    by_file = {tree.compartment: tree for tree in trees}
    signed = [(note, note.head) for note in notes if note.head]
    there = [_judged(report, by_file.get(report.compartment), [one for one in signed if one[1].compartment is report.compartment]) for report in reports]
    gone = sorted({head.compartment for _, head in signed} - {report.compartment for report in reports})
    return there + [Judgement(one, 0, False, 1, None, f"{one}.duckdb is not there, and checkpoints speak of it", 0, 0, None) for one in gone]


def _judged(report: AuditReport, tree: Recomputed | None, notes: Sequence[tuple[Checkpoint, TreeHead]]) -> Judgement:
    first_bad, by_size, fault = report.first_bad, None, report.fault
    holding: list[tuple[Checkpoint, TreeHead]] = []
    if report.ok:
        holding, fault, first_bad, by_size = _held(report, tree, sorted(notes, key=lambda one: one[1].size))
    newest = max(holding, key=lambda one: one[1].size, default=None)
    return Judgement(
        report.compartment,
        report.entries,
        not fault,
        first_bad,
        by_size,
        fault,
        len(holding),
        newest[1].size if newest else 0,
        newest[0].written_at if newest else None,
    )


_Held = tuple[list[tuple[Checkpoint, TreeHead]], str, int | None, int | None]


def _held(report: AuditReport, tree: Recomputed | None, notes: Sequence[tuple[Checkpoint, TreeHead]]) -> _Held:
    """The notes that hold, up to the first that does not; then what is wrong, with the entry's number or the note's size."""
    made = {head.size: head for head in tree.heads} if tree else {}
    for number, (note, head) in enumerate(notes):
        before = list(notes[:number])
        since = before[-1][1].size + 1 if before else 1
        if head.size > report.entries:
            return before, f"entries at the end are missing: {note.path.name} vouches for {head.size}", report.entries + 1, None
        if made[head.size].head != head.head:
            return before, f"history was rewritten: an entry from {since} to {head.size} is not what {note.path.name} vouches for", None, head.size
        if made[head.size].root != head.root:
            return before, f"the tree over the first {head.size} entries is not the one that {note.path.name} vouches for", None, head.size
    if tree and not tree.kept_fits:
        return list(notes), "the tree that is kept for the next checkpoint was changed after it was written", None, None
    return list(notes), "", None, None
