"""The networks of the artwork detector, as PyTorch modules. Training alone needs them: what runs is their ONNX export.

Proposer: where in a picture some emblem may be (a heat map with sizes, after CenterNet, Zhou et al. 2019). Trunk: what one square crop looks like, as one
embedding and as a grid of local descriptors. Pair: whether and by which affine a reference lies in a crop, from the correlations of the two grids.
Detail: whether the two agree, closely looked at, when they lie on each other.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

CROP = 64  # side in pixels of what the trunk sees
CELLS = 16  # the grid's side: one cell is CROP / CELLS pixels
DESCRIPTOR = 32
EMBEDDING = 96
REACH = 4  # cells that a reference's cell may lie away from its place in the crop
CLOSE = 128  # side in pixels of what the detail network sees
STRIDE = 8  # of the proposer's heat map, in pixels of its input
UNIT = 32.0  # the proposer's sizes are logarithms of multiples of this many pixels


def scaled(pixels: Tensor) -> Tensor:
    """8-bit N x H x W x 3 as the networks read it: N x 3 x H x W, -0.5 to 0.5."""
    return pixels.permute(0, 3, 1, 2).float().div_(255).sub_(0.5).contiguous(memory_format=torch.channels_last)


def convolution(inside: int, outside: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """Convolution, normalisation, rectifier."""
    return nn.Sequential(nn.Conv2d(inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class Separable(nn.Module):
    """A depth-wise separable convolution (Howard et al. 2017) with a way around it where the shape stays."""

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__()
        self.depth = nn.Sequential(nn.Conv2d(inside, inside, 3, stride, 1, groups=inside, bias=False), nn.BatchNorm2d(inside))
        self.point = nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside))
        self.around = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        y = self.point(self.depth(x))
        return functional.relu(x + y if self.around else y)


class Proposer(nn.Module):
    """A picture at half resolution, N x 3 x H x W (multiples of 32), to heat (logits, N x 1 x H/8 x W/8) and boxes (N x 4 x H/8 x W/8).

    A box is the logarithms of its width and height and how far its centre lies from its cell's, across and down, in cells.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(convolution(3, 16, stride=2), convolution(16, 16, stride=2), Separable(16, 32))
        self.eighth = nn.Sequential(Separable(32, 48, 2), Separable(48, 48), Separable(48, 48))
        self.sixteenth = nn.Sequential(Separable(48, 96, 2), Separable(96, 96), Separable(96, 96), Separable(96, 96))
        self.thirtysecond = nn.Sequential(Separable(96, 128, 2), Separable(128, 128), Separable(128, 128), Separable(128, 128))
        self.down32, self.down16 = nn.Conv2d(128, 96, 1), nn.Conv2d(96, 48, 1)
        self.mix16, self.mix8 = Separable(96, 96), nn.Sequential(Separable(48, 48), Separable(48, 64))
        self.heat, self.box = nn.Conv2d(64, 1, 1), nn.Conv2d(64, 4, 1)
        nn.init.constant_(self.heat.bias, -4.0)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        b = self.eighth(self.stem(image))
        c = self.sixteenth(b)
        d = self.thirtysecond(c)
        c = self.mix16(c + _up(self.down32(d)))
        b = self.mix8(b + _up(self.down16(c)))
        return self.heat(b), self.box(b)


class Trunk(nn.Module):
    """Crops N x 3 x 64 x 64 to unit embeddings N x 96 and grids of unit descriptors N x 32 x 16 x 16."""

    def __init__(self) -> None:
        super().__init__()
        self.quarter = nn.Sequential(convolution(3, 24, stride=2), convolution(24, 64, stride=2), Separable(64, 64), Separable(64, 64), Separable(64, 64))
        self.eighth = nn.Sequential(Separable(64, 128, 2), Separable(128, 128), Separable(128, 128))
        self.sixteenth = nn.Sequential(Separable(128, 192, 2), Separable(192, 192))
        self.fine, self.coarse = nn.Conv2d(64, DESCRIPTOR, 1), nn.Conv2d(128, DESCRIPTOR, 1)
        self.whole = nn.Linear(192 + 128, EMBEDDING)

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        a = self.quarter(crops)
        b = self.eighth(a)
        c = self.sixteenth(b)
        embedding = self.whole(torch.cat([c.mean((2, 3)), b.mean((2, 3))], 1))
        return functional.normalize(embedding, dim=1), functional.normalize(self.fine(a) + _up(self.coarse(b)), dim=1)


class Pair(nn.Module):
    """A reference's grid and mask and a crop's grid to a verdict (logit that the reference lies there) and the affine by which it does.

    The affine's six numbers a..f mean [[1 + a, b, c], [d, 1 + e, f]] from reference to crop, both in -1..1 over the square.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mix = convolution((2 * REACH + 1) ** 2 + 3 * DESCRIPTOR + 1, 80, 1)
        self.look = nn.Sequential(Separable(80, 80), Separable(80, 96, 2), Separable(96, 96), Separable(96, 128, 2), Separable(128, 128))
        self.decide = nn.Sequential(nn.Linear(128 + 32 * CELLS + 1, 96), nn.ReLU(inplace=True), nn.Linear(96, 7))
        self.thin = nn.Conv2d(128, 32, 1)
        self.register_buffer("places", neighbours(), persistent=False)
        final = self.decide[2]
        nn.init.zeros_(final.weight)
        nn.init.zeros_(final.bias)

    def forward(self, reference: Tensor, mask: Tensor, crop: Tensor, cosine: Tensor) -> tuple[Tensor, Tensor]:
        verdict, affine, _ = self.with_correlation(reference, mask, crop, cosine)
        return verdict, affine

    def with_correlation(self, reference: Tensor, mask: Tensor, crop: Tensor, cosine: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The correlation as well, N x 81 x 16 x 16: its channel says which of the cells around each cell."""
        correlation = correlate(reference, crop, self.places)
        x = self.look(self.mix(torch.cat([correlation, crop, reference, (crop - reference).abs(), mask], 1)))
        features = torch.cat([x.mean((2, 3)), self.thin(x).flatten(1), cosine], 1)
        out = self.decide(features)
        return out[:, :1], 0.1 * out[:, 1:], correlation


class Detail(nn.Module):
    """A reference and a crop that was cut through their affine, both N x 3 x 128 x 128, and the reference's mask, N x 1 x 32 x 32, to a logit that they agree.

    It sees twice the detail that the trunk does: what a look-alike in the same outline and colours differs in.
    """

    def __init__(self) -> None:
        super().__init__()
        self.quarter = nn.Sequential(convolution(3, 24, stride=2), convolution(24, 64, stride=2), Separable(64, 64), Separable(64, 64), Separable(64, 64))
        self.fine = nn.Conv2d(64, DESCRIPTOR, 1)
        self.mix = convolution(4 * DESCRIPTOR + 1, 96, stride=2)
        self.look = nn.Sequential(Separable(96, 96), Separable(96, 96), Separable(96, 128, 2), Separable(128, 128))
        self.decide = nn.Sequential(nn.Linear(256, 64), nn.ReLU(inplace=True), nn.Linear(64, 1))

    def forward(self, reference: Tensor, mask: Tensor, crop: Tensor) -> Tensor:
        return self.compared(self.grid(reference), mask, self.grid(crop))

    def grid(self, pixels: Tensor) -> Tensor:
        """Unit descriptors, N x 32 x 32 x 32."""
        return functional.normalize(self.fine(self.quarter(pixels)), dim=1)

    def compared(self, reference: Tensor, mask: Tensor, crop: Tensor) -> Tensor:
        """The logits N x 1 of two grids each."""
        x = self.look(self.mix(torch.cat([crop, reference, (crop - reference).abs(), crop * reference, mask], 1)))
        return self.decide(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))


def neighbours() -> Tensor:
    """For every cell (row-major), the numbers of the cells around it in a grid padded by REACH on each side: 256 x 81."""
    side, padded = 2 * REACH + 1, CELLS + 2 * REACH
    cells = torch.arange(CELLS)
    start = (cells[:, None] * padded + cells[None, :]).reshape(-1, 1)
    step = (torch.arange(side)[:, None] * padded + torch.arange(side)[None, :]).reshape(1, -1)
    return start + step


def correlate(reference: Tensor, crop: Tensor, places: Tensor) -> Tensor:
    """How alike each of the reference's cells and the crop's cells around it are: N x 81 x 16 x 16, cosines."""
    padded = functional.pad(crop, (REACH, REACH, REACH, REACH)).flatten(2)
    if torch.onnx.is_in_onnx_export():
        every = torch.bmm(reference.flatten(2).transpose(1, 2), padded)
        near = torch.gather(every, 2, places.unsqueeze(0).expand(every.shape[0], -1, -1))
        return near.transpose(1, 2).reshape(-1, (2 * REACH + 1) ** 2, CELLS, CELLS)
    return _Near.apply(reference.flatten(2).contiguous(), padded.contiguous())


class _Near(torch.autograd.Function):
    """The same as gathering from the product of all with all, without filling a large array with zeros at each step back."""

    kept: Tensor | None = None  # zero but where `_band` writes

    @staticmethod
    def forward(context: Any, reference: Tensor, padded: Tensor) -> Tensor:
        context.save_for_backward(reference, padded)
        every = torch.bmm(reference.transpose(1, 2), padded)
        return _band(every).permute(0, 3, 4, 1, 2).reshape(-1, (2 * REACH + 1) ** 2, CELLS, CELLS)

    @staticmethod
    def backward(context: Any, *slopes: Tensor) -> tuple[Tensor, Tensor]:
        reference, padded = context.saved_tensors
        side = 2 * REACH + 1
        shape = (len(reference), CELLS**2, (CELLS + 2 * REACH) ** 2)
        if _Near.kept is None or _Near.kept.shape != shape or _Near.kept.device != reference.device:
            _Near.kept = reference.new_zeros(shape)
        _band(_Near.kept).copy_(slopes[0].reshape(-1, side, side, CELLS, CELLS).permute(0, 3, 4, 1, 2))
        return torch.bmm(padded, _Near.kept.transpose(1, 2)), torch.bmm(reference, _Near.kept)


def _band(every: Tensor) -> Tensor:
    """A view, N x 16 x 16 x 9 x 9, of the products of each cell with the cells around it."""
    wide = CELLS + 2 * REACH
    row = wide * wide
    return every.as_strided((len(every), CELLS, CELLS, 2 * REACH + 1, 2 * REACH + 1), (CELLS**2 * row, CELLS * row + wide, row + 1, wide, 1))


def _up(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
