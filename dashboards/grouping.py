"""Hits about one picture, or about pictures found to be nearly the same, are one card; and how many hits each filter would show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboards.addresses import queue_address
from dashboards.directive import gist_of
from dashboards.filters import Filters
from dashboards.wording import DETECTOR_WORDS, gist
from domain.authorization import DetectorName
from domain.directive import Severity
from storage.hit_rows import HitRow


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what it is called, how many hits it would show, whether it is on, and where a click leads."""

    words: str
    title: str
    count: int
    on: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the queue."""

    words: str
    choices: tuple[Choice, ...]


def grouped(rows: Iterable[HitRow], same_as: Mapping[str, str]) -> list[list[HitRow]]:
    """The rows in their order, those about the same or nearly the same picture put to the first of them. `same_as`: picture to the one it nearly equals."""
    groups: dict[str, list[HitRow]] = {}
    for row in rows:
        groups.setdefault(same_as.get(row.media_sha256, row.media_sha256), []).append(row)
    return list(groups.values())


def kept(rows: Iterable[HitRow], filters: Filters) -> list[HitRow]:
    """The rows that pass every filter."""
    wanted = {name: value for name in _VALUE if (value := getattr(filters, name))}
    return [row for row in rows if all(_VALUE[name](row) == value for name, value in wanted.items())]


def facets(rows: Sequence[HitRow], filters: Filters) -> list[Facet]:
    """Every way to narrow these rows; each counts what passes the other filters, so that no click leads to an unexpected emptiness."""
    handles = {row.account_id: row.handle for row in rows}
    return [
        _facet("Severity", "severity", rows, filters, lambda value: value, list(reversed(Severity))),
        _facet("Clause", "clause", rows, filters, lambda value: value),
        _facet("Account", "account", rows, filters, lambda value: handles.get(value, value)),
        _facet("Detector", "detector", rows, filters, lambda value: DETECTOR_WORDS[DetectorName(value)]),
    ]


_VALUE: Mapping[str, Callable[[HitRow], str]] = {
    "severity": lambda row: row.severity,
    "clause": lambda row: row.clause,
    "account": lambda row: row.account_id,
    "detector": lambda row: row.detector,
}


def _facet(words: str, name: str, rows: Sequence[HitRow], filters: Filters, called: Callable[[str], str], order: Sequence[str] = ()) -> Facet:
    current = getattr(filters, name)
    others = filters.toggled(name, current) if current else filters
    counts = Counter(_VALUE[name](row) for row in kept(rows, others))
    if current:
        counts.setdefault(current, 0)
    values = [value for value in order if value in counts] or sorted(counts, key=called)
    choices = (
        Choice(called(value), _title(name, value, called), counts[value], value == current, queue_address(filters.toggled(name, value))) for value in values
    )
    return Facet(words, tuple(choices))


def _title(name: str, value: str, called: Callable[[str], str]) -> str:
    return gist(gist_of(value), 200) if name == "clause" else called(value)
