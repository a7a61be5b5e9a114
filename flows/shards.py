"""Cutting work into shards: one Prefect task costs milliseconds, so a task does many accounts or pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
CORES = os.cpu_count() or 1  # workers that examine at the same time


def shards(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in order, in pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def shard_size(count: int, largest: int, workers: int) -> int:
    """A size that keeps `workers` busy to the end: at least four shards for each, none larger than `largest`."""
    return max(1, min(largest, -(-count // (4 * workers))))
