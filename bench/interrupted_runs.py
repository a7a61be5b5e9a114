"""Does a run that is killed lose or double anything? `python -m bench.interrupted_runs [KILLS]` (20 by default; some minutes).

One folder gets an undisturbed run. Another gets KILLS runs, each ended with SIGKILL at a random moment, then one whole run. Both must hold the same posts and
hits, none twice. Prints what each kill hit, and ends with status 1 on any difference.
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

PLAINVIEW = Path(sys.executable).with_name("plainview")
POST = ("platform", "handle", "native_id", "text", "content_sha256")
HIT = ("handle", "post_url", "media_sha256", "kind", "label", "detector", "detector_version", "settings_sha256", "clause", "box", "score", "because")


def main() -> None:
    """Run both and compare."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as disturbed:
        took = _run(Path(whole))
        expected = _contents(Path(whole))
        print(f"undisturbed: {took:.1f} s, {expected['posts']} posts, {expected['hits']} hits")
        for number in range(kills):
            moment = chance.uniform(0, 1.1 * took)
            print(f"kill {number + 1} after {moment:5.1f} s: {_killed(Path(disturbed), moment)}", flush=True)
        _run(Path(disturbed))
        found = _contents(Path(disturbed))
    for name in ("post rows", "hit rows"):
        missing, more = expected[name] - found[name], found[name] - expected[name]
        print(f"{name}: {sum(found[name].values())} found, {sum(missing.values())} missing, {sum(more.values())} too many")
        if missing or more:
            sys.exit(1)
    print("the same posts and hits, none twice")


def _run(folder: Path) -> float:
    start = time.monotonic()
    subprocess.run([PLAINVIEW, "run"], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def _killed(folder: Path, moment: float) -> str:
    process = subprocess.Popen([PLAINVIEW, "run"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _, said = process.communicate(timeout=moment)
        ended = f"it had ended by itself with {process.returncode}"
    except subprocess.TimeoutExpired:
        process.kill()
        _, said = process.communicate()
        ended = "killed"
    last = said.strip().splitlines()[-1] if said.strip() else "nothing said yet"
    return f"{ended}; last said: {last}"


def _contents(folder: Path) -> dict[str, Counter[str] | int]:
    posts, hits = (_rows(folder, command, keys) for command, keys in (("posts", POST), ("hits", HIT)))
    return {"post rows": posts, "hit rows": hits, "posts": sum(posts.values()), "hits": sum(hits.values())}


def _rows(folder: Path, command: str, keys: tuple[str, ...]) -> Counter[str]:
    output = subprocess.run([PLAINVIEW, command, "--json"], cwd=folder, check=True, capture_output=True, text=True).stdout
    return Counter(json.dumps({key: json.loads(line).get(key) for key in keys}, sort_keys=True) for line in output.splitlines())


if __name__ == "__main__":
    main()
