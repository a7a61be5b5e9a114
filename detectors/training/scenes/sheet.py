"""Contact sheets to look at: `python -m detectors.training.scenes.sheet MATERIALS OUT.png`.

Each query is shown beside its emblem warped by the query's affine, then scenes with their boxes, then backgrounds. `--emblems` names a folder of
BGRA pictures to lay; without it plain stand-ins are drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.pictures import background, scene
from detectors.training.scenes.queries import SIDE, query
from detectors.training.scenes.stand_in import emblem

Image = npt.NDArray[Any]
Maker = Callable[[np.random.Generator], Image]
COLUMNS = 12


def queries(rng: np.random.Generator, grounds: Grounds, make: Maker, count: int) -> Image:
    """Pairs: a query, and its emblem where the affine says it is."""
    cells: list[Image] = []
    for _ in range(count):
        art = make(rng)
        found = query(art, rng, grounds, make(rng))
        laid = cv2.warpAffine(art, found.affine, (SIDE, SIDE), flags=cv2.INTER_AREA)
        share = laid[..., 3:].astype(np.float32) / 255
        shown = (laid[..., :3] * share + 90 * (1 - share)).astype(np.uint8)
        cv2.putText(shown, f"{found.size:.0f}px {found.visible:.2f}", (3, 124), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
        cells.append(np.hstack([found.crop, shown]))
    return _grid(cells, COLUMNS // 2)


def scenes(rng: np.random.Generator, grounds: Grounds, make: Maker, count: int, width: int = 640, height: int = 640) -> Image:
    """Pictures with the visible boxes drawn."""
    cells: list[Image] = []
    for _ in range(count):
        found = scene([make(rng) for _ in range(int(rng.integers(0, 5)))], rng, grounds, width, height)
        shown = found.image.copy()
        for one in found.laid:
            if one.box is not None:
                corner = (one.box.x + one.box.w, one.box.y + one.box.h)
                cv2.rectangle(shown, (one.box.x, one.box.y), corner, (0, 255, 0) if one.visible > 0.4 else (0, 0, 255), 2)
        cells.append(cv2.resize(shown, (512, 512 * height // width), interpolation=cv2.INTER_AREA))
    return _grid(cells, COLUMNS * SIDE // 512)


def _grid(cells: list[Image], columns: int) -> Image:
    cells = cells + [np.zeros_like(cells[0])] * (-len(cells) % columns)
    return np.vstack([np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Contact sheets of training scenes.")
    parser.add_argument("materials", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--emblems", type=Path, help="a folder of pictures with alpha to lay")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng, grounds = np.random.default_rng(chosen.seed), Grounds(chosen.materials)
    files = sorted(chosen.emblems.glob("*.png")) if chosen.emblems else []
    arts = [art for art in (cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in files) if art is not None and art.ndim == 3 and art.shape[2] == 4]

    def make(rng: np.random.Generator) -> Image:
        return arts[int(rng.integers(len(arts)))] if arts else emblem(rng, grounds)

    backgrounds = _grid([background(rng, grounds) for _ in range(COLUMNS * 4)], COLUMNS)
    cv2.imwrite(str(chosen.out), np.vstack([queries(rng, grounds, make, 36), backgrounds, scenes(rng, grounds, make, 6)]))


if __name__ == "__main__":
    main()
