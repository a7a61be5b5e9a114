"""What a simulated platform is excused from stands in docs/decisions/0048 with its reason, and nothing else does."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from tests.sources.simulated.every import PLATFORMS, Traits

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0048-what-a-platform-is-excused-from.md"
WHOLE = Traits()


def rows(header: str) -> list[list[str]]:
    """The cells of the table that begins with this column."""
    lines = DECISION.read_text(encoding="utf-8").partition(f"\n| {header} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]


def test_every_excuse_is_a_decision_and_every_decision_an_excuse() -> None:
    excused = [
        (f"`{name}`", f"`{part.name}`", f"`{getattr(traits, part.name)}`")
        for name, traits in ((name, PLATFORMS[name]().traits) for name in sorted(PLATFORMS))
        for part in fields(Traits)
        if getattr(traits, part.name) != getattr(WHOLE, part.name)
    ]
    assert [(platform, part, value) for platform, part, value, _ in rows("platform")] == excused


def test_every_excuse_has_a_reason() -> None:
    why = {(platform, part): reason for platform, part, _, reason in rows("platform")}
    for at, reason in why.items():
        same_as = reason.removeprefix("as ") if reason.startswith("as `") else None
        assert len(reason) > 30 or (same_as, at[1]) in why, at


def test_every_part_of_the_contract_is_explained() -> None:
    assert [part for part, *_ in rows("part")] == [f"`{part.name}`" for part in fields(Traits)]
