"""Successes and failures as pictures: the part of the picture beside what is registered, with the boxes drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.examining import Examined
from bench.artwork.measuring import SAME, Answer, overlap
from bench.artwork.opening import opened, opened_as_is
from bench.artwork.pictures import OWN, registered, shown
from bench.artwork.placing import Box, Placed

Array = npt.NDArray[Any]

EACH = 10
LEAST_MISSED = 32  # pixels
HIGH = 260  # pixels
TRUE, SAID = (60, 170, 30), (30, 60, 220)  # BGR: where it is, what the detector said


@dataclass(frozen=True, slots=True)
class Example:
    """A place in a picture: `true` is where the emblem `label` is (None: it isn't there), `said` where the detector sees it (None: nowhere)."""

    one: Examined
    label: str
    true: Box | None
    said: Box | None


def successes(examined: Sequence[Examined]) -> list[Example]:
    """Emblems that were found, of all sizes."""
    found = []
    for one in examined:
        for placed in one.shows:
            said = [a.box for a in one.reported if _right(a, placed)]
            found += [Example(one, placed.label, placed.box, said[0])] if said else []
    return _spread(found)


def failures(examined: Sequence[Examined]) -> list[Example]:
    """Up to four false alarms, then emblems of at least LEAST_MISSED pixels that were missed."""
    wrong = [Example(one, a.label, None, a.box) for one in examined for a in one.reported if not any(_right(a, placed) for placed in one.shows)]
    missed = [
        Example(one, placed.label, placed.box, None)
        for one in examined
        for placed in one.shows
        if placed.side >= LEAST_MISSED and not any(_right(a, placed) for a in one.reported)
    ]
    chosen = _spread(wrong)[:: max(1, len(wrong) // 4)][:4]
    return chosen + _spread(missed)[: EACH - len(chosen)]


def _right(answer: Answer, placed: Placed) -> bool:
    return placed.label == answer.label and overlap(placed.box, answer.box) >= SAME


def _spread(examples: Sequence[Example]) -> list[Example]:
    """EACH of them, evenly over the sizes."""
    ordered = sorted(examples, key=lambda e: (min((e.true or e.said or (0, 0, 0, 0))[2:]), e.one.asked.which, e.one.asked.number))
    return [ordered[round(at)] for at in np.linspace(0, len(ordered) - 1, min(EACH, len(ordered)))] if ordered else []


def write(examples: Sequence[Example], folder: Path, kind: str) -> list[str]:
    """One JPEG for each; returns Markdown that shows them."""
    lines = []
    for number, example in enumerate(examples, 1):
        path = folder / f"{kind}-{number:02d}.jpg"
        path.write_bytes(cv2.imencode(".jpg", _drawn(example), [cv2.IMWRITE_JPEG_QUALITY, 82])[1].tobytes())
        box = example.true or example.said or (0, 0, 0, 0)
        what = "found" if example.true and example.said else "missed" if example.true else "false alarm"
        lines.append(f"![{what}]({path.name}) {what}, {min(box[2:])} pixels: {example.label}")
    return lines


def _drawn(example: Example) -> Array:
    """The surroundings, with green for where it is and red for what was said, beside the registered emblem."""
    asked = example.one.asked
    content = shown(asked.which, asked.number, asked.positive).content
    picture = opened(content)
    x, y, w, h = example.true or example.said or (0, 0, 10, 10)
    reach = max(w, h, 60)
    left, top = max(0, x + w // 2 - reach), max(0, y + h // 2 - reach)
    part = picture[top : y + h // 2 + reach, left : x + w // 2 + reach]
    factor = HIGH / part.shape[0]
    part = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    for box, colour in ((example.true, TRUE), (example.said, SAID)):
        if box is not None:
            a = ((box[0] - left) * factor, (box[1] - top) * factor)
            cv2.rectangle(part, (int(a[0]), int(a[1])), (int(a[0] + box[2] * factor), int(a[1] + box[3] * factor)), colour, 2)
    return np.hstack([part, _reference(asked.which, example.label)])


def _reference(which: int, label: str) -> Array:
    art = opened_as_is(dict(registered(which, OWN))[label])
    if art.shape[2] == 4:
        part = art[..., 3:].astype(np.float32) / 255
        art = (art[..., :3] * part + 235 * (1 - part)).astype(np.uint8)
    factor = (HIGH - 20) / max(art.shape[:2])
    small = cv2.resize(art, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    card = np.full((HIGH, HIGH, 3), 235, np.uint8)
    top, left = (HIGH - small.shape[0]) // 2, (HIGH - small.shape[1]) // 2
    card[top : top + small.shape[0], left : left + small.shape[1]] = small
    return card
