"""The bank of clutter and other agencies' emblems on which new references are tried: `python -m detectors.training.bank FOLDER` writes artwork-bank.npz."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.artwork.networks import shipped_networks
from detectors.artwork.proposals import MARGIN
from detectors.training import geometry as geo
from detectors.training.pool import CONTEXT, Pool

CLUTTER, EMBLEMS = 160, 40

Array = npt.NDArray[Any]


def crops(pool: Pool) -> Array:
    """Clutter that the proposer takes for emblems, and queries of families that are held out, 64 x 64 x 3 each."""
    rng = np.random.default_rng(11)
    mined = pool.others[-1]
    clutter = [geo.warped(np.asarray(mined[n]), geo.cut((63.5, 63.5), 128 / CONTEXT * MARGIN)) for n in sorted(rng.choice(len(mined), CLUTTER, replace=False))]
    each = len(pool.canvases[0])
    chosen = sorted(rng.choice(pool.usable, EMBLEMS, replace=False))
    emblems = [geo.warped(np.asarray(pool.canvases[n // each][n % each]), geo.cut((63.5, 63.5), 128 / CONTEXT * MARGIN)) for n in chosen]
    return np.stack(clutter + emblems)


def main(folder: Path) -> None:
    """The command."""
    embeddings, grids = shipped_networks().described(crops(Pool(folder, held_out=True)))
    path = Path(__file__).parents[1] / "weights" / "artwork-bank.npz"
    np.savez_compressed(path, embeddings=embeddings.astype(np.float16), grids=grids.astype(np.float16))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
