"""The figures as tables, on the terminal and in Markdown."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bench.artwork.examining import COUNTS, Examined
from bench.artwork.measuring import ALLOWED, BINS, SUMS, Judged, Share, false_alarms, recall, threshold_for


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, the heads of the columns, and rows of as many cells."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_text(self) -> str:
        """For a terminal."""
        widths = [max(len(row[column]) for row in (self.heads, *self.rows)) for column in range(len(self.heads))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (self.heads, *self.rows)]
        return "\n".join(["", self.caption, lines[0], "-" * len(lines[0]), *lines[1:]])

    def as_markdown(self) -> str:
        """For a page of the documentation."""
        lines = ["| " + " | ".join(row) + " |" for row in (self.heads, tuple("---" for _ in self.heads), *self.rows)]
        return "\n".join([self.caption, "", *lines, ""])


def by_set(examined: Sequence[Examined], method: str) -> list[list[Judged]]:
    """What was judged of a method, a list for each set of references."""
    sets = sorted({one.asked.which for one in examined})
    return [[one.judged[method] for one in examined if one.asked.which == which and method in one.judged] for which in sets]


def quality(examined: Sequence[Examined], thresholds: Mapping[int, Mapping[str, float]]) -> list[Table]:
    """For each number of references: recall by size with the shipped threshold, and with the best thresholds picked on the set."""
    return [_quality(examined, str(count), [thresholds[which][str(count)] for which in sorted(thresholds)]) for count in COUNTS]


def _quality(examined: Sequence[Examined], method: str, shipped: Sequence[float]) -> Table:
    sets = by_set(examined, method)
    oracle = {allowed: [threshold_for(pictures, allowed) for pictures in sets] for allowed in ALLOWED}
    rows = []
    for low, high in (*BINS, *SUMS):
        cells = [_mean(sets, shipped, low, high), share_text(_pooled(sets, shipped, low, high)), *(_mean(sets, cut, low, high) for cut in oracle.values())]
        rows.append((size_text(low, high), *cells))
    caption = (
        f"{method} registered emblems, shipped threshold {' / '.join(f'{cut:.3f}' for cut in shipped)}. Recall by the visible box's shorter side (pixels); "
        f"false alarms: {alarms_text(sets, shipped)}"
    )
    heads = ("pixels", "shipped, mean of sets", "shipped, all sets (95 %)", *(f"oracle at {allowed}" for allowed in ALLOWED))
    return Table(caption, heads, tuple(rows))


def alarms(examined: Sequence[Examined], thresholds: Mapping[int, Mapping[str, float]]) -> Table:
    """Where the false alarms are, with the shipped threshold."""
    rows = []
    for count in COUNTS:
        sets = by_set(examined, str(count))
        cuts = [thresholds[which][str(count)] for which in sorted(thresholds)]
        for text, kept in (
            ("shows a registered emblem", lambda p: p.positive),
            ("shows only other agencies'", lambda p: not p.positive and p.rivals > 0),
            ("shows none", lambda p: not p.positive and not p.rivals),
            ("all", lambda _: True),
        ):
            found = [false_alarms([picture for picture in pictures if kept(picture)], cut) for pictures, cut in zip(sets, cuts, strict=True)]
            total = Share(sum(share.k for share in found), sum(share.n for share in found))
            rows.append((str(count), text, alarm_text(total)))
    return Table("False alarms with the shipped threshold", ("registered", "picture", "false alarms a picture (95 %)"), tuple(rows))


def compared(examined: Sequence[Examined]) -> Table:
    """The classical methods beside ours on the same pictures; each method's threshold is the best on these very pictures, which favours it."""
    part = [one for one in examined if one.asked.compared]
    methods = sorted({name for one in part for name in one.judged} - {str(count) for count in COUNTS})
    rows = []
    for name in (str(COUNTS[0]), *methods):
        sets = by_set(part, name)
        for allowed in ALLOWED:
            cuts = [threshold_for([picture for pictures in sets for picture in pictures], allowed)] * len(sets)
            shown = "this detector" if name == str(COUNTS[0]) else name
            rows.append((shown, str(allowed), *(share_text(_pooled(sets, cuts, low, high)) for low, high in ((32, 48), (48, 10_000), (0, 10_000)))))
    caption = f"{COUNTS[0]} registered emblems, {len(part)} pictures drawn at random; every threshold is the best on these very pictures"
    return Table(caption, ("method", "false alarms", *(size_text(low, high) for low, high in ((32, 48), (48, 10_000), (0, 10_000)))), tuple(rows))


def meaning(examined: Sequence[Examined], thresholds: Mapping[int, Mapping[str, float]], day: date) -> dict[str, int | str]:
    """What a finding has meant here, with the fewest references and the shipped threshold: emblems shown and found; pictures with none, and the flagged."""
    method = str(COUNTS[0])
    sets = by_set(examined, method)
    cuts = [thresholds[which][method] for which in sorted(thresholds)]
    found = _pooled(sets, cuts, *SUMS[0])
    none = [[picture for picture in pictures if not picture.positive] for pictures in sets]
    flagged = sum(any(score >= cut for score in picture.wrong) for pictures, cut in zip(none, cuts, strict=True) for picture in pictures)
    source = (
        f"{len(sets)} sets of {method} invented emblems by a renderer that no training saw, half of the others beside look-alikes (make bench-artwork, {day})"
    )
    return {"positives": found.n, "detected": found.k, "negatives": sum(map(len, none)), "false_alarms": flagged, "source": source}


def _mean(sets: Sequence[Sequence[Judged]], cuts: Sequence[float], low: int, high: int) -> str:
    parts = [recall(pictures, cut, low, high).part for pictures, cut in zip(sets, cuts, strict=True)]
    present = [part for part in parts if not math.isnan(part)]
    return f"{statistics.mean(present):.3f} ({', '.join(f'{part:.2f}' for part in parts)})" if present else "none shown"


def _pooled(sets: Sequence[Sequence[Judged]], cuts: Sequence[float], low: int, high: int) -> Share:
    found = [recall(pictures, cut, low, high) for pictures, cut in zip(sets, cuts, strict=True)]
    return Share(sum(share.k for share in found), sum(share.n for share in found))


def alarms_text(sets: Sequence[Sequence[Judged]], cuts: Sequence[float]) -> str:
    """All sets' false alarms a picture."""
    found = [false_alarms(pictures, cut) for pictures, cut in zip(sets, cuts, strict=True)]
    return alarm_text(Share(sum(share.k for share in found), sum(share.n for share in found)))


def alarm_text(share: Share) -> str:
    """A rate of events with its 95 % interval (Poisson, by Byar's approximation: a picture may have several)."""
    k = share.k
    low = k * (1 - 1 / (9 * k) - 1.96 / (3 * math.sqrt(k))) ** 3 if k else 0.0
    high = (k + 1) * (1 - 1 / (9 * (k + 1)) + 1.96 / (3 * math.sqrt(k + 1))) ** 3
    n = max(share.n, 1)
    return f"{k} in {share.n}: {k / n:.4f} ({low / n:.4f} to {high / n:.4f})"


def share_text(share: Share) -> str:
    """Part, counts and interval."""
    if not share.n:
        return "none shown"
    low, high = share.interval()
    return f"{share.k} of {share.n}: {share.part:.3f} ({low:.2f} to {high:.2f})"


def size_text(low: int, high: int) -> str:
    """A size bin in words."""
    if high >= 10_000:
        return f"{low} and over" if low else "all"
    return f"{low} to {high}" if low else f"under {high}"
