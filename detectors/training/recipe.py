"""The whole training, from nothing to the files in detectors/weights: `python -m detectors.training.recipe FOLDER`, which is `make train`.

Each stage is a command of its own and leaves its work in FOLDER. What is there is not made again, so that a training that was stopped goes on.
It takes hours on two cores, and about 16 GB of disk.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

STAGES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("materials", ("{folder}/materials",), "materials/fonts"),
    ("build", ("{folder}/materials", "{folder}"), "truth-3.npy"),
    ("train", ("proposer", "{folder}", "--steps", "10000"), "proposer.done"),
    ("mining", ("{folder}", "{folder}/proposer.pt"), "others-mined.npy"),
    ("train", ("matcher", "{folder}", "--level", "9000", "--cooling", "4000"), "matcher.done"),
    ("train", ("detail", "{folder}", "--steps", "6000"), "detail.done"),
    ("export", ("{folder}",), "exported.done"),
    ("bank", ("{folder}",), "bank.done"),
    ("calibrate", ("{folder}/materials", "{folder}"), "calibrated.done"),
)


def run(folder: Path) -> None:
    """Every stage whose result is not in `folder`. Raises CalledProcessError when one fails."""
    folder.mkdir(parents=True, exist_ok=True)
    for module, arguments, result in STAGES:
        if (folder / result).exists():
            continue
        start = time.monotonic()
        named = [argument.format(folder=folder) for argument in arguments]
        sys.stderr.write(f"{module} {' '.join(named)}\n")
        subprocess.run([sys.executable, "-m", f"detectors.training.{module}", *named], check=True)  # noqa: S603 (our own modules)
        sys.stderr.write(f"{module}: {time.monotonic() - start:.0f} s\n")
        if result.endswith(".done"):
            (folder / result).touch()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
