"""Pictures: bytes from strangers, decoded within bounds.

Pillow alone decodes, since it says when a file is cut short (OpenCV hands back a half-grey picture without a word, and saves 5 of 10 ms). HEIC, which
phones write, is read by libheif through Pillow. Only formats of an allow-list are tried, nothing over 40 megapixels is decoded, and of an animation only
the first frame. That bounds memory at about 16 bytes a pixel (0.7 GB at 40 megapixels) and time at about 0.1 s a megapixel (`docs/detectors.md`); a caller
that wants a harder wall runs `decode` in a process of its own.
"""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pi_heif
from PIL import Image, UnidentifiedImageError

from detectors.copies import alike, bits_apart, dct_hash
from domain.identity import sha256_hex

MAX_PIXELS = 40_000_000
MIME_BY_FORMAT = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with a second picture behind it, as phones write; Pillow's JPEG reader names it so
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")

# What Pillow's readers were seen to raise on 7200 damaged files, and what their own documentation adds.
DECODER_ERRORS = (
    OSError,
    UnidentifiedImageError,
    SyntaxError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    EOFError,
    struct.error,
    MemoryError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

# Pillow only warns between its limit and twice its limit; here that is an error as well. Its other warnings are about odd metadata of readable files.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.simplefilter("error", Image.DecompressionBombWarning)

# One thread a picture, and nothing of the file but its first picture.
pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)

Pixels = npt.NDArray[np.uint8]

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4 A
GREY = 128


class Unreadable(Exception):
    """The bytes are not a picture that can be read whole and safely; the message says why."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a picture's header says: its type by its bytes, and its size in pixels once upright."""

    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture: `pixels` is height x width x 3, 8 bit, blue-green-red, EXIF-upright and read-only; `content` the bytes it came from."""

    pixels: Pixels
    content: bytes
    mime: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, by which the picture is known."""
        return sha256_hex(self.content)


def describe(content: bytes) -> Described:
    """Type and upright size, from the header alone. Raises Unreadable."""
    with _opened(content) as image:
        return _described(image)


def decode(content: bytes) -> Picture:
    """The first frame, whole and upright. Transparent pixels are laid on mid-grey, where white and black artwork both stay visible. Raises Unreadable."""
    with _opened(content) as image:
        described = _described(image)
        try:
            colours = _rgb(_loaded(image))
            pixels = np.frombuffer(colours.tobytes("raw", "BGR"), np.uint8).reshape(colours.height, colours.width, 3)
        except DECODER_ERRORS as error:
            raise Unreadable(_why_not_decoded(error)) from error
    return Picture(pixels, content, described.mime, pixels.shape[1], pixels.shape[0])


def opacity(content: bytes) -> Pixels:
    """How opaque each pixel of the upright first frame is: height x width, 0 to 255, all 255 where the file has no transparency. Raises Unreadable."""
    with _opened(content) as image:
        try:
            upright = _loaded(image)
            if not upright.has_transparency_data:
                return np.full((upright.height, upright.width), 255, np.uint8)
            return np.asarray(upright.convert("RGBA"))[:, :, 3].copy()
        except DECODER_ERRORS as error:
            raise Unreadable(_why_not_decoded(error)) from error


def fingerprint(picture: Picture) -> str:
    """256 bits as 64 hexadecimal digits that hardly change when a picture is recompressed or resized."""
    return dct_hash(picture.pixels)


def hamming(a: str, b: str) -> int:
    """How many bits of two fingerprints differ, 0 to 256."""
    return bits_apart(a, b)


def same_picture(a: Picture, b: Picture) -> bool:
    """Whether one is a recompressed or resized copy of the other, verified cell by cell: with a patch, a caption or a crop it is another picture."""
    return alike(a.pixels, b.pixels)


def _opened(content: bytes) -> Image.Image:
    if not content:
        raise Unreadable("the file is empty")
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels, the most that are decoded") from error
    except UnidentifiedImageError as error:
        raise Unreadable(f"not a picture of a known type ({', '.join(FORMATS)})") from error
    except DECODER_ERRORS as error:
        raise Unreadable(f"the header is damaged ({_short(error)})") from error
    if image.width * image.height > MAX_PIXELS:
        raise Unreadable(f"the picture has {image.width} x {image.height} pixels; at most {MAX_PIXELS // 1_000_000} million are decoded")
    if not image.width or not image.height:
        raise Unreadable("the picture has no pixels")
    return image


def _described(image: Image.Image) -> Described:
    width, height = image.size
    if _orientation(image) >= 5:
        width, height = height, width
    return Described(MIME_BY_FORMAT[str(image.format)], width, height)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation 1..8. Pillow turns TIFF files upright by itself; a damaged EXIF block turns nothing."""
    if image.format == "TIFF":
        return 1
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except DECODER_ERRORS:
        return 1
    return value if value in UPRIGHT else 1


def _loaded(image: Image.Image) -> Image.Image:
    """The image with its pixels read, upright. Raises any of DECODER_ERRORS."""
    orientation = _orientation(image)
    image.load()
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _rgb(image: Image.Image) -> Image.Image:
    """8-bit RGB of any mode Pillow decodes to."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode in {"L", "1"} and "transparency" not in image.info:
        return image.convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(np.asarray(image)).convert("RGB")
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (GREY, GREY, GREY, 255))
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _from_deep(values: npt.NDArray[np.generic]) -> Image.Image:
    """Grey of more than 8 bits: 16-bit by its upper half, anything deeper stretched from its least to its greatest."""
    if values.dtype == np.uint16:
        return Image.fromarray((values // 257).astype(np.uint8))
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    return Image.fromarray(((numbers - low) / max(high - low, 1e-6) * 255).astype(np.uint8))


def _why_not_decoded(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory to decode the picture"
    if "truncated" in str(error).lower():
        return f"the file is cut short ({_short(error)})"
    return f"the picture is damaged ({_short(error)})"


def _short(error: Exception) -> str:
    """One line of what a decoder said, never more: messages may quote the file."""
    text = " ".join(str(error).split())
    return text[:120] or type(error).__name__
