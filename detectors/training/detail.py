"""Trains the detail network: does what was cut agree with the reference that lies there, or is it a look-alike's?"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from detectors.training.detail_pool import CELL, CloseBatch, ClosePool
from detectors.training.matcher import follow, verdicts
from detectors.training.networks import Detail, scaled
from detectors.training.pool import MEMBERS


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train: the rate rises, then falls to nothing along a cosine."""

    steps: int
    families: int = 6
    others: int = 12
    rate: float = 2e-3
    decay: float = 0.998
    report_every: int = 50

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        return self.rate * min(1.0, (step + 1) / 100) * max(0.5 * (1 + math.cos(math.pi * step / self.steps)), 0.004)


def losses(model: Detail, batch: CloseBatch, rng: np.random.Generator) -> dict[str, Tensor]:
    """The verdicts' loss and shares decided rightly: each query with its family's four references, half with another family's, each other crop with one."""
    n, m, device = len(batch.queries), len(batch.other), next(model.parameters()).device
    grids = model.grid(scaled(torch.from_numpy(np.concatenate([batch.queries, batch.other, batch.references])).to(device)))
    masks = functional.avg_pool2d(torch.from_numpy(batch.masks).to(device).float().div(255).unsqueeze(1), CELL)
    each = np.arange(n)
    wrong = rng.permutation(n)[: n // 2]
    away = (wrong + MEMBERS * rng.integers(1, n // MEMBERS, len(wrong))) % n
    seen = np.concatenate([np.repeat(each, MEMBERS), wrong, n + np.arange(m)])
    known = np.concatenate([(each[:, None] // MEMBERS * MEMBERS + np.arange(MEMBERS)).ravel(), away, rng.integers(0, n, m)])
    crops, references = grids[: n + m], grids[n + m :]
    return verdicts(model.compared(references[known], masks[known], crops[seen]).squeeze(1), n)


def train(
    folder: Path, recipe: Recipe, seed: int, average: Callable[[nn.Module], None], report: Callable[[str], None], keep: Path | None, start: dict[str, Tensor]
) -> Detail:
    """Trains, and returns the averaged weights, also written to `keep`. `start` is a trunk's state, whose first part it begins with, or its own."""
    rng, pool = np.random.default_rng([seed, 9]), ClosePool(folder)
    model = Detail().train().to(memory_format=torch.channels_last)
    own = model.state_dict()
    model.load_state_dict({**own, **{name: value for name, value in start.items() if name in own and own[name].shape == value.shape}})
    kept = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(model.parameters(), recipe.rate, weight_decay=0.01)
    began, sums = time.monotonic(), dict[str, float]()
    for step in range(1, recipe.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate_at(step)
        terms = losses(model, pool.batch(rng, recipe.families, recipe.others), rng)
        optimiser.zero_grad(set_to_none=True)
        terms["verdict"].backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        follow(kept, model, min(recipe.decay, step / (step + 10)))
        for name, value in terms.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach()) / recipe.report_every
        if step % 16 == 0:
            average(model)
        if step % recipe.report_every == 0:
            report(f"step {step}, {time.monotonic() - began:.0f} s: " + ", ".join(f"{name} {value:.3f}" for name, value in sums.items()))
            sums.clear()
            if keep:
                torch.save(kept.state_dict(), keep)
    return kept
