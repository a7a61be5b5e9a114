"""Progress bars for the person who waits; plain lines where standard error is no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli.terminal import err, tell
from flows.progress import listen, stop_listening

SAID = {
    "collect": "Collecting accounts",
    "compare": "Looking for copies",
    "examine": "Examining pictures",
    "export": "Writing kept replies",
    "import": "Importing posts",
    "link": "Linking copies",
    "rescan": "Looking again at stored pictures",
}


@contextmanager
def bars() -> Iterator[None]:
    """Show every step of a run while the body of the `with` runs."""
    if not err.is_terminal:
        with _heard(_Lines()):
            yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress, _heard(_Bars(progress)):
        yield


@contextmanager
def _heard(listener: _Bars | _Lines) -> Iterator[None]:
    listen(listener)
    try:
        yield
    finally:
        stop_listening(listener)


class _Bars:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(SAID[step], total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)


class _Lines:
    """A line at the start, at each tenth and at the end of a step: enough for a log, not a line per picture."""

    def __init__(self) -> None:
        self._tenths: dict[str, int] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 10
        if self._tenths.get(step) != tenth:
            self._tenths[step] = tenth
            tell(f"{SAID[step]}: {done} of {total}")
