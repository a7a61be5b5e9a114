"""Crops that the proposer takes for emblems where there is none: the matcher's hardest grounds.

`python -m detectors.training.mining FOLDER PROPOSER.pt` writes FOLDER/others-mined.npy from the folder's scenes, away from all emblems in them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from detectors.training import geometry as geo
from detectors.training.networks import STRIDE, UNIT, Proposer, scaled
from detectors.training.pool import CONTEXT

Array = npt.NDArray[Any]

MOST = 4  # peaks taken of each scene


def peaks(network: Proposer, picture: Array, most: int) -> list[tuple[float, float, float, float, float]]:
    """The likeliest places in a picture (H x W x 3, both multiples of 32): logit, x and y of the centre, w, h, in its pixels."""
    with torch.no_grad():
        heat, box = network(scaled(torch.from_numpy(picture[None])))
    highest = torch.nn.functional.max_pool2d(heat, 3, 1, 1)
    values, at = torch.where(heat == highest, heat, torch.full_like(heat, -99.0)).flatten().topk(most)
    width = heat.shape[3]
    found = []
    for value, place in zip(values.tolist(), at.tolist(), strict=True):
        y, x = divmod(place, width)
        w, h = (box[0, :2, y, x].clamp(-3, 4).exp() * UNIT).tolist()
        across, down = box[0, 2:, y, x].tolist()
        found.append((value, (x + 0.5 + across) * STRIDE, (y + 0.5 + down) * STRIDE, w, h))
    return found


def mined(network: Proposer, scenes: Array, boxes: Array) -> Array:
    """Canvases, N x 128 x 128 x 3, around peaks that overlap no emblem's box."""
    crops = []
    for number, picture in enumerate(scenes):
        own = boxes[(boxes[:, 0] == number) & (boxes[:, 5] == 1)][:, 1:5]
        for _, x, y, w, h in peaks(network, np.asarray(picture), MOST):
            if any(abs(x - left - bw / 2) < (w + bw) / 2 and abs(y - top - bh / 2) < (h + bh) / 2 for left, top, bw, bh in own):
                continue
            crops.append(_canvas(np.asarray(picture), (x, y), CONTEXT * max(w, h)))
        if number % 500 == 499:
            sys.stderr.write(f"mined {len(crops)} crops of {number + 1} scenes\n")
    return np.stack(crops)


def _canvas(picture: Array, centre: tuple[float, float], side: float) -> Array:
    matrix = geo.cut(centre, side)
    matrix[:2] *= 2  # 128 pixels instead of 64
    matrix[:2, 2] += 0.5
    return cv2.warpAffine(picture, matrix[:2], (128, 128), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def main(folder: Path, weights: Path) -> None:
    """The command."""
    torch.set_num_threads(1)
    network = Proposer().eval()
    network.load_state_dict(torch.load(weights, weights_only=True))
    crops = mined(network, np.load(folder / "scenes.npy", mmap_mode="r"), np.load(folder / "boxes.npy"))
    part = folder / "others-mined.part"
    with part.open("wb") as file:
        np.save(file, crops)
    part.rename(folder / "others-mined.npy")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
