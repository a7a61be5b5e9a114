"""Submits batches of 500 posts without pause, until it is killed: `python -m bench.storage_writer FOLDER`. Run by `bench.storage_looks`."""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from bench.storage_batches import a_batch
from storage.batching.outbox import submit
from storage.owner.door import Door
from tests.builders import NOON


def main() -> None:
    """Says when the first batch is stored, and goes on."""
    door = Door(Path(sys.argv[1]))
    for number in count():
        submit(door, a_batch(f"writer {number}", 500, at=NOON + timedelta(seconds=number)))
        if number == 0:
            print("begun", flush=True)


if __name__ == "__main__":
    main()
