"""Trains the proposer: heat maps with sizes, after CenterNet (Zhou et al. 2019)."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from detectors.training.matcher import follow
from detectors.training.networks import STRIDE, UNIT, Proposer, scaled

Array = npt.NDArray[Any]

ON_CLUTTER = 0.1  # what an answer on a sign or a logo counts: another renderer's emblem may look like this one's sign


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train the proposer."""

    steps: int
    pictures: int = 12
    rate: float = 3e-3
    decay: float = 0.995
    report_every: int = 50


def targets(boxes: list[Array], side: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Heat (B x 1 x S x S, 1 at centres, falling off around them), boxes (B x 4 x S x S, as the network gives them), where these count, and how much the
    heat counts (little on clutter).

    Boxes are rows of x, y, w, h in pixels of the input, and 1 for an emblem, 0 for clutter.
    """
    cells = side // STRIDE
    heat, box, counts = (
        np.zeros((len(boxes), 1, cells, cells), np.float32),
        np.zeros((len(boxes), 4, cells, cells), np.float32),
        np.zeros((len(boxes), 1, cells, cells), np.float32),
    )
    weight = np.ones_like(counts)
    y, x = np.mgrid[0:cells, 0:cells]
    for number, own in enumerate(boxes):
        for left, top, w, h, emblem in sorted(own.tolist(), key=lambda box: box[4]):
            if not emblem:
                low, high = (np.floor(np.array([top, left]) / STRIDE).astype(int).clip(0), np.ceil(np.array([top + h, left + w]) / STRIDE).astype(int))
                weight[number, 0, low[0] : high[0], low[1] : high[1]] = ON_CLUTTER
                continue
            across, down = (left + w / 2) / STRIDE - 0.5, (top + h / 2) / STRIDE - 0.5
            if not (0 <= round(across) < cells and 0 <= round(down) < cells):
                continue
            spread = np.exp(-0.5 * (((x - across) / max(0.45, w / STRIDE * 0.12)) ** 2 + ((y - down) / max(0.45, h / STRIDE * 0.12)) ** 2))
            spread[round(down), round(across)] = 1
            heat[number, 0] = np.maximum(heat[number, 0], spread)
            weight[number, 0][spread > 0.3] = 1
            near = spread > 0.6
            box[number, :2, near] = [math.log(w / UNIT), math.log(h / UNIT)]
            box[number, 2, near], box[number, 3, near] = (across - x)[near], (down - y)[near]
            counts[number, 0][near] = 1
    return torch.from_numpy(heat), torch.from_numpy(box), torch.from_numpy(counts), torch.from_numpy(weight)


def loss(heat: Tensor, box: Tensor, truth: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The focal loss of the heat (Law and Deng 2018) and the smooth L1 loss of the boxes."""
    wanted, boxes, counts, weight = truth
    chance = heat.sigmoid().clamp(1e-4, 1 - 1e-4)
    centre = (wanted > 0.999).float()
    focal = -(centre * (1 - chance) ** 2 * chance.log() + (1 - centre) * (1 - wanted) ** 4 * chance**2 * (1 - chance).log())
    return (focal * weight).sum() / centre.sum().clamp(min=1), (functional.smooth_l1_loss(box, boxes, reduction="none", beta=0.1) * counts).sum() / (
        2 * counts.sum().clamp(min=1)
    )


def train(
    folder: Path, recipe: Recipe, seed: int, average: Callable[[nn.Module], None], report: Callable[[str], None], keep: Path | None, device: str = "cpu"
) -> Proposer:
    """Trains on the folder's scenes and returns the averaged weights, also written to `keep`."""
    rng = np.random.default_rng([seed, 7])
    scenes, boxes = np.load(folder / "scenes.npy", mmap_mode="r"), np.load(folder / "boxes.npy")
    model = Proposer().train().to(device, memory_format=torch.channels_last)
    if keep and keep.exists():
        model.load_state_dict(torch.load(keep, map_location=device, weights_only=True))
    kept = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(model.parameters(), recipe.rate, weight_decay=0.01)
    start, sums = time.monotonic(), np.zeros(2)
    for step in range(1, recipe.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1.0, step / 100) * max(0.004, 0.5 * (1 + math.cos(math.pi * step / recipe.steps)))
        pictures, own = drawn(scenes, boxes, rng, recipe.pictures)
        truth = tuple(part.to(device) for part in targets(own, pictures.shape[1]))
        heat, box = model(scaled(torch.from_numpy(pictures).to(device)))
        focal, size = loss(heat, box, truth)
        optimiser.zero_grad(set_to_none=True)
        (focal + size).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimiser.step()
        follow(kept, model, min(recipe.decay, step / (step + 10)))
        sums += [float(focal.detach()), float(size.detach())]
        if step % 16 == 0:
            average(model)
        if step % recipe.report_every == 0:
            report(f"step {step}, {time.monotonic() - start:.0f} s: heat {sums[0] / recipe.report_every:.3f}, size {sums[1] / recipe.report_every:.3f}")
            sums[:] = 0
            if keep:
                torch.save(kept.state_dict(), keep)
    return kept


def drawn(scenes: Array, boxes: Array, rng: np.random.Generator, count: int) -> tuple[Array, list[Array]]:
    """`count` scenes with their boxes (rows of scene number, x, y, w, h), mirrored half the time, channels exchanged and light moved now and then."""
    chosen = rng.integers(0, len(scenes), count)
    pictures, own = [], []
    for number in chosen:
        picture, mine = scenes[number], boxes[boxes[:, 0] == number][:, 1:].astype(np.float32)
        if rng.random() < 0.5:
            picture, mine = picture[:, ::-1], mine * [-1, 1, 1, 1, 1] + [picture.shape[1], 0, 0, 0, 0] - mine[:, 2:3] * [1, 0, 0, 0, 0]
        if rng.random() < 0.3:
            picture = picture[..., rng.permutation(3)]
        if rng.random() < 0.3:
            picture, mine = _closer(picture, mine, rng)
        light = np.float32(np.exp(rng.normal(0, 0.15))), np.float32(rng.normal(0, 10))
        pictures.append((picture.astype(np.float32) * light[0] + light[1]).clip(0, 255).astype(np.uint8))
        own.append(mine)
    return np.stack(pictures), own


def _closer(picture: Array, boxes: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """A part of a scene, at least a third of it across, at the scene's own size: emblems that nearly fill it."""
    side = picture.shape[0]
    part = int(side * rng.uniform(0.35, 0.9))
    left, top = (int(rng.integers(0, side - part + 1)) for _ in range(2))
    zoom = side / part
    seen = cv2.resize(np.ascontiguousarray(picture[top : top + part, left : left + part]), (side, side), interpolation=cv2.INTER_LINEAR)
    low = ((boxes[:, :2] - [left, top]) * zoom).clip(0, side)
    high = ((boxes[:, :2] + boxes[:, 2:4] - [left, top]) * zoom).clip(0, side)
    inside = np.prod(high - low, axis=1) > 0.5 * np.prod(boxes[:, 2:4] * zoom, axis=1)
    return seen, np.concatenate([low, high - low, boxes[:, 4:]], axis=1)[inside].astype(np.float32)
