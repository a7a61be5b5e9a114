"""Networks written as ONNX, the form in which they run and are kept."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from detectors.training.networks import CELLS, CROP, DESCRIPTOR, Pair, Proposer, Trunk

OPSET = 17


def export(folder: Path, proposer: Proposer | None, trunk: Trunk | None, pair: Pair | None) -> None:
    """Writes artwork-proposer.onnx, artwork-trunk.onnx and artwork-pair.onnx into `folder`, those that are given."""
    some = {0: "n"}
    if proposer is not None:
        free = {0: "n", 2: "height", 3: "width"}
        _write(folder / "artwork-proposer.onnx", proposer, (torch.zeros(1, 3, 480, 640),), {"image": free}, {"heat": free, "size": free})
    if trunk is not None:
        _write(folder / "artwork-trunk.onnx", trunk, (torch.zeros(2, 3, CROP, CROP),), {"crops": some}, {"embedding": some, "grid": some})
    if pair is not None:
        grid, mask, cosine = torch.zeros(2, DESCRIPTOR, CELLS, CELLS), torch.zeros(2, 1, CELLS, CELLS), torch.zeros(2, 1)
        inputs = {"reference": some, "mask": some, "crop": some, "cosine": some}
        _write(folder / "artwork-pair.onnx", pair, (grid, mask, grid, cosine), inputs, {"verdict": some, "affine": some})


def _write(path: Path, network: nn.Module, example: tuple[torch.Tensor, ...], inputs: dict[str, dict[int, str]], outputs: dict[str, dict[int, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network.eval(),
        example,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={**inputs, **outputs},
        opset_version=OPSET,
        dynamo=False,
    )
