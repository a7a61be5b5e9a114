"""What cameras, platforms and screens do to a whole picture: exposure, haze, blur, noise, screen lines, resampling, halos, JPEG."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.noise import grain, log_uniform

Image = npt.NDArray[Any]


CLEAR = 0.5  # share of the pictures that are as a good camera takes them: toned, a little noise, compressed


def degrade(picture: Image, rng: np.random.Generator, scale: float = 1.0, finest: float = 60.0) -> Image:
    """`picture` (uint8, three channels) as it reaches a reader. `scale` is its pixels for one of the real picture's, `finest` the breadth in
    its own pixels of the smallest thing that must survive."""
    if rng.random() < CLEAR:
        return _compressed(_noisy(_toned(picture, rng), rng, scale, finest, 4.0), rng, scale, 60)
    seen = _blurred(_toned(picture, rng), rng, scale, finest)
    if rng.random() < 0.06:
        seen = _screen(seen, rng)
    if rng.random() < 0.6:
        seen = _noisy(seen, rng, scale, finest)
    if rng.random() < 0.3:
        seen = _resampled(seen, rng, scale, finest)
    if rng.random() < 0.25:
        seen = cv2.addWeighted(seen, 1 + (strong := float(rng.uniform(0.3, 1.6))), cv2.GaussianBlur(seen, (0, 0), float(rng.uniform(0.7, 2))), -strong, 0)
    return _compressed(seen, rng, scale)


def _toned(picture: Image, rng: np.random.Generator) -> Image:
    """Exposure, contrast, haze, cast, saturation; rarely grey, sepia or posterised."""
    level = np.arange(256, dtype=np.float32)[:, None] / 255
    gain = np.float32(log_uniform(rng, 0.42, 1.8) if rng.random() < 0.3 else log_uniform(rng, 0.8, 1.2))
    curve = (level * gain * rng.uniform(0.86, 1.14, 3).astype(np.float32)) ** np.float32(log_uniform(rng, 0.7, 1.4))
    if rng.random() < 0.2:
        haze = float(rng.uniform(0.1, 0.6))
        curve = curve * (1 - haze) + haze * float(rng.uniform(0.2, 0.95))
    if rng.random() < 0.025:
        steps = int(rng.integers(3, 8))
        curve = np.round(np.clip(curve, 0, 1) * steps) / steps
    table = np.clip(curve * 255, 0, 255).astype(np.uint8).reshape(1, 256, 3)
    toned = cv2.LUT(picture, table)
    kind = rng.random()
    if kind > 0.5:
        return toned
    keep = 0.0 if kind < 0.06 else float(rng.uniform(0.3, 1.4))
    grey = np.tile([[0.114, 0.587, 0.299]], (3, 1))
    if kind < 0.02:
        grey = grey * np.array([[0.7], [0.9], [1.08]])
    return cv2.transform(toned, grey * (1 - keep) + np.eye(3) * keep)


def _blurred(picture: Image, rng: np.random.Generator, scale: float, finest: float) -> Image:
    most = 0.055 * finest + 0.35
    if rng.random() < 0.45:
        sigma = min(most, log_uniform(rng, 0.4, 4.0) * max(scale, 0.4))
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if rng.random() < 0.15:
        length = min(most * 3.5, log_uniform(rng, 3, 24) * scale)
        if length > 1.5:
            picture = cv2.filter2D(picture, -1, _streak(length, float(rng.uniform(0, math.pi))))
    return picture


def _streak(length: float, turn: float) -> Image:
    """A motion-blur kernel: a line of `length` pixels."""
    side = math.ceil(length) // 2 * 2 + 3
    kernel = np.zeros((side, side), np.uint8)
    middle, reach = (side - 1) / 2, np.array([math.cos(turn), math.sin(turn)]) * length / 2
    (x0, y0), (x1, y1) = np.round(np.stack([middle - reach, middle + reach]) * 16).astype(int).tolist()
    cv2.line(kernel, (x0, y0), (x1, y1), 255, 1, cv2.LINE_AA, 4)
    return kernel.astype(np.float32) / max(1.0, float(kernel.sum()))


def _noisy(picture: Image, rng: np.random.Generator, scale: float, finest: float, most: float = 18.0) -> Image:
    height, width = picture.shape[:2]
    strength = min(log_uniform(rng, 1, most) * max(0.4, scale), 2 + 0.25 * finest)
    field = grain(rng, height, width)
    if rng.random() < 0.5:
        field = np.repeat(field[..., :1], 3, 2)
    elif rng.random() < 0.5:  # chroma noise is coarse
        field = cv2.resize(np.ascontiguousarray(field[: height // 2 + 1, : width // 2 + 1]), (width, height))
    return cv2.add(picture, field * np.float32(strength), dtype=cv2.CV_8U)


def _screen(picture: Image, rng: np.random.Generator) -> Image:
    """A photograph of a screen: moire, and bands that roll."""
    height, width = picture.shape[:2]
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    turn, period = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(2.1, 9))
    phase = (x * math.cos(turn) + y * math.sin(turn)) * (2 * math.pi / period)
    bend = np.sin(y * float(rng.uniform(0.005, 0.03))) * float(rng.uniform(0, 3))
    strength = float(rng.uniform(0.03, 0.14))
    channels = [1 + strength * np.sin(phase + bend + shift) for shift in (0.0, 2.1, 4.2)]
    roll = 1 - float(rng.uniform(0, 0.3)) * (np.sin(y * (2 * math.pi / float(rng.uniform(30, 300))) + float(rng.uniform(0, 6))) > 0.2)
    return cv2.multiply(picture, (cv2.merge([c.astype(np.float32) for c in channels]) * roll[..., None]).astype(np.float32), dtype=cv2.CV_8U)


def _resampled(picture: Image, rng: np.random.Generator, scale: float, finest: float) -> Image:
    """Made small by one platform, made large again by the next."""
    height, width = picture.shape[:2]
    factor = max(min(1.0, 16 / finest), min(1.0, float(rng.uniform(0.3, 0.95)) / scale))
    if factor > 0.97:
        return picture
    how = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST)[int(rng.choice(3, p=[0.7, 0.25, 0.05]))]
    small = cv2.resize(picture, (max(8, round(width * factor)), max(8, round(height * factor))), interpolation=how)
    back = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_NEAREST)[int(rng.choice(3, p=[0.5, 0.42, 0.08]))]
    return cv2.resize(small, (width, height), interpolation=back)


def _compressed(picture: Image, rng: np.random.Generator, scale: float, worst: int = 25) -> Image:
    """JPEG, sometimes twice, with or without chroma subsampling."""
    for _ in range(2 if rng.random() < 0.2 else 1):
        quality = min(97, int(rng.integers(worst, 96) + 30 * (1 - min(1.0, scale))))
        factor = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444 if rng.random() < 0.3 else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
        _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factor])
        decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
        if decoded is not None:
            picture = decoded
    return picture
