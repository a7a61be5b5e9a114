"""Trains the networks on what `detectors.training.build` made: `python -m detectors.training.train proposer|matcher|detail FOLDER`.

Checkpoints and logs lie in FOLDER; a matcher that was stopped goes on where it was. `--cooling N` after `--level 0` cools a matcher from wherever it is;
`--go-on` begins with the weights that are shipped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import multiprocessing

from detectors.training import detail, matcher, proposing
from detectors.training.export import shipped_state
from detectors.training.side_by_side import averaging, joined

PORT = 29_551
WEIGHTS = Path(__file__).parents[1] / "weights"


def device() -> str:
    """Where to train."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def reporting(path: Path, rank: int) -> Callable[[str], None]:
    """Lines go to the log; the first process also prints them."""

    def report(line: str) -> None:
        if rank == 0:
            sys.stderr.write(line + "\n")
            with path.open("a", encoding="utf-8") as log:
                log.write(line + "\n")

    return report


def train_matcher(rank: int, world: int, folder: Path, level: int, cooling: int, seed: int, go_on: bool) -> None:
    """One of `world` processes."""
    joined(rank, world, PORT)
    torch.manual_seed(seed)
    checkpoint = folder / "matcher.pt"
    recipe = matcher.Recipe(level, cooling)
    training = matcher.Training(recipe, device())
    if checkpoint.exists():
        training.load(checkpoint)
    elif go_on:
        training.model.load_state_dict(shipped_state(WEIGHTS, "matcher"))
    if level == 0:
        training.recipe = matcher.Recipe(training.step, cooling)
    report = reporting(folder / "matcher.log", rank)
    report(f"from step {training.step}: {training.recipe}, {world} processes, seed {seed}")
    matcher.train(training, folder, seed * 1000 + rank, averaging(world), report, checkpoint if rank == 0 else None)


def train_proposer(rank: int, world: int, folder: Path, steps: int, seed: int, go_on: bool) -> None:
    """One of `world` processes."""
    joined(rank, world, PORT + 1)
    torch.manual_seed(seed)
    report = reporting(folder / "proposer.log", rank)
    if go_on and rank == 0 and not (folder / "proposer.pt").exists():
        torch.save(shipped_state(WEIGHTS, "proposer"), folder / "proposer.pt")
    proposing.train(folder, proposing.Recipe(steps), seed * 1000 + rank, averaging(world), report, folder / "proposer.pt" if rank == 0 else None, device())


def train_detail(rank: int, world: int, folder: Path, steps: int, seed: int) -> None:
    """One of `world` processes: from where FOLDER's detail network is, or else with the first part of its matcher's trunk."""
    joined(rank, world, PORT + 2)
    torch.manual_seed(seed)
    kept = folder / "detail.pt"
    if kept.exists():
        start = torch.load(kept, map_location="cpu", weights_only=True)
    else:
        trunk = torch.load(folder / "matcher.pt", map_location="cpu", weights_only=True)["kept"]
        start = {name.removeprefix("trunk."): value for name, value in trunk.items() if name.startswith("trunk.")}
    report = reporting(folder / "detail.log", rank)
    detail.train(folder, detail.Recipe(steps), seed * 1000 + rank, averaging(world), report, kept if rank == 0 else None, start)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["proposer", "matcher", "detail"])
    parser.add_argument("folder", type=Path)
    for name, value in (("processes", 2), ("steps", 3000), ("level", 9000), ("cooling", 4000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--go-on", action="store_true", help="from the weights in detectors/weights, where FOLDER has none")
    wanted = parser.parse_args()
    if wanted.what == "matcher":
        arguments = (wanted.processes, wanted.folder, wanted.level, wanted.cooling, wanted.seed, wanted.go_on)
        multiprocessing.spawn(train_matcher, arguments, wanted.processes)
    elif wanted.what == "detail":
        multiprocessing.spawn(train_detail, (wanted.processes, wanted.folder, wanted.steps, wanted.seed), wanted.processes)
    else:
        multiprocessing.spawn(train_proposer, (wanted.processes, wanted.folder, wanted.steps, wanted.seed, wanted.go_on), wanted.processes)


if __name__ == "__main__":
    main()
