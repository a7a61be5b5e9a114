"""The networks that are trained. Skipped where PyTorch is not installed: only `make train` needs it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: it comes with make train")

from detectors.artwork.networks import NAMES, Networks  # noqa: E402
from detectors.training.export import export, floats, quantise  # noqa: E402
from detectors.training.networks import REACH, Detail, Pair, Proposer, Trunk, correlate, neighbours, scaled  # noqa: E402
from detectors.training.proposing import ON_CLUTTER, targets  # noqa: E402


def test_the_correlation_and_its_slopes_are_those_of_gathering() -> None:
    reference, crop = (torch.randn(3, 32, 16, 16, requires_grad=True) for _ in range(2))
    near, weight = correlate(reference, crop, neighbours()), torch.randn(3, 81, 16, 16)
    slopes = torch.autograd.grad((near * weight).sum(), (reference, crop))
    padded = torch.nn.functional.pad(crop, (REACH,) * 4).flatten(2)
    every = torch.bmm(reference.flatten(2).transpose(1, 2), padded)
    gathered = torch.gather(every, 2, neighbours().unsqueeze(0).expand(3, -1, -1)).transpose(1, 2).reshape(-1, 81, 16, 16)
    wanted = torch.autograd.grad((gathered * weight).sum(), (reference, crop))
    assert torch.allclose(near, gathered)
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(slopes, wanted, strict=True))


@pytest.mark.filterwarnings("ignore")  # PyTorch warns of its own exporter
def test_what_is_exported_answers_as_what_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(3)
    proposer, trunk, pair, detail = Proposer().eval(), Trunk().eval(), Pair().eval(), Detail().eval()
    torch.nn.init.normal_(pair.decide[2].weight, std=0.1)
    export(tmp_path, proposer, trunk, pair, detail)
    networks = Networks(*((tmp_path / f"artwork-{name}.onnx").read_bytes() for name in NAMES))
    crops = np.random.default_rng(1).integers(0, 255, (4, 64, 64, 3), np.uint8)
    embeddings, grids = networks.described(crops)
    with torch.no_grad():
        embedding, grid = trunk(scaled(torch.from_numpy(crops)))
        cosine = (embedding[:2] * embedding[2:]).sum(1, keepdim=True)
        verdict, _ = pair(grid[:2], torch.ones(2, 1, 16, 16), grid[2:], cosine)
    assert np.allclose(embeddings, embedding, atol=1e-4)
    assert np.allclose(grids, grid, atol=1e-4)
    verdicts, _ = networks.compared(grids[:2], np.ones((2, 16, 16)), grids[2:], cosine.numpy().ravel())
    assert np.allclose(verdicts.ravel(), verdict.ravel(), atol=1e-3)
    close = np.random.default_rng(2).integers(0, 255, (4, 128, 128, 3), np.uint8)
    with torch.no_grad():
        agreed = detail(scaled(torch.from_numpy(close[:2])), torch.ones(2, 1, 32, 32), scaled(torch.from_numpy(close[2:])))
    assert np.allclose(networks.agreed(close[:2], np.full((2, 128, 128), 255, np.uint8), close[2:]), agreed.ravel(), atol=1e-3)


@pytest.mark.filterwarnings("ignore")
def test_in_integers_the_trunk_answers_nearly_the_same(tmp_path: Path) -> None:
    torch.manual_seed(3)
    crops = np.random.default_rng(1).integers(0, 255, (40, 64, 64, 3), np.uint8)
    export(tmp_path, Proposer().eval(), Trunk().eval(), Pair().eval(), Detail().eval())
    path, answers, sizes = tmp_path / "artwork-trunk.onnx", [], []
    for _ in range(2):
        answers.append(Networks(*((tmp_path / f"artwork-{name}.onnx").read_bytes() for name in NAMES)).described(crops))
        sizes.append(path.stat().st_size)
        quantise(path, [{"crops": floats(crops)}])
    assert sizes[1] < 0.6 * sizes[0]
    assert ((answers[0][0] * answers[1][0]).sum(1) > 0.98).all()
    assert np.median((answers[0][1] * answers[1][1]).sum(1)) > 0.98


def test_a_proposer_is_told_where_emblems_are_and_hardly_blamed_for_clutter() -> None:
    emblem, clutter = [40.0, 60, 64, 32, 1], [200.0, 200, 40, 40, 0]
    heat, box, counts, weight = targets([np.array([emblem, clutter], np.float32)], 320)
    y, x = np.unravel_index(int(heat[0, 0].argmax()), heat.shape[2:])
    across, down = box[0, 2:, y, x].tolist()
    assert ((x + 0.5 + across) * 8, (y + 0.5 + down) * 8) == pytest.approx((72, 76))
    assert box[0, :2, y, x].exp().tolist() == pytest.approx([2.0, 1.0])
    assert counts[0, 0, y, x] == 1
    assert weight[0, 0, 27, 27] == pytest.approx(ON_CLUTTER)
    assert weight[0, 0, 5, 5] == 1
