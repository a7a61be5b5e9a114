"""Networks written as ONNX, the form in which they run and are kept: `python -m detectors.training.export FOLDER` writes those that were trained there."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quant_pre_process, quantize_static
from torch import nn

from detectors.training.detail_pool import ClosePool
from detectors.training.matcher import Matcher
from detectors.training.networks import CELLS, CLOSE, CROP, DESCRIPTOR, Detail, Pair, Proposer, Trunk, scaled
from detectors.training.pool import Pool

OPSET = 17
STATE = "artwork-state.npz"  # the same weights as PyTorch has them, from which a training can go on


def export(
    folder: Path,
    proposer: Proposer | None,
    trunk: Trunk | None,
    pair: Pair | None,
    detail: Detail | None = None,
) -> None:
    """Writes artwork-proposer.onnx, artwork-trunk.onnx, artwork-pair.onnx and artwork-detail.onnx into `folder`, those that are given."""
    some = {0: "n"}
    if proposer is not None:
        free = {0: "n", 2: "height", 3: "width"}
        _write(folder / "artwork-proposer.onnx", proposer, (torch.zeros(1, 3, 480, 640),), {"image": free}, {"heat": free, "box": free})
    if trunk is not None:
        _write(folder / "artwork-trunk.onnx", trunk, (torch.zeros(2, 3, CROP, CROP),), {"crops": some}, {"embedding": some, "grid": some})
    if pair is not None:
        grid, mask, cosine = torch.zeros(2, DESCRIPTOR, CELLS, CELLS), torch.zeros(2, 1, CELLS, CELLS), torch.zeros(2, 1)
        inputs = {"reference": some, "mask": some, "crop": some, "cosine": some}
        _write(folder / "artwork-pair.onnx", pair, (grid, mask, grid, cosine), inputs, {"verdict": some, "affine": some})
    if detail is not None:
        close = torch.zeros(2, 3, CLOSE, CLOSE)
        inputs = {"reference": some, "mask": some, "crop": some}
        _write(folder / "artwork-detail.onnx", detail, (close, torch.zeros(2, 1, CLOSE // 4, CLOSE // 4), close), inputs, {"verdict": some})


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


class _Examples(CalibrationDataReader):
    """Inputs for the quantiser, one by one."""

    def __init__(self, examples: Sequence[dict[str, npt.NDArray[np.float32]]]) -> None:
        self._left = list(examples)

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        """The next, or None at the end."""
        return self._left.pop() if self._left else None


def quantise(path: Path, examples: Sequence[dict[str, npt.NDArray[np.float32]]]) -> None:
    """Rewrites the network at `path` to compute in 8-bit integers, whose ranges come from `examples` of its inputs.

    Weights have 7 bits, so that no processor's 16-bit sums overflow.
    """
    with tempfile.TemporaryDirectory() as place:
        ready = Path(place) / "ready.onnx"
        quant_pre_process(str(path), str(ready), skip_symbolic_shape=True)
        kinds = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}
        quantize_static(str(ready), str(path), _Examples(examples), quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=True, **kinds)


def crop_examples(pool: Pool) -> list[dict[str, npt.NDArray[np.float32]]]:
    """What the trunk sees: queries, references, and crops without emblem."""
    batch = pool.batch(np.random.default_rng(1), 40, 160)
    crops = np.concatenate([batch.queries, batch.references, batch.other])
    return [{"crops": floats(crops[at : at + 32])} for at in range(0, len(crops), 32)]


def close_examples(pool: ClosePool) -> list[dict[str, npt.NDArray[np.float32]]]:
    """What the detail network sees: references and what lies on them, their own and look-alikes'."""
    batch = pool.batch(np.random.default_rng(1), 24, 1)
    masks = batch.masks.reshape(len(batch.masks), 1, CLOSE // 4, 4, CLOSE // 4, 4).mean(axis=(3, 5)).astype(np.float32) / 255
    crops = np.concatenate([batch.queries[::2], np.roll(batch.queries, 1, axis=0)[1::2]])
    order = np.concatenate([np.arange(0, len(masks), 2), np.arange(1, len(masks), 2)])
    return [
        {"reference": floats(batch.references[order[at : at + 8]]), "mask": masks[order[at : at + 8]], "crop": floats(crops[at : at + 8])}
        for at in range(0, len(order), 8)
    ]


def floats(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """8-bit pixels as the networks read them."""
    result: npt.NDArray[np.float32] = scaled(torch.from_numpy(pixels)).contiguous().numpy()
    return result


def export_trained(folder: Path, weights: Path) -> None:
    """Writes what lies in `folder` (proposer.pt, matcher.pt, detail.pt) as ONNX into `weights`, with the logs of the training and the files' SHA-256."""
    proposer, model, detail = Proposer(), Matcher(), Detail()
    proposer.load_state_dict(torch.load(folder / "proposer.pt", map_location="cpu", weights_only=True))
    model.load_state_dict(torch.load(folder / "matcher.pt", map_location="cpu", weights_only=True)["kept"])
    detail.load_state_dict(torch.load(folder / "detail.pt", map_location="cpu", weights_only=True))
    export(weights, proposer, model.trunk, model.pair, detail)
    # The others gain nothing by it (decision 0054).
    quantise(weights / "artwork-trunk.onnx", crop_examples(Pool(folder)))
    quantise(weights / "artwork-detail.onnx", close_examples(ClosePool(folder)))
    state = {
        f"{name}.{key}": value.numpy()
        for name, network in (("proposer", proposer), ("matcher", model), ("detail", detail))
        for key, value in network.state_dict().items()
    }
    np.savez_compressed(weights / STATE, **state)
    logs = "".join(f"# {name}\n{(folder / f'{name}.log').read_text(encoding='utf-8')}" for name in ("proposer", "matcher", "detail"))
    (weights / "artwork-training.log").write_text(logs, encoding="utf-8")
    files = sorted(weights.glob("artwork-*.onnx"))
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (weights / "artwork.sha256").write_text(sums, encoding="utf-8")


def shipped_state(weights: Path, name: str) -> dict[str, torch.Tensor]:
    """The weights of the network `name` ("proposer", "matcher" or "detail") as they were last exported. Raises FileNotFoundError."""
    with np.load(weights / STATE) as read:
        return {key.removeprefix(f"{name}."): torch.from_numpy(np.asarray(read[key])) for key in read.files if key.startswith(f"{name}.")}


if __name__ == "__main__":
    export_trained(Path(sys.argv[1]), Path(__file__).parents[1] / "weights")
