"""Damaged pictures through the artwork detector: `python -m bench.mutated 5000` (about five minutes on one core).

Sample pictures in every type that is read, cut short, with bytes changed anywhere or in the header, with bytes put in or taken out, and with sizes in
the header blown up. One process with LIMIT of address space looks at all of them, so that a crash, a hang (SECONDS a file) or a file without an
answer ends the run with a failure.
"""

from __future__ import annotations

import io
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from PIL import Image

from detectors.artwork import Artwork, ReferencePicture
from detectors.scan import scan

SAMPLE = Path(__file__).parents[1] / "samples" / "example-city"
HEIC = Path(__file__).parents[1] / "tests" / "detectors" / "pictures"
TYPES = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
LIMIT = 2_500_000_000  # bytes of address space, the libraries' own included
SECONDS = 20
HEADER = 64


def originals() -> list[bytes]:
    """A few pictures of the sample in each type; JPEG progressive as well, GIF and WEBP animated as well, PNG with a palette and with 16 bits as well."""
    made: list[bytes] = []
    for name in ("patch-on-table.jpg", "badge-on-counter.jpg", "seal-in-meadow.jpg"):
        picture = Image.open(SAMPLE / "media" / name).convert("RGB").resize((480, 360))
        more = [picture.rotate(90), picture.rotate(180)]
        made += [_saved(picture, kind) for kind in TYPES]
        made.append(_saved(picture, "JPEG", progressive=True))
        made.append(_saved(picture.convert("CMYK"), "JPEG"))
        made.append(_saved(picture.quantize(32), "PNG"))
        made.append(_saved(Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257), "PNG"))
        made += [_saved(picture, kind, save_all=True, append_images=more) for kind in ("GIF", "WEBP")]
        made += [path.read_bytes() for path in sorted(HEIC.glob("*.heic"))]
    return made


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def cut_short(content: bytes, rng: np.random.Generator) -> bytes:
    """The beginning alone."""
    return content[: int(rng.integers(1, len(content)))]


def changed(content: bytes, rng: np.random.Generator, within: int | None = None) -> bytes:
    """One to twenty bytes changed, anywhere or in the first `within`."""
    result = bytearray(content)
    for place in rng.integers(0, min(within or len(result), len(result)), int(rng.integers(1, 21))):
        result[place] = int(rng.integers(256))
    return bytes(result)


def header_changed(content: bytes, rng: np.random.Generator) -> bytes:
    """Bytes of the header changed."""
    return changed(content, rng, HEADER)


def put_in(content: bytes, rng: np.random.Generator) -> bytes:
    """Up to a hundred bytes more somewhere."""
    place = int(rng.integers(len(content)))
    return content[:place] + rng.bytes(int(rng.integers(1, 100))) + content[place:]


def taken_out(content: bytes, rng: np.random.Generator) -> bytes:
    """Up to a hundred bytes fewer somewhere."""
    place = int(rng.integers(len(content)))
    return content[:place] + content[place + int(rng.integers(1, 100)) :]


def blown_up(content: bytes, rng: np.random.Generator) -> bytes:
    """Two bytes of the header at their highest: where they are a size, the picture claims to be huge."""
    result = bytearray(content)
    place = int(rng.integers(0, min(HEADER, len(result) - 1)))
    result[place : place + 2] = b"\x7f\xff"
    return bytes(result)


MUTATIONS: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (cut_short, changed, header_changed, put_in, taken_out, blown_up)


def mutated(count: int) -> Iterator[bytes]:
    """That many damaged files, the same ones each time."""
    whole = originals()
    for number in range(count):
        rng = np.random.default_rng([26, number])
        yield MUTATIONS[number % len(MUTATIONS)](whole[int(rng.integers(len(whole)))], rng)


def main(count: int) -> None:
    """Prints what came of them. Raises SystemExit where a file had no answer."""
    references = [ReferencePicture(path.stem, path.read_bytes()) for path in sorted((SAMPLE / "artwork").glob("*.png"))]
    detector = Artwork(references)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    signal.signal(signal.SIGALRM, _hangs)
    answers, slowest = Counter[str](), 0.0
    for number, content in enumerate(mutated(count), 1):
        start = time.monotonic()
        signal.alarm(SECONDS)
        result = scan(content, [detector])
        signal.alarm(0)
        slowest = max(slowest, time.monotonic() - start)
        answers["refused with a reason" if result.error else "with a finding" if result.findings else "without a finding"] += 1
        if number % 500 == 0:
            sys.stderr.write(f"{number} files\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} files, {sum(answers.values())} answers: " + ", ".join(f"{n} {kind}" for kind, n in answers.most_common()))
    print(f"slowest {slowest:.2f} s, most memory {peak:.0f} MB, address space limited to {LIMIT // 1_000_000} MB")
    if sum(answers.values()) != count:
        raise SystemExit("a file had no answer")


def _hangs(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(f"a file took more than {SECONDS} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
