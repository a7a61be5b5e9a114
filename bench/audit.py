"""How long `audit.verify` takes beside a bare SHA-256 loop over the same entries already in memory: `python -m bench.audit [ENTRIES]` (1 000 000 by default).

Also what the tree of a checkpoint costs: kept up to date entry by entry, and recomputed as a check. Rounds alternate, so that other work on the machine
disturbs all alike; the smallest time of each is shown, and the median ratio.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from domain.identity import canonical_json, derived_id, sha256_hex
from storage.auditing import audit, audit_trees
from storage.auditing.audit_chain import COLUMNS, entry_hash
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON

ROUNDS, CHUNK = 5, 100_000


def main() -> None:
    """Fill, time, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as place, owning(Path(place) / "data") as store:
        contents = fill(store, count, Path(place))
        print(f"{len(contents)} entries of {sum(map(len, contents)) / len(contents):.0f} bytes; the smallest of {ROUNDS} rounds in seconds, the median ratio")
        works: dict[str, Callable[[], object]] = {
            "a bare loop of sha256(…).hexdigest()": lambda: bare(contents),
            "audit.verify": lambda: expect(audit.verify(store).ok),
            "tree recomputed (audit_trees.recomputed)": lambda: audit_trees.recomputed(store, sizes={store.compartment: [len(contents)]}),
        }
        report(works)
        timed_once("the first tree head of all entries", lambda: audit_trees.newest(store))
        audit.record(store, action=audit.AuditAction.USER_ADDED, actor="bench", subject="one more", detail={}, now=NOON)
        timed_once("the tree head of one entry more", lambda: audit_trees.newest(store))


def fill(store: Store, count: int, place: Path) -> list[bytes]:
    """A chain of `count` entries behind those of the migrations; answers what each hash is over."""
    with store.read() as view:
        contents = [hashed(row) for row in view.rows(f"SELECT {COLUMNS} FROM audit ORDER BY seq")]
        seq, last = view.rows("SELECT seq, hash FROM audit_head")[0]
    made = entries(seq, last)
    file = place / "entries.ndjson"
    for start in range(0, count, CHUNK):
        rows = list(itertools.islice(made, min(CHUNK, count - start)))
        contents += map(hashed, rows)
        file.write_text("\n".join(json.dumps(dict(zip(COLUMNS.split(", "), row, strict=True)), default=str) for row in rows))
        with store.transaction() as tx:
            tx.execute(f"INSERT INTO audit BY NAME SELECT * FROM read_json('{file}', columns = {TYPES})")
            tx.execute("UPDATE audit_head SET seq = ?, hash = ?", [rows[-1][0], rows[-1][-1]])
    return contents


KINDS = {"seq": "BIGINT", "recorded_at": "TIMESTAMPTZ"}
TYPES = "{" + ", ".join(f"{name}: '{KINDS.get(name, 'VARCHAR')}'" for name in COLUMNS.split(", ")) + "}"


def entries(seq: int, last: str) -> Iterator[tuple[object, ...]]:
    """Entries as a busy department makes them, without end: what was collected, and hits that were opened."""
    while True:
        seq += 1
        if seq % 3:
            detail = {"authorization": derived_id("authorization", seq % 1000), "batch": sha256_hex(str(seq).encode()), "posts": seq % 40, "gone": 0}
            said = ("plainview", "collection:stored", derived_id("account", seq % 1000), canonical_json(dict(detail)).decode())
        else:
            said = ("cli:supervisor", "hit:opened", derived_id("hit", seq), "{}")
        fields = (seq, NOON + timedelta(seconds=seq), *said, last)
        last = entry_hash(*fields)
        yield (*fields, last)


def hashed(row: tuple[object, ...]) -> bytes:
    """The bytes whose SHA-256 is the entry's hash, written out anew."""
    seq, at, actor, action, subject, detail, prev = row[:7]
    said = {"seq": seq, "at": at.isoformat(timespec="microseconds"), "actor": actor, "action": action, "subject": subject, "detail": detail}
    content = prev.encode() + canonical_json(said)
    expect(sha256_hex(content) == row[7])
    return content


def bare(contents: list[bytes]) -> None:
    """What the time of `audit.verify` is held against."""
    sha256 = hashlib.sha256
    for content in contents:
        sha256(content).hexdigest()


def report(works: dict[str, Callable[[], object]]) -> None:
    """Times each work in turn, round by round."""
    took: dict[str, list[float]] = {what: [] for what in works}
    for _ in range(ROUNDS):
        for what, work in works.items():
            took[what].append(timed(work))
    base = next(iter(took.values()))
    for what, times in took.items():
        print(f"{what:42} {min(times):7.2f} s {statistics.median(one / other for one, other in zip(times, base, strict=True)):6.2f} x")


def timed_once(what: str, work: Callable[[], object]) -> None:
    """One time, printed."""
    print(f"{what:42} {timed(work):7.3f} s")


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def expect(holds: bool) -> None:
    """Stops the measurement when what is measured is wrong."""
    if not holds:
        raise SystemExit("the chain does not stand: the figures would mean nothing")


if __name__ == "__main__":
    main()
