"""Many accounts at a time, and few of any one host: a slow host keeps its own accounts waiting, and no others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from storage.checkpoints import Due


def grouped(due: Sequence[Due]) -> list[Due]:
    """The same accounts, those of one host behind each other; hosts in the order in which they come first."""
    groups: dict[str, list[Due]] = {}
    for one in due:
        groups.setdefault(host_of(one), []).append(one)
    return [one for group in groups.values() for one in group]


def by_host(due: Sequence[Due], threads: int, per_host: int, work: Callable[[Due], str]) -> list[str]:
    """What `work` answers for each of `due`, in their order; `threads` at a time, and at most `per_host` of one host."""
    turns = _Turns([(number, host_of(one), one) for number, one in enumerate(due)], per_host)
    answers: dict[int, str] = {}

    def go_on() -> None:
        while (turn := turns.next()) is not None:
            number, host, one = turn
            try:
                answers[number] = work(one)
            finally:
                turns.done(host)

    with ThreadPoolExecutor(min(threads, max(len(due), 1)), "collect") as pool:
        for worker in [pool.submit(go_on) for _ in range(min(threads, len(due)))]:
            worker.result()
    return [answers[number] for number in range(len(due))]


def host_of(due: Due) -> str:
    """Which host an account's address names."""
    try:
        return urlsplit(due.account.url).netloc.casefold()
    except ValueError:
        return ""


@dataclass
class _Turns:
    waiting: list[tuple[int, str, Due]]
    per_host: int
    active: Counter[str] = field(default_factory=Counter)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def next(self) -> tuple[int, str, Due] | None:
        """The first whose host has a place, waiting for one if need be; None when all are taken."""
        with self.changed:
            while self.waiting:
                for place, turn in enumerate(self.waiting):
                    if self.active[turn[1]] < self.per_host:
                        self.active[turn[1]] += 1
                        return self.waiting.pop(place)
                self.changed.wait()
            return None

    def done(self, host: str) -> None:
        with self.changed:
            self.active[host] -= 1
            self.changed.notify_all()
