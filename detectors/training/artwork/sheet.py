"""A contact sheet of artwork: `python -m detectors.training.artwork.sheet MATERIALS OUT.png [--first N] [--families N] [--members N]`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from detectors.training.artwork import Materials, draw
from detectors.training.artwork.canvas import SIDE, Array

GROUND = 150
MEMBERS = 4


def contact_sheet(materials: Materials, first: int, families: int, members: int, columns: int) -> Array:
    """Families in reading order, each family's members side by side, on grey (uint8, blue, green, red)."""
    cells = [_on_grey(draw(family, member, materials)) for family in range(first, first + families) for member in range(members)]
    per_row = columns * members
    cells += [np.full_like(cells[0], GROUND)] * (-len(cells) % per_row)
    return np.vstack([np.hstack(cells[start : start + per_row]) for start in range(0, len(cells), per_row)])


def _on_grey(artwork: Array) -> Array:
    weight = artwork[..., 3:].astype(np.float32) / 255
    laid = artwork[..., :3] * weight + GROUND * (1 - weight)
    return np.asarray(cv2.copyMakeBorder(laid.astype(np.uint8), 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(GROUND, GROUND, GROUND)))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("materials", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--families", type=int, default=18)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--columns", type=int, default=2)
    arguments = parser.parse_args()
    started = time.process_time()
    sheet = contact_sheet(Materials(arguments.materials), arguments.first, arguments.families, arguments.members, arguments.columns)
    spent = (time.process_time() - started) / (arguments.families * arguments.members)
    cv2.imwrite(str(arguments.out), sheet)
    sys.stdout.write(f"{sheet.shape[1]} x {sheet.shape[0]} pixels; {1000 * spent:.1f} ms of processor time each ({SIDE} pixels)\n")


if __name__ == "__main__":
    main()
