"""The four networks of the artwork detector, run by ONNX Runtime on one thread each: parallelism is the caller's, one picture a thread."""

from __future__ import annotations

import threading
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from domain.identity import canonical_json, sha256_hex

Floats = npt.NDArray[Any]

MULTIPLE = 32  # the proposer halves its picture five times
STRIDE = 8  # pixels of the proposer's picture to a cell of its answer
SIZE_UNIT = 32.0  # pixels; its sizes are logarithms of multiples of this
EMBEDDING, CHANNELS, CELLS = 96, 32, 16  # what the trunk gives for a crop: 96 numbers, and 32 for each of 16 x 16 cells
CLOSE_CELLS = 32  # a side, in which the detail network is told what a reference covers
NAMES = ("proposer", "trunk", "pair", "detail")


class Networks:
    """Proposer, trunk, pair and detail network. Safe in several threads at once."""

    def __init__(self, proposer: bytes, trunk: bytes, pair: bytes, detail: bytes) -> None:
        """Each the content of an ONNX file."""
        contents = (proposer, trunk, pair, detail)
        self._proposer, self._trunk, self._pair, self._detail = (_session(content) for content in contents)
        self.sha256 = sha256_hex(canonical_json([sha256_hex(content) for content in contents]))

    def proposed(self, pixels: npt.NDArray[Any]) -> tuple[Floats, Floats]:
        """Where emblems may be in a picture (height x width x 3, 8 bit, both multiples of 32).

        Logits h/8 x w/8, and 4 x h/8 x w/8 in its pixels: widths, heights, and how far the centres lie from their cells' centres, across and down.
        """
        heat, box = self._proposer.run(["heat", "box"], {"image": _scaled(pixels[None])})
        return heat[0, 0], np.concatenate([np.exp(np.clip(box[0, :2], -4, 6)) * SIZE_UNIT, np.clip(box[0, 2:], -1.5, 1.5) * STRIDE])

    def described(self, crops: npt.NDArray[Any]) -> tuple[Floats, Floats]:
        """Embeddings N x 96 and grids N x 32 x 16 x 16 of crops N x 64 x 64 x 3, 8 bit; both of unit length."""
        if not len(crops):
            return np.zeros((0, EMBEDDING), np.float32), np.zeros((0, CHANNELS, CELLS, CELLS), np.float32)
        embeddings, grids = self._trunk.run(["embedding", "grid"], {"crops": _scaled(crops)})
        return embeddings, grids

    def compared(self, references: Floats, masks: Floats, crops: Floats, cosines: Floats) -> tuple[Floats, Floats]:
        """Of N pairs of a reference (grid, mask N x 16 x 16) and a crop (grid): a logit each that it lies there, and N x 3 x 3 from reference to crop.

        Coordinates run from -1 to 1 over the square.
        """
        if not len(cosines):
            return np.zeros(0), np.zeros((0, 3, 3))
        grids = {"reference": references.astype(np.float32), "crop": crops.astype(np.float32)}
        others = {"mask": masks[:, None].astype(np.float32), "cosine": cosines[:, None].astype(np.float32)}
        verdicts, residuals = self._pair.run(["verdict", "affine"], {**grids, **others})
        affines = np.tile(np.eye(3), (len(cosines), 1, 1))
        affines[:, :2] += residuals.reshape(-1, 2, 3)
        return verdicts[:, 0].astype(np.float64), affines

    def agreed(self, references: npt.NDArray[Any], covers: npt.NDArray[Any], crops: npt.NDArray[Any]) -> Floats:
        """N logits that a reference (N x 128 x 128 x 3, 8 bit, with its cover, N x 128 x 128) and the crop that was cut as it lies there (the same) agree."""
        masks = covers.reshape(len(covers), 1, CLOSE_CELLS, 128 // CLOSE_CELLS, CLOSE_CELLS, 128 // CLOSE_CELLS).mean(axis=(3, 5)) / 255
        seen = {"reference": _scaled(references), "mask": masks.astype(np.float32), "crop": _scaled(crops)}
        verdicts: Floats = self._detail.run(["verdict"], seen)[0][:, 0].astype(np.float64)
        return verdicts


def _session(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it plans for one size of picture, and pictures have all sizes
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _scaled(pixels: npt.NDArray[Any]) -> Floats:
    """N x height x width x 3 of 8 bit as N x 3 x height x width from -0.5 to 0.5: plane by plane, a tenth of what cv2.dnn.blobFromImages takes."""
    count, height, width, channels = pixels.shape
    planes = np.empty((count, channels, height, width), np.float32)
    np.subtract(pixels.transpose(0, 3, 1, 2), np.float32(127.5), out=planes)
    planes *= np.float32(1 / 255)
    return planes


_lock = threading.Lock()
_shipped: list[Networks] = []


def shipped_networks() -> Networks:
    """The networks that come with this package, loaded once a process and only when first needed."""
    with _lock:
        if not _shipped:
            folder = resources.files("detectors") / "weights"
            _shipped.append(Networks(*((folder / f"artwork-{name}.onnx").read_bytes() for name in NAMES)))
        return _shipped[0]
