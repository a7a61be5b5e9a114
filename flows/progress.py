"""Progress of a run, for whoever watches: a terminal's bars now, Prefect's progress artifacts for later. It carries counts only, never content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

Listener: TypeAlias = Callable[[str, int, int], None]  # the step's name, how many are done, how many there are


@dataclass(slots=True)
class Progress:
    """Counts one step, such as "collect", towards its total; `shown` False: for nobody. Safe to call from many threads."""

    step: str
    total: int
    done: int = 0
    shown: bool = True

    def advance(self, by: int = 1) -> None:
        """`by` more are done."""
        with _LOCK:
            self.done += by
            _tell(self)

    def begin(self) -> Progress:
        """Show the step with nothing done yet."""
        with _LOCK:
            _tell(self)
        return self

    @property
    def percent(self) -> float:
        """From 0 to 100, as Prefect's progress artifacts count."""
        return 100.0 if self.total == 0 else 100.0 * self.done / self.total


_LOCK = Lock()
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` at every step from now on. It runs under a lock: it must be quick and may not raise."""
    _listeners.append(listener)


def stop_listening(listener: Listener) -> None:
    """Undo `listen`."""
    _listeners.remove(listener)


def _tell(progress: Progress) -> None:
    for listener in _listeners if progress.shown else ():
        listener(progress.step, progress.done, progress.total)
