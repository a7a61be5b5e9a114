"""Trains trunk and pair network together.

Four kinds of pairs a step: a query with its own reference, with its three look-alikes', with the likeliest reference of another family, and a crop without
emblem with the likeliest reference at all. Batches hold families that the network finds alike, so that "likeliest" is as like as it is among hundreds when
the detector runs. Several processes train side by side and average what they learnt every few steps (local SGD, Stich 2019).
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from detectors.training.networks import CELLS, REACH, Pair, Trunk, scaled
from detectors.training.pool import MEMBERS, Batch, Pool, reference_of


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train: `level` steps at the full rate, then `cooling` steps in which it falls to nothing along a cosine."""

    level: int
    cooling: int
    families: int = 8
    others: int = 16
    rate: float = 2.5e-3
    average_every: int = 16
    decay: float = 0.998  # of the moving average of the weights, which is what is kept
    report_every: int = 64
    keep_every: int = 320

    def rate_at(self, step: int) -> float:
        """The learning rate of a step: a short rise, level, and down."""
        fallen = min(1.0, max(0, step - self.level) / max(1, self.cooling))
        return self.rate * min(1.0, (step + 1) / 100) * max(0.5 * (1 + math.cos(math.pi * fallen)), 0.004)


class Matcher(nn.Module):
    """Trunk and pair network with the scales of their losses."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.pair = Trunk(), Pair()
        self.sharpness = nn.Parameter(torch.tensor([math.log(14.0), math.log(8.0)]))


def losses(model: Matcher, batch: Batch) -> dict[str, Tensor]:
    """The loss terms of one step, and shares of pairs that are decided rightly (detached)."""
    n, device = len(batch.queries), model.sharpness.device
    crops = torch.from_numpy(np.concatenate([batch.queries, batch.other, batch.references, batch.turned]))
    embedding, grid = model.trunk(scaled(crops.to(device)))
    m = n + len(batch.other)
    seen, seen_grid, known, known_grid = embedding[:m], grid[:m], embedding[m:], grid[m:]
    covers = torch.from_numpy(np.concatenate([batch.masks, batch.turned_masks])).to(device)
    masks = functional.avg_pool2d(covers.float().div(255).unsqueeze(1), CELLS // 4)
    family = torch.from_numpy(batch.family).to(device)
    cosines = seen @ known.T
    queries, references = _pairs(n, cosines.detach(), _same(family, m))
    cosine = cosines.detach()[queries, references].unsqueeze(1)
    verdict, affine, correlation = model.pair.with_correlation(known_grid[references], masks[references], seen_grid[queries], cosine)
    verdict = verdict.squeeze(1)
    at = n * MEMBERS + n // 2
    terms = verdicts(torch.cat([verdict[:at], verdict[at + n // 2 :]]), n)
    terms["verdict"] = terms["verdict"] + 0.4 * functional.softplus(verdict[at : at + n // 2]).mean()
    terms["turned"] = (verdict[at : at + n // 2] < 0).float().mean().detach()
    terms["upright"] = (cosines[:n, :n].diagonal() > cosines[:n, n:].diagonal()).float().mean().detach()
    target = torch.from_numpy(batch.affine).to(device)
    own = torch.nonzero(queries[: n * MEMBERS] == references[: n * MEMBERS]).squeeze(1)
    terms["affine"] = functional.smooth_l1_loss(affine[own], target, beta=0.05)
    terms["dense"] = _dense(correlation[own], masks[:n], target, model.sharpness[1].exp())
    terms["embedding"] = _embedding(cosines, n, model.sharpness[0].exp())
    return terms


def total(terms: dict[str, Tensor]) -> Tensor:
    """The weighted sum that is minimised."""
    return terms["verdict"] + 8.0 * terms["affine"] + 0.5 * terms["dense"] + 0.5 * terms["embedding"]


def _same(family: Tensor, crops: int) -> Tensor:
    """Which of the batch's references (columns) are of the family that each crop (row) shows."""
    shown = torch.cat([family, family.new_full((crops - len(family),), -1)])
    return shown[:, None] == family[None, :]


def _pairs(n: int, cosines: Tensor, same: Tensor) -> tuple[Tensor, Tensor]:
    """Numbers of the crops and references of the pairs that are compared.

    First each of the n queries with the four references of its family; then n / 2 queries, those that are most like some other family's reference,
    each with that one; then n / 2 queries, those that are most like their own turned away, each with that; then each crop without emblem with one of the three
    references most like it. Columns of `cosines` are the n references and the same turned away.
    """
    each = torch.arange(n, device=cosines.device)
    family = each.div(MEMBERS, rounding_mode="floor") * MEMBERS
    members = torch.arange(MEMBERS, device=cosines.device)
    near = cosines[:, :n].masked_fill(same, -2).topk(3, dim=1)
    pick = torch.randint(0, 3, (len(cosines), 1), device=cosines.device)
    likely = near.indices.gather(1, pick).squeeze(1)
    hardest = near.values[:n].gather(1, pick[:n]).squeeze(1).topk(n // 2).indices
    nothing = torch.arange(n, len(cosines), device=cosines.device)
    away = cosines[:n, n:].diagonal().topk(n // 2).indices
    queries = torch.cat([each.repeat_interleave(MEMBERS), hardest, away, nothing])
    return queries, torch.cat([(family[:, None] + members).flatten(), likely[hardest], n + away, likely[n:]])


def verdicts(verdict: Tensor, n: int) -> dict[str, Tensor]:
    """Cross-entropies: of each pair by itself, each kind with its own weight; and of which of a family's four a query shows, and which of four queries an
    emblem is in. With them the shares decided rightly."""
    among, wrong, nothing = verdict[: n * MEMBERS].reshape(-1, MEMBERS, MEMBERS), verdict[n * MEMBERS : n * MEMBERS + n // 2], verdict[n * MEMBERS + n // 2 :]
    own = torch.eye(MEMBERS, dtype=torch.bool, device=verdict.device).expand(among.shape)
    right, alike = among[own], among[~own]
    which = torch.arange(MEMBERS, device=verdict.device).expand(len(among), MEMBERS)
    loss = (
        1.5 * functional.softplus(-right).mean()
        + 1.2 * functional.softplus(alike).mean()
        + 0.6 * functional.softplus(wrong).mean()
        + 0.6 * functional.softplus(nothing).mean()
        + 0.3 * (functional.cross_entropy(among.transpose(1, 2), which) + functional.cross_entropy(among, which))
    )
    highest = alike.detach().quantile(0.97)
    return {
        "verdict": loss,
        "right": (right > 0).float().mean().detach(),
        "alike": (alike < 0).float().mean().detach(),
        "wrong": (wrong < 0).float().mean().detach(),
        "nothing": (nothing < 0).float().mean().detach(),
        "ranked": (among.argmax(2) == which).float().mean().detach(),
        "sure": (right > highest).float().mean().detach(),
    }


def _dense(correlation: Tensor, mask: Tensor, affine: Tensor, sharpness: Tensor) -> Tensor:
    """Cross-entropy of each reference cell's match over the cells around it, where the true affine leads to one of them."""
    side = 2 * REACH + 1
    steps = (torch.arange(CELLS, device=affine.device) + 0.5) * 2 / CELLS - 1
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    a, b, c, d, e, f = (affine[:, i, None, None] for i in range(6))
    across = ((a * x + b * y + c) * CELLS / 2 + REACH).round().long()
    down = ((d * x + e * y + f) * CELLS / 2 + REACH).round().long()
    inside = (across >= 0) & (across < side) & (down >= 0) & (down < side) & (mask.squeeze(1) > 0.5)
    logits = (correlation * sharpness).permute(0, 2, 3, 1)[inside]
    return functional.cross_entropy(logits, (down * side + across)[inside]) if len(logits) else correlation.sum() * 0


def _embedding(cosines: Tensor, n: int, sharpness: Tensor) -> Tensor:
    """Each query is nearest to its own reference among all (InfoNCE, van den Oord et al. 2018), look-alikes and its own turned away included; crops without
    emblem are far from all."""
    far = functional.relu(cosines[n:].amax(1) - 0.4).mean()
    logits = torch.cat([cosines[:n, :n], cosines[:n, n:].diagonal().unsqueeze(1)], 1) * sharpness
    return functional.cross_entropy(logits, torch.arange(n, device=cosines.device)) + 2 * far


class Training:
    """A training under way: model, kept average, optimiser and step, which can be written to a file and gone on from."""

    def __init__(self, recipe: Recipe, device: str = "cpu") -> None:
        self.recipe, self.step = recipe, 0
        self.model = Matcher().train().to(device, memory_format=torch.channels_last)
        self.kept = copy.deepcopy(self.model).eval()
        self.optimiser = torch.optim.AdamW(self.model.parameters(), recipe.rate, weight_decay=0.01)

    def save(self, path: Path) -> None:
        """Writes everything that is needed to go on."""
        part = path.with_suffix(".part")
        torch.save({"model": self.model.state_dict(), "kept": self.kept.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.step}, part)
        part.rename(path)

    def load(self, path: Path) -> None:
        """Goes on from what `save` wrote."""
        read = torch.load(path, map_location=self.model.sharpness.device, weights_only=True)
        self.model.load_state_dict(read["model"])
        self.kept.load_state_dict(read["kept"])
        self.optimiser.load_state_dict(read["optimiser"])
        self.step = read["step"]

    def advance(self, batch: Batch) -> dict[str, float]:
        """One step; returns its terms."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.rate_at(self.step)
        terms = losses(self.model, batch)
        self.optimiser.zero_grad(set_to_none=True)
        total(terms).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        follow(self.kept, self.model, min(self.recipe.decay, self.step / (self.step + 10)))
        return {name: float(value.detach()) for name, value in terms.items()}


def train(training: Training, folder: Path, seed: int, average: Callable[[nn.Module], None], report: Callable[[str], None], keep: Path | None) -> None:
    """Trains to the recipe's end. `average` shares the model's weights with the other processes; `keep` is written now and then and at the end."""
    recipe = training.recipe
    rng, pool = np.random.default_rng([seed, training.step]), Pool(folder)
    start, sums = time.monotonic(), dict[str, float]()
    while training.step < recipe.level + recipe.cooling:
        for name, value in training.advance(pool.batch(rng, recipe.families, recipe.others)).items():
            sums[name] = sums.get(name, 0.0) + value / recipe.report_every
        if training.step % recipe.average_every == 0:
            average(training.model)
        if training.step % recipe.report_every == 0:
            report(f"step {training.step}, {time.monotonic() - start:.0f} s: " + ", ".join(f"{name} {value:.3f}" for name, value in sums.items()))
            sums.clear()
        if training.step % recipe.keep_every == 0:
            pool.refresh()
            pool.near = near_families(training.kept.trunk, pool)
            if keep:
                training.save(keep)
    if keep:
        training.save(keep)


def follow(kept: nn.Module, model: nn.Module, decay: float) -> None:
    """Moves the kept weights towards the model's; counters are taken over."""
    with torch.no_grad():
        for old, new in zip(kept.state_dict().values(), model.state_dict().values(), strict=True):
            if old.dtype.is_floating_point:
                old.lerp_(new, 1 - decay)
            else:
                old.copy_(new)


def near_families(trunk: nn.Module, pool: Pool, count: int = 8) -> np.ndarray[Any, Any]:
    """For each family the `count` others that the network finds most like it, F x count."""
    device = next(trunk.parameters()).device
    embeddings = []
    with torch.no_grad():
        for first in range(0, len(pool.emblems), 256):
            crops = np.stack([reference_of(family[0]) for family in pool.emblems[first : first + 256]])
            embeddings.append(trunk(scaled(torch.from_numpy(crops).to(device)))[0])
    every = torch.cat(embeddings)
    alike = every @ every.T
    alike.fill_diagonal_(-2)
    return alike.topk(count, dim=1).indices.cpu().numpy()
