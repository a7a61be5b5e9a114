"""What the detector costs: time beside decoding the same JPEG, registering, memory of a worker, and how much a second worker adds."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from bench.artwork.examining import one_thread
from bench.artwork.opening import opened
from bench.artwork.ours import detector
from bench.artwork.pictures import OWN, registered, shown
from bench.artwork.report import Table
from detectors.artwork import weaknesses
from detectors.picture import decode
from detectors.registry import ReferencePicture

TIMED = 16  # pictures
REFERENCES = (10, 50, 500)
THROUGH = 600  # pictures; `--through 2000` for the full run
DISTINCT = 60  # of these, different ones
STORED = 24  # pictures


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process; the better of two runs, since the machine may be shared."""
    times = []
    for _ in range(2):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _files(count: int) -> list[bytes]:
    return [shown(0, number // 2, number % 2 == 0).content for number in range(count)]


def costs() -> Table:
    """CPU time of one thread a picture with few and with many references, as multiples of decoding the JPEG; medians."""
    one_thread()
    files = _files(TIMED)
    opencv = [cpu_seconds(partial(opened, file)) for file in files]
    own = [cpu_seconds(partial(decode, file)) for file in files]
    rows = [("cv2.imdecode", _milliseconds(opencv), "1.0", ""), ("our decoding", _milliseconds(own), _times(own, opencv), "1.0")]
    pictures = [decode(file) for file in files]
    for count in REFERENCES:
        made = detector(registered(0, count))
        made.examine(pictures[0])
        taken = [cpu_seconds(partial(made.examine, picture)) for picture in pictures]
        rows.append((f"detector, {count} references", _milliseconds(taken), _times(taken, opencv), _times(taken, own)))
        print(f"cost with {count} references: {_times(taken, opencv)} times the decoding", file=sys.stderr)
        rows += _stages(made, pictures, opencv) if count == REFERENCES[1] else []
    rows.append(("registering one reference", _milliseconds(_registering()), "", ""))
    return Table(f"CPU time of one thread, {TIMED} pictures of 1280 x 960, medians", ("what", "ms", "of cv2.imdecode", "of our decoding"), tuple(rows))


def _stages(made: Any, pictures: Sequence[Any], opencv: Sequence[float]) -> list[tuple[str, str, str, str]]:
    """Parts of the time, where the detector tells them: `stages(picture)` gives seconds by name."""
    if not hasattr(made, "stages"):
        return []
    told = [made.stages(picture) for picture in pictures]
    return [(f"  {name}", _milliseconds([t[name] for t in told]), _times([t[name] for t in told], opencv), "") for name in told[0]]


def _registering() -> list[float]:
    """From the file to a detector that looks for it, with the advice that registering gives."""
    references = [ReferencePicture(label, content) for label, content in registered(0, OWN)]
    times = []
    for reference in references:
        start = time.process_time()
        detector([(reference.label, reference.content)])
        weaknesses(reference)
        times.append(time.process_time() - start)
    return times


def rescanning() -> Table | None:
    """A new reference looked for in stored pictures, beside a first examination (decoding included), CPU time. None where a detector keeps nothing."""
    one_thread()
    before: Any = detector(registered(0, OWN))
    if not hasattr(before, "examine_described"):
        return None
    after: Any = detector(registered(0, OWN + 1))
    files = _files(STORED)
    stored = [before.examine_and_describe(decode(file))[1] for file in files]
    first = [cpu_seconds(partial(_first, after, file)) for file in files]
    again = [cpu_seconds(partial(after.examine_described, kept, partial(decode, file))) for kept, file in zip(stored, files, strict=True)]
    rows = (("first examination", _milliseconds(first), "1.0"), ("from what is stored", _milliseconds(again), _times(first, again)))
    return Table(f"A new reference in {STORED} pictures, CPU time", ("what", "ms", "times as fast"), rows)


def _first(made: Any, file: bytes) -> None:
    made.examine(decode(file))


def memory(references: int) -> float:
    """MB that a worker process held at most, with so many references, after twenty pictures; pictures and references are made elsewhere."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        return pool.submit(_held, registered(0, references), _files(20)).result()


def _held(references: Sequence[tuple[str, bytes]], files: Sequence[bytes]) -> float:
    made = detector(references)
    for file in files:
        made.examine(decode(file))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_made: Any = None


def _ready() -> None:
    global _made  # noqa: PLW0603 (a worker process's one detector)
    one_thread()
    _made = detector(registered(0, 50))


def _through(file: bytes) -> int:
    return len(_made.examine(decode(file)))


def throughput(pictures: int) -> Table:
    """Pictures a second through one worker and through two, decoding included, 50 references."""
    one_thread()
    distinct = _files(DISTINCT)
    files = [distinct[number % DISTINCT] for number in range(pictures)]
    rates = []
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_ready) as pool:
            list(pool.map(_through, files[: 8 * workers], chunksize=1))
            start = time.monotonic()
            list(pool.map(_through, files, chunksize=8))
            rates.append(pictures / (time.monotonic() - start))
        print(f"{workers} worker(s): {rates[-1]:.1f} pictures a second", file=sys.stderr)
    rows = tuple((str(workers), f"{rate:.1f}", f"{rate / rates[0]:.2f}") for workers, rate in zip((1, 2), rates, strict=True))
    return Table(f"Throughput over {pictures} pictures, 50 references", ("worker processes", "pictures a second", "of one worker"), rows)


def _milliseconds(times: Sequence[float]) -> str:
    return f"{1000 * statistics.median(times):.1f}"


def _times(these: Sequence[float], those: Sequence[float]) -> str:
    return f"{statistics.median(a / b for a, b in zip(these, those, strict=True)):.2f}"
