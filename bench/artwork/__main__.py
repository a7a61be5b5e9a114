"""`python -m bench.artwork`: how well and how fast registered artwork is found. `make bench-artwork` runs all of it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.artwork.costs import REFERENCES, THROUGH, costs, memory, rescanning, throughput
from bench.artwork.curve import svg
from bench.artwork.examining import COUNTS, Examined, asked, examine_all, thresholds
from bench.artwork.examples import failures, successes, write
from bench.artwork.measuring import curve
from bench.artwork.pictures import SETS
from bench.artwork.report import Table, alarms, by_set, compared, meaning, quality

PARTS = ("quality", "costs", "throughput")
COMPARED = 0.1  # of the pictures go to the classical methods, too


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, prints, and writes where asked to."""
    chosen = _parsed(arguments)
    start = time.monotonic()
    tables: list[Table] = []
    if "quality" in chosen.parts:
        tables += _quality(chosen.share, chosen.compared, chosen.write)
    if "costs" in chosen.parts:
        tables += _costs()
    if "throughput" in chosen.parts:
        tables.append(throughput(chosen.through))
    for table in tables:
        print(table.as_text())
    if chosen.write:
        (chosen.write / "figures.md").write_text("\n".join(table.as_markdown() for table in tables), encoding="utf-8")
    print(f"\n{(time.monotonic() - start) / 60:.1f} minutes")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.artwork", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--share", type=float, default=1.0, help="first part of each set's pictures, 0 to 1")
    parser.add_argument("--compared", type=float, default=COMPARED, help="part of the pictures that the classical methods see, too")
    parser.add_argument("--through", type=int, default=THROUGH, help="pictures for the throughput")
    parser.add_argument("--write", type=Path, help="folder for the tables, the curve and twenty example pictures")
    chosen = parser.parse_args(arguments)
    if chosen.write:
        chosen.write.mkdir(parents=True, exist_ok=True)
    return chosen


def _quality(share: float, part: float, folder: Path | None) -> list[Table]:
    todo = asked(share, part)
    examined = sorted(examine_all(todo), key=lambda one: (one.asked.which, not one.asked.positive, one.asked.number))
    cuts = {which: thresholds(which) for which in range(SETS)}
    differ = sum(not one.agrees for one in examined)
    if differ:
        print(f"WARNING: on {differ} pictures `examine` reports something else than the sweep", file=sys.stderr)
    if folder:
        _write(examined, folder)
        (folder / "meaning.json").write_text(json.dumps(meaning(examined, cuts, datetime.now(UTC).date()), indent=2) + "\n", encoding="utf-8")
    return [*quality(examined, cuts), alarms(examined, cuts), compared(examined)]


def _write(examined: Sequence[Examined], folder: Path) -> None:
    lines = {}
    for count in COUNTS:
        pictures = [picture for part in by_set(examined, str(count)) for picture in part]
        for text, low, high in ((f"{count} registered, 48 pixels and over", 48, 10_000), (f"{count} registered, 32 to 48 pixels", 32, 48)):
            lines[text] = curve(pictures, low, high)
    for name in sorted({name for one in examined for name in one.judged} - {str(count) for count in COUNTS}):
        pictures = [picture for part in by_set(examined, name) for picture in part]
        lines[f"{name.split(',')[0]}, 10, 48 and over"] = curve(pictures, 48, 10_000)
    (folder / "curve.svg").write_text(svg(lines, "Recall against false alarms a picture"), encoding="utf-8")
    shown = [*write(successes(examined), folder, "success"), *write(failures(examined), folder, "failure")]
    (folder / "examples.md").write_text("\n\n".join(shown) + "\n", encoding="utf-8")


def _costs() -> list[Table]:
    held = Table("Peak memory of a worker process", ("references", "MB"), tuple((str(count), f"{memory(count):.0f}") for count in REFERENCES))
    again = rescanning()
    return [costs(), held, *([again] if again else [])]


if __name__ == "__main__":
    main()
