"""Two or more processes that train side by side and average their weights."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch
import torch.distributed as dist
from torch import nn


def joined(rank: int, world: int, port: int) -> None:
    """Joins `world` processes on this machine. One alone needs no joining."""
    torch.set_num_threads(1)
    if world > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        dist.init_process_group("gloo", rank=rank, world_size=world)


def averaging(world: int) -> Callable[[nn.Module], None]:
    """A function that averages a module's weights and running statistics over all processes."""

    def average(module: nn.Module) -> None:
        if world == 1:
            return
        values = [value for value in module.state_dict().values() if value.dtype.is_floating_point]
        flat = torch.cat([value.detach().reshape(-1) for value in values])
        dist.all_reduce(flat)
        flat /= world
        with torch.no_grad():
            for value, part in zip(values, flat.split([value.numel() for value in values]), strict=True):
                value.copy_(part.view_as(value))

    return average
