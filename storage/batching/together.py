"""Which waiting batches are stored in one transaction: finding out what is known already takes about as long for one as for fifty."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.account import Compartment
from storage.batching.batch_file import BadBatch, checked_header

FILES, BYTES = 50, 16_000_000  # at most, so that nobody waits long for the writer's turn, and for the memory it takes


def together(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """`paths` in groups, in their order: collections of the general compartment, each of another account, may share one. All else is alone."""
    group: list[Path] = []
    accounts: set[str] = set()
    size = 0
    for path in paths:
        account_id, length = _account(path)
        if group and (account_id is None or account_id in accounts or len(group) == FILES or size + length > BYTES):
            yield group
            group, accounts, size = [], set(), 0
        if account_id is None:
            yield [path]
        else:
            group, accounts, size = [*group, path], accounts | {account_id}, size + length
    if group:
        yield group


def _account(path: Path) -> tuple[str | None, int]:
    """Whose collection the batch is (None: not one that may share a transaction), and its bytes. What is wrong with it is found when it is stored."""
    try:
        with path.open("rb") as file:
            header = checked_header(file.readline())
            row = json.loads(file.readline())["row"]
            length = path.stat().st_size
    except (BadBatch, ValueError, KeyError, TypeError, OSError):
        return None, 0
    if header.kind != "collected" or header.compartment != Compartment.GENERAL or not isinstance(row, dict):
        return None, 0
    account_id = row.get("account_id")
    return (account_id if isinstance(account_id, str) else None), length
