"""Builds what is trained on: `python -m detectors.training.build MATERIALS FOLDER`.

Emblems of many families, queries that show them, crops and scenes with clutter: all from numbered seeds, so the same command gives the same arrays.
Every tenth family is held out: it is drawn as the others, and never trained with.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.artwork import Materials, draw
from detectors.training.pool import premultiplied
from detectors.training.scenes import Grounds, background, query, scene
from detectors.training.scenes.placement import LARGEST

Array = npt.NDArray[Any]

MEMBERS = 4
SMALL = 96  # side of the emblems as the pool keeps them
SCENE = 640  # side of a scene, pixels; it is kept at half of it
CHUNK = 100
CLOSE_FAMILIES = 25  # families a chunk of close queries
CLOSE_SIZES = (56.0, LARGEST)  # what is smaller has no more detail to show
SHARD = 30_000  # queries a file: training may begin with the first


@functools.cache
def materials(folder: Path) -> Materials:
    """The materials of a process."""
    return Materials(folder)


@functools.cache
def grounds(folder: Path) -> Grounds:
    """The grounds of a process."""
    return Grounds(folder)


def emblems(stock: Path, family: int) -> Array:
    """The four members of a family, 4 x 192 x 192 x 4."""
    return np.stack([draw(family, member, materials(stock)) for member in range(MEMBERS)])


def kept_small(drawn: Array) -> Array:
    """Emblems at 96 pixels, colours multiplied by alpha."""
    return np.stack([cv2.resize(one, (SMALL, SMALL), interpolation=cv2.INTER_AREA) for one in premultiplied(drawn)])


def queries_of(stock: Path, folder: Path, seed: int, chunk: int) -> tuple[Array, Array]:
    """CHUNK queries and their truth: family, member, visible share, size, and six numbers from the emblem's 96 pixels to the canvas."""
    rng = np.random.default_rng([seed, 1, chunk])
    pool = np.load(folder / "large.npy", mmap_mode="r")
    canvases: list[Array] = []
    truth: list[list[float]] = []
    while len(canvases) < CHUNK:
        family, member = int(rng.integers(len(pool))), int(rng.integers(MEMBERS))
        beside = pool[int(rng.integers(len(pool))), int(rng.integers(MEMBERS))]
        seen = query(np.asarray(pool[family, member]), rng, grounds(stock), np.asarray(beside), looseness=0.0)
        canvases.append(seen.crop)
        truth.append([family, member, seen.visible, seen.size, *_from_small(seen.affine).ravel()])
    return np.stack(canvases), np.array(truth, np.float64)


def close_of(stock: Path, folder: Path, seed: int, chunk: int) -> tuple[Array, Array]:
    """One query of each member of CLOSE_FAMILIES families with twice the pixels, and their truth, from the emblem's 192 pixels."""
    rng = np.random.default_rng([seed, 4, chunk])
    pool = np.load(folder / "large.npy", mmap_mode="r")
    canvases, truth = [], []
    for number in range(chunk * CLOSE_FAMILIES * MEMBERS, (chunk + 1) * CLOSE_FAMILIES * MEMBERS):
        family, member = number // MEMBERS % len(pool), number % MEMBERS
        beside = pool[int(rng.integers(len(pool))), int(rng.integers(MEMBERS))]
        emblem = np.asarray(pool[family, member])
        seen = query(emblem, rng, grounds(stock), np.asarray(beside), looseness=0.0, sizes=CLOSE_SIZES, closer=2)
        canvases.append(seen.crop)
        truth.append([family, member, seen.visible, seen.size, *seen.affine.ravel()])
    return np.stack(canvases), np.array(truth, np.float64)


def others_of(stock: Path, seed: int, chunk: int) -> Array:
    """CHUNK crops without an emblem."""
    rng = np.random.default_rng([seed, 2, chunk])
    return np.stack([background(rng, grounds(stock)) for _ in range(CHUNK)])


def scenes_of(stock: Path, folder: Path, seed: int, chunk: int) -> tuple[Array, Array]:
    """CHUNK scenes at half size and their boxes: rows of number within the chunk, x, y, w, h in pixels of the half, and 1 for an emblem, 0 for clutter."""
    rng = np.random.default_rng([seed, 3, chunk])
    pool = np.load(folder / "large.npy", mmap_mode="r")
    halves, boxes = [], []
    for number in range(CHUNK):
        count = int(rng.choice([0, 1, 1, 2, 2, 3, 4, 5]))
        families = rng.integers(0, len(pool), count)
        shown = [np.asarray(pool[int(f), int(rng.integers(MEMBERS))]) for f in families]
        drawn = scene(shown, rng, grounds(stock), SCENE, SCENE)
        halves.append(cv2.resize(drawn.image, (SCENE // 2, SCENE // 2), interpolation=cv2.INTER_AREA))
        seen = [laid.box for laid in drawn.laid if laid.box is not None and laid.visible > 0.35]
        boxes += [[number, box.x / 2, box.y / 2, box.w / 2, box.h / 2, emblem] for emblem, of in ((1, seen), (0, drawn.clutter)) for box in of]
    return np.stack(halves), np.array(boxes, np.float32).reshape(-1, 6)


def _from_small(affine: Array) -> Array:
    """An affine of the emblem's 192 pixels as one of its 96: x = 2 x' + 0.5."""
    double = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1]])
    return np.asarray(affine, np.float64) @ double


def built(work: Callable[[int], Any], count: int, name: str, processes: int) -> list[Any]:
    """`work` of 0 to count - 1, side by side, with its progress told."""
    start, results = time.monotonic(), []
    with ProcessPoolExecutor(processes, initializer=_alone) as pool:
        for result in pool.map(work, range(count), chunksize=1 if count < 500 else 8):
            results.append(result)
            if len(results) % max(1, count // 10) == 0:
                sys.stderr.write(f"{name}: {len(results)} of {count}, {time.monotonic() - start:.0f} s\n")
    return results


def _alone() -> None:
    cv2.setNumThreads(1)


def build(stock: Path, folder: Path, families: int, queries: int, others: int, scenes: int, close: int, seed: int = 1, processes: int = 2) -> None:
    """Fills `folder` from the materials in `stock`. What is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "large.npy").exists():
        drawn = built(functools.partial(emblems, stock), families, "emblems", processes)
        np.save(folder / "emblems.npy", np.stack([kept_small(family) for family in drawn]))
        _save(folder / "large.npy", np.stack(drawn))
    if scenes and not (folder / "scenes.npy").exists():
        made = built(functools.partial(scenes_of, stock, folder, seed), scenes // CHUNK, "scenes", processes)
        np.save(folder / "boxes.npy", np.concatenate([np.add(boxes, [[CHUNK * n, 0, 0, 0, 0, 0]]) for n, (_, boxes) in enumerate(made)]).astype(np.float32))
        _save(folder / "scenes.npy", np.concatenate([halves for halves, _ in made]))
    if others and not (folder / "others-drawn.npy").exists():
        _save(folder / "others-drawn.npy", np.concatenate(built(functools.partial(others_of, stock, seed), others // CHUNK, "others", processes)))
    if close and not (folder / "close-0.npy").exists():
        pairs = built(functools.partial(close_of, stock, folder, seed), close // (CLOSE_FAMILIES * MEMBERS), "close queries", processes)
        np.save(folder / "close-truth-0.npy", np.concatenate([truth for _, truth in pairs]))
        _save(folder / "close-0.npy", np.concatenate([canvases for canvases, _ in pairs]))
    for shard in range(queries // SHARD):
        if not (folder / f"queries-{shard}.npy").exists():
            numbered = functools.partial(_numbered, functools.partial(queries_of, stock, folder, seed), shard * SHARD // CHUNK)
            pairs = built(numbered, SHARD // CHUNK, f"queries {shard}", processes)
            np.save(folder / f"truth-{shard}.npy", np.concatenate([truth for _, truth in pairs]))
            _save(folder / f"queries-{shard}.npy", np.concatenate([canvases for canvases, _ in pairs]))


def _numbered(work: Callable[[int], Any], first: int, number: int) -> Any:
    return work(first + number)


def _save(path: Path, array: Array) -> None:
    """Written under another name first: a file that is there is whole."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, array)
    part.rename(path)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("materials", type=Path)
    parser.add_argument("folder", type=Path)
    for name, count in (("families", 3000), ("queries", 120_000), ("others", 12_000), ("scenes", 6000), ("close", 16_000), ("processes", 2)):
        parser.add_argument(f"--{name}", type=int, default=count)
    wanted = parser.parse_args()
    build(wanted.materials, wanted.folder, wanted.families, wanted.queries, wanted.others, wanted.scenes, wanted.close, processes=wanted.processes)


if __name__ == "__main__":
    main()
