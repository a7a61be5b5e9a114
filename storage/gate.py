"""A gate that many pass at once, and that one may close to be alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Many threads may be inside; `closed` waits until they have left and keeps newcomers waiting. A thread that is inside may enter again."""

    def __init__(self) -> None:
        """Open, with nobody inside."""
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False
        self._mine = threading.local()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside for the block; waits while the gate is closed by somebody else."""
        depth: int = getattr(self._mine, "depth", 0)
        if depth == 0:
            self._pass(1)
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if depth == 0:
                self._pass(-1)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Alone for the block. Not from inside: that would wait for itself, and raises RuntimeError."""
        if getattr(self._mine, "depth", 0):
            raise RuntimeError("a thread inside the gate cannot close it")
        with self._changed:
            self._changed.wait_for(lambda: not self._shut)
            self._shut = True
            self._changed.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()

    def _pass(self, step: int) -> None:
        with self._changed:
            if step > 0:
                self._changed.wait_for(lambda: not self._shut)
            self._inside += step
            self._changed.notify_all()
