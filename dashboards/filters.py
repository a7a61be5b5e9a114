"""The queue's filters. They live in the address, so that a filtered queue can be kept, sent and come back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from domain.authorization import DetectorName
from domain.directive import Severity
from domain.review import ReviewState


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; None is everything. `state` chooses between what waits and what is decided."""

    state: ReviewState = ReviewState.NEW
    clause: str | None = None
    severity: Severity | None = None
    account: str | None = None
    detector: DetectorName | None = None

    @property
    def closed(self) -> bool:
        """Whether this is the view of the past."""
        return self.state is ReviewState.CLOSED

    @property
    def on(self) -> bool:
        """Whether anything is filtered at all."""
        return any((self.clause, self.severity, self.account, self.detector))

    def off(self) -> Filters:
        """The same view, unfiltered."""
        return Filters(self.state)

    def toggled(self, name: str, value: str) -> Filters:
        """With the filter `name` at `value`, or off when it is there already."""
        said = self._said()
        if said.pop(name, None) != value:
            said[name] = value
        return read_filters(said)

    def query(self, **more: str) -> str:
        """As the part of an address from the question mark on; empty where there is nothing to say."""
        text = urlencode({**self._said(), **more})
        return f"?{text}" if text else ""

    def _said(self) -> dict[str, str]:
        said = {name: str(value) for name in ("clause", "severity", "account", "detector") if (value := getattr(self, name))}
        return said | ({"state": str(self.state)} if self.closed else {})


def read_filters(said: Mapping[str, str]) -> Filters:
    """The filters that an address or a form says. A value that is no state, severity or detector filters nothing."""
    return Filters(
        state=ReviewState.CLOSED if said.get("state") == ReviewState.CLOSED else ReviewState.NEW,
        clause=said.get("clause") or None,
        severity=Severity(said["severity"]) if said.get("severity") in set(Severity) else None,
        account=said.get("account") or None,
        detector=DetectorName(said["detector"]) if said.get("detector") in set(DetectorName) else None,
    )


def read_query(query: str) -> Filters:
    """The filters in the text of a query, as a form carries it along."""
    return read_filters(dict(parse_qsl(query.removeprefix("?"))))
