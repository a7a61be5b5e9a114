"""Shards hold everything once, in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.shards import shard_size, shards


@given(st.lists(st.integers()), st.integers(1, 50))
def test_shards_are_the_items_in_order(items: list[int], size: int) -> None:
    cut = list(shards(items, size))
    assert [item for shard in cut for item in shard] == items
    assert all(0 < len(shard) <= size for shard in cut)


@given(st.integers(0, 10_000), st.integers(1, 500), st.integers(1, 64))
def test_a_shard_is_never_empty_nor_too_large(count: int, largest: int, workers: int) -> None:
    assert 1 <= shard_size(count, largest, workers) <= largest


@given(st.integers(1, 10_000), st.integers(1, 64))
def test_every_worker_gets_work_while_there_is_enough(count: int, workers: int) -> None:
    size = shard_size(count, 500, workers)
    assert size == 1 or -(-count // size) >= workers
