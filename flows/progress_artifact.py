"""Progress as Prefect shows it: one progress artifact per step, updated as shards end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.progress import Progress


@contextmanager
def shown_in_prefect(progress: Progress) -> Iterator[Callable[[], None]]:
    """A function that writes how far `progress` is to Prefect. The artifact's key is the step's name."""
    artifact = cast(UUID, create_progress_artifact(progress=progress.percent, key=progress.step, description=f"{progress.total} in all"))

    def show() -> None:
        update_progress_artifact(artifact, progress.percent)

    yield show
    show()
