"""Kills producers, workers and owners at random moments: `python -m bench.kills [KILLS]` (1 000 by default; a few minutes on one core).

After every few kills the store is opened, and must hold all that was acknowledged, once, with an audit that stands. Ends with status 1 where it does not.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench import killed
from domain.identity import sha256_hex
from domain.worker import Scope
from storage import accounts
from storage.auditing import audit
from storage.batching import ingest
from storage.owner import workers
from storage.owner.open import owning
from storage.store import Store
from tests.builders import an_account
from tests.storage.filling import register, rows

ROUNDS_IN_A_FOLDER = 12
KILLS_IN_A_ROUND = 5
WAITS_S = (0.02, 0.2, 1.5)  # the longest of each sort of wait: some die as they start, some after many batches
WORK: dict[str, Callable[[Path], None]] = {"owner": killed.own, "producer": killed.produce, "worker": killed.produce_elsewhere, "maker": killed.make}


@dataclass
class Tally:
    """What was killed, and what was found after it."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Living:
    """A process that works until it is killed."""

    pid: int
    what: str

    def kill(self, tally: Tally) -> None:
        """Ends it as `kill -9` does. Whoever ended by itself before that counts as a problem."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        if os.WIFSIGNALED(status):
            tally.kills[self.what] += 1
        else:
            tally.problems.append(f"a {self.what} ended by itself, status {os.waitstatus_to_exitcode(status)}")


def main() -> None:
    """Kill that many, and say what was found."""
    started, tally = time.monotonic(), killed_often(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, random.randrange(10**6))
    said = ", ".join(f"{count} of a {what}" for what, count in sorted(tally.kills.items()))
    print(f"{tally.kills.total()} kills ({said}) in {time.monotonic() - started:.0f} s, seed {tally.seed}; {tally.rounds} times opened and checked")
    print(f"acknowledged batches: {tally.acknowledged}; stored though never acknowledged: {tally.unacknowledged}; problems: {len(tally.problems)}")
    print("\n".join(tally.problems))
    sys.exit(bool(tally.problems))


def killed_often(kills: int, seed: int) -> Tally:
    """Kills at least that many processes, in data folders of their own, and checks after every few."""
    chance, tally = random.Random(seed), Tally(seed)
    while tally.kills.total() < kills and not tally.problems:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "data"
            _while_it_is_made(folder, chance, tally)
            for _ in range(ROUNDS_IN_A_FOLDER):
                if tally.kills.total() < kills and not tally.problems:
                    _round(folder, chance, tally)
            if tally.problems:
                kept = shutil.copytree(folder, tempfile.mkdtemp(prefix="kills-"), dirs_exist_ok=True)
                tally.problems.append(f"the data folder is kept in {kept}")
            _count(folder, tally)
    return tally


def _while_it_is_made(folder: Path, chance: random.Random, tally: Tally) -> None:
    for _ in range(3):
        maker = _started("maker", folder)
        _wait(chance)
        maker.kill(tally)
    _in_a_child(lambda: _register(folder), tally)


def _round(folder: Path, chance: random.Random, tally: Tally) -> None:
    living = [_started(what, folder) for what in chance.choice((("owner", "producer", "worker"), ("producer", "producer"), ("owner", "owner", "producer")))]
    for _ in range(KILLS_IN_A_ROUND - len(living)):
        _wait(chance)
        victim = living.pop(chance.randrange(len(living)))
        victim.kill(tally)
        living.append(_started(victim.what, folder))
    while living:
        _wait(chance)
        living.pop(chance.randrange(len(living))).kill(tally)
    _in_a_child(lambda: _check(folder), tally)
    tally.rounds += 1


def _wait(chance: random.Random) -> None:
    time.sleep(chance.uniform(0, chance.choice(WAITS_S)))


def _started(what: str, folder: Path) -> Living:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            WORK[what](folder)
        finally:
            os._exit(status)
    return Living(pid, what)


def _in_a_child(work: Callable[[], None], tally: Tally) -> None:
    # DuckDB's threads do not survive a fork, so the process that forks never opens a database.
    told, tell = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (told to the parent, which reports it)
            os.write(tell, f"{type(error).__name__}: {error}".encode()[:4000])
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as said:
        if problem := said.read():
            tally.problems.append(problem.decode())
    os.waitpid(pid, 0)


def _register(folder: Path) -> None:
    with owning(folder) as store:
        register(store, an_account())
        now, digest = store.clock(), sha256_hex(killed.TOKEN.encode())
        until = (now + timedelta(days=30)).date()
        workers.add(store, name="host-1", token_sha256=digest, scopes=frozenset({Scope.COLLECT}), valid_until=until, by="bench", now=now)


def _check(folder: Path) -> None:
    acknowledged = _acknowledged(folder)
    with owning(folder) as store:
        stored = {str(row[0]) for row in rows(store, "SELECT batch_id FROM ingest_ledger")}
        assert acknowledged.keys() <= stored, f"lost: {sorted(acknowledged.keys() - stored)[:3]}"
        assert all(store.vault.has(sha256) for sha256 in acknowledged.values()), "a picture is lost"
        _nothing_twice_or_by_half(store, len(stored))
        report = audit.verify(store)
        assert report.ok, f"the audit is broken at {report.first_bad}: {report.fault}"
        assert accounts.every(store) == [an_account()]
    left = [path.name for pattern in ("*.ndjson", "refused/*") for path in ingest.outbox_folder(folder).glob(pattern)]
    assert left == [], f"left in the outbox: {left[:3]}"


def _nothing_twice_or_by_half(store: Store, batches: int) -> None:
    counts = "SELECT count(*), count(DISTINCT id), count(DISTINCT batch_id) FROM post"
    assert rows(store, counts) == [(batches * killed.POSTS, batches * killed.POSTS, batches)], rows(store, counts)
    assert rows(store, f"SELECT count(*) FROM post GROUP BY batch_id HAVING count(*) <> {killed.POSTS}") == []
    assert rows(store, "SELECT count(*), count(DISTINCT subject) FROM audit WHERE action = 'collection:stored' HAVING count(*) <> " + str(batches)) == []


def _acknowledged(folder: Path) -> dict[str, str]:
    journal = folder.parent / killed.JOURNAL
    lines = journal.read_text(encoding="ascii").splitlines() if journal.exists() else []
    return dict(line.split(" ") for line in lines)


def _count(folder: Path, tally: Tally) -> None:
    def count() -> None:
        with owning(folder) as store:
            (said,) = rows(store, "SELECT count(*) FROM ingest_ledger")
            (folder.parent / "stored").write_text(str(said[0]), encoding="ascii")

    _in_a_child(count, tally)
    acknowledged = len(_acknowledged(folder))
    tally.acknowledged += acknowledged
    tally.unacknowledged += int((folder.parent / "stored").read_text(encoding="ascii")) - acknowledged


if __name__ == "__main__":
    main()
