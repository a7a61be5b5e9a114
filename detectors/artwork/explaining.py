"""A picture that shows why the detector said what it said: where it looked, what it compared, how well each part agrees, and the scores."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from detectors.artwork.candidates import Candidate, one_a_place
from detectors.artwork.cutting import Levels
from detectors.artwork.detector import Artwork
from detectors.artwork.networks import CELLS, shipped_networks
from detectors.artwork.places import Quad, turn_of
from detectors.artwork.references import Prepared
from detectors.artwork.scoring import UNSEEN
from detectors.picture import Picture

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

SHOWN_SIDE = 960  # longer side of the picture
TILE = 192
MOST_ROWS = 4
REACH = 1  # cells by which a part may lie off and still agree
WORDS_SIDE = 400
GAP = 8
GROUND, INK, FAINT = (245, 245, 245), (20, 20, 20), (120, 120, 120)
FOUND, BELOW, LOOK_ALIKE = (30, 140, 30), (130, 130, 130), (200, 110, 0)  # red, green, blue


def explained(picture: Picture, artwork: Artwork) -> Pixels:
    """Height x width x 3, blue-green-red: the picture with every proposal and the best candidates, and below it a row for each of these."""
    described = artwork.described(picture)
    best = one_a_place(artwork.candidates_from(described, lambda: picture))[:MOST_ROWS]
    rows = [_row(picture, artwork, candidate) for candidate in best] or [_words(["No registered artwork was compared with anything in this picture."], INK)]
    return _stacked([_overview(picture, described.places.squares(), best, artwork.threshold), *rows])


def as_png(pixels: Pixels) -> bytes:
    """Height x width x 3, blue-green-red, as the bytes of a PNG."""
    return cv2.imencode(".png", pixels)[1].tobytes()


def agreement(reference: npt.NDArray[Any], crop: npt.NDArray[Any], reach: int = REACH) -> npt.NDArray[np.float32]:
    """16 x 16: for each cell of a reference's grid its highest correlation with the cells of the crop's grid that lie at most `reach` cells off, -1 to 1."""
    padded = np.pad(crop.astype(np.float32), ((0, 0), (reach, reach), (reach, reach)))
    shifts = [(down, across) for down in range(2 * reach + 1) for across in range(2 * reach + 1)]
    alike = [(reference * padded[:, down : down + CELLS, across : across + CELLS]).sum(axis=0) for down, across in shifts]
    return np.asarray(np.max(alike, axis=0), np.float32)


def compared(picture: Picture, artwork: Artwork, candidate: Candidate) -> tuple[Pixels, Pixels, Pixels]:
    """For a side-by-side, each 192 x 192 x 3: the reference, what the picture shows at its place set straight, and how well each part of them agrees."""
    reference = artwork.reference(candidate)
    crop = Levels(picture.pixels).cut(candidate.placement[None])
    _, grids = shipped_networks().described(crop)
    return _tile(reference.shown), _tile(crop[0]), _heat(agreement(reference.grids[0].astype(np.float32), grids[0]), reference)


def _tile(pixels: npt.NDArray[Any]) -> Pixels:
    return np.asarray(cv2.resize(pixels, (TILE, TILE), interpolation=cv2.INTER_CUBIC), np.uint8)


def _heat(alike: npt.NDArray[np.float32], reference: Prepared) -> Pixels:
    """Agreement in colours, from dark (none) to yellow (full), grey where the artwork is not."""
    level = np.clip(alike * 255, 0, 255).astype(np.uint8)
    colours = cv2.resize(cv2.applyColorMap(level, cv2.COLORMAP_VIRIDIS), (TILE, TILE), interpolation=cv2.INTER_NEAREST)
    cover = cv2.resize(reference.cover, (TILE, TILE), interpolation=cv2.INTER_LINEAR)
    return np.where(cover[..., None] > 127, colours, np.uint8(225)).astype(np.uint8)


def _overview(picture: Picture, squares: npt.NDArray[Any], best: list[Candidate], threshold: float) -> Pixels:
    factor = min(1.0, SHOWN_SIDE / max(picture.width, picture.height))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    image = Image.fromarray(cv2.cvtColor(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB))
    drawing = ImageDraw.Draw(image)
    for square in squares:
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) @ square[:2, :2].T + square[:2, 2]
        _polygon(drawing, [(float(x), float(y)) for x, y in corners], factor, FAINT, 1)
    for candidate in reversed(best):
        colour = _colour(candidate, threshold)
        _polygon(drawing, candidate.quad, factor, colour, 3)
        drawing.text((candidate.box.x * factor + 3, candidate.box.y * factor + 3), f"{candidate.label} {candidate.score:.2f}", colour, _font(15))
    return _blue_first(image)


def _row(picture: Picture, artwork: Artwork, candidate: Candidate) -> Pixels:
    """Reference, aligned crop, agreement map, and the numbers."""
    passed = candidate.score >= artwork.threshold
    standing = "registered as not ours" if candidate.look_alike else "found" if passed else "below the threshold"
    lines = [
        candidate.label,
        f"score {candidate.score:.3f}, threshold {artwork.threshold:.3f}: {standing}",
        f"pair network {candidate.feature('verdict'):.2f}, aligned {candidate.feature('verdict_aligned'):.2f}, {_closely(candidate)}",
        f"cosine {candidate.feature('cosine'):.2f}, aligned {candidate.feature('cosine_aligned'):.2f}",
        f"emblem-like {candidate.feature('objectness'):.2f}, turned {turn_of(candidate.placement)}°",
        "left to right: reference, picture set straight, agreement",
    ]
    return _beside([*compared(picture, artwork, candidate), _words(lines, _colour(candidate, artwork.threshold))])


def _colour(candidate: Candidate, threshold: float) -> Colour:
    return LOOK_ALIKE if candidate.look_alike else FOUND if candidate.score >= threshold else BELOW


def _polygon(drawing: ImageDraw.ImageDraw, quad: Quad | list[tuple[float, float]], factor: float, colour: Colour, width: int) -> None:
    drawing.polygon([(x * factor, y * factor) for x, y in quad], outline=colour, width=width)


def _words(lines: list[str], first: Colour) -> Pixels:
    image = Image.new("RGB", (WORDS_SIDE, TILE), GROUND)
    drawing = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        drawing.text((6, 8 + 26 * number), line, first if not number else INK, _font(18 if not number else 14))
    return _blue_first(image)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _blue_first(image: Image.Image) -> Pixels:
    return np.frombuffer(image.tobytes("raw", "BGR"), np.uint8).reshape(image.height, image.width, 3)


def _beside(parts: list[Pixels]) -> Pixels:
    sheet = np.full((max(part.shape[0] for part in parts), sum(part.shape[1] + GAP for part in parts), 3), GROUND[0], np.uint8)
    left = 0
    for part in parts:
        sheet[: part.shape[0], left : left + part.shape[1]] = part
        left += part.shape[1] + GAP
    return sheet


def _stacked(parts: list[Pixels]) -> Pixels:
    return _beside([np.ascontiguousarray(part.transpose(1, 0, 2)) for part in parts]).transpose(1, 0, 2).copy()


def _closely(candidate: Candidate) -> str:
    """What the close look said, or that it was not worth one."""
    verdict = candidate.feature("closely")
    return "not looked at closely" if verdict == UNSEEN else f"closely {verdict:.2f}"
