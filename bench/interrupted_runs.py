"""Does a run that is killed lose or double anything? `python -m bench.interrupted_runs [KILLS [SEED]]` (20 kills by default; about ten minutes).

One folder gets an undisturbed run. In another, runs are ended with SIGKILL at random moments until one of them ends by itself; then both must hold the same
posts and hits, none twice, and a new folder takes its place until KILLS runs have been killed. Ends with status 1 on any difference.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TypeAlias

Contents: TypeAlias = dict[str, Counter[str]]

PLAINVIEW = Path(sys.executable).with_name("plainview")
POST = ("platform", "handle", "native_id", "text", "content_sha256")
HIT = ("handle", "post_url", "media_sha256", "kind", "label", "detector", "detector_version", "settings_sha256", "clause", "box", "score", "because")


def main() -> None:
    """Kill and compare."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as whole:
        took = _run(Path(whole))
        expected = _contents(Path(whole))
    print(f"undisturbed: {took:.1f} s, {sum(expected['posts'].values())} posts, {sum(expected['hits'].values())} hits", flush=True)
    while kills > 0:
        with tempfile.TemporaryDirectory() as folder:
            kills -= _disturbed(Path(folder), kills, took, chance)
            _compare(expected, _contents(Path(folder)))
    print("the same posts and hits every time, none twice")


def _disturbed(folder: Path, most: int, took: float, chance: random.Random) -> int:
    """Kill runs in `folder` until one ends by itself, or `most` were killed and a whole run has followed; returns how many were killed."""
    for killed in range(most):
        moment = chance.uniform(0, took)
        said = _killed(folder, moment)
        if said is None:
            return killed
        print(f"killed after {moment:5.1f} s; last said: {said}", flush=True)
    _run(folder)
    return most


def _compare(expected: Contents, found: Contents) -> None:
    for name, rows in expected.items():
        missing, more = rows - found[name], found[name] - rows
        print(f"  {name}: {sum(found[name].values())} found, {sum(missing.values())} missing, {sum(more.values())} too many", flush=True)
        if missing or more:
            sys.exit(1)


def _run(folder: Path) -> float:
    start = time.monotonic()
    ended = subprocess.run([PLAINVIEW, "run"], cwd=folder, check=False, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"a run failed by itself: {ended.stderr}")
    return time.monotonic() - start


def _killed(folder: Path, moment: float) -> str | None:
    """Start a run and kill it after `moment` seconds; returns the last line that it said, or None when it had ended by itself."""
    process = subprocess.Popen([PLAINVIEW, "run"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _, said = process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.kill()
        _, said = process.communicate()
        return said.strip().splitlines()[-1] if said.strip() else "nothing yet"
    if process.returncode != 0:
        sys.exit(f"a run failed by itself: {said}")
    return None


def _contents(folder: Path) -> Contents:
    return {"posts": _rows(folder, "posts", POST), "hits": _rows(folder, "hits", HIT)}


def _rows(folder: Path, command: str, keys: tuple[str, ...]) -> Counter[str]:
    output = subprocess.run([PLAINVIEW, command, "--json"], cwd=folder, check=True, capture_output=True, text=True).stdout
    return Counter(json.dumps({key: json.loads(line).get(key) for key in keys}, sort_keys=True) for line in output.splitlines())


if __name__ == "__main__":
    main()
