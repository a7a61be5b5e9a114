"""Enters what a score means: `python -m detectors.training.meaning docs/detectors/artwork-figures/meaning.json`.

What `python -m bench.artwork --write` counted, on emblems by a renderer that no training saw, goes into detectors/weights/artwork.json; the hit page shows it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from domain.finding import Calibration

WEIGHTS = Path(__file__).parents[1] / "weights" / "artwork.json"


def entered(weights: str, counted: str) -> str:
    """artwork.json with the counts. Raises TypeError where they are not what the evaluation writes."""
    kept = json.loads(weights)
    kept["calibration"] = asdict(Calibration(**json.loads(counted)))
    return json.dumps(kept, indent=2) + "\n"


if __name__ == "__main__":
    WEIGHTS.write_text(entered(WEIGHTS.read_text(encoding="utf-8"), Path(sys.argv[1]).read_text(encoding="utf-8")), encoding="utf-8")
