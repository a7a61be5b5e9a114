"""What a run costs when nothing has changed: `python -m bench.second_run`.

Example City is collected twice in a new folder, under one Prefect server. The second run should ask once per account, examine nothing and store no post. What
a user would otherwise do is to fetch everything again; that is the first run, so the ratio is taken against it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable

from cli.example_city import served_if_alone
from cli.store import store_door
from cli.terminal import now, operator
from flows.engine import prefect_engine
from storage import accounts, posts


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        door = store_door()
        with served_if_alone(door) as city, prefect_engine(door.folder, _say):
            from flows.watch import watch

            if city is None:
                sys.exit("Example City is not served: is this folder new?")
            first, asked_first, _ = _timed(watch, city.requests)
            stored = len(door.call(posts.listing, viewer=operator()))
            second, asked_second, summary = _timed(watch, city.requests)
            again = len(door.call(posts.listing, viewer=operator()))
            count = sum(one.last_success is not None for one in door.call(accounts.standing, now=now()))
    print(f"accounts collected           {count}; posts stored {stored}, and {again - stored} more by the second run")
    print(f"requests, first run          {len(asked_first)}")
    print(f"requests, second run         {len(asked_second)} = {len(asked_second) / count:.2f} per account; by status {dict(Counter(asked_second))}")
    print(f"pictures examined again      {summary['detect']['examined']}")
    print(f"first run                    {first:.2f} s beyond Prefect's start")
    print(f"second run                   {second:.2f} s beyond Prefect's start = {1000 * second / count:.0f} ms per account")
    print(f"second run / first run       {second / first:.3f}")


def _timed(watch: Callable[[], dict[str, dict[str, int]]], log: list[tuple[str, str, int]]) -> tuple[float, list[int], dict[str, dict[str, int]]]:
    before, start = len(log), time.perf_counter()
    summary = watch()
    return time.perf_counter() - start, [status for _, _, status in log[before:]], summary


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
