"""What a picture's file says beside the picture: where it was taken, and on whose device.

EXIF is read by Pillow from JPEG, PNG, WEBP, TIFF and AVIF; the coordinates of XMP are read by pattern from its bytes, never by an XML parser,
whose entities a stranger could use. Most platforms strip both: little is found, at almost no cost. A reading is exact, so the score is 1.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import ExifTags, Image

from detectors.picture import DECODER_ERRORS, FORMATS, Picture, Unreadable
from domain.authorization import DetectorName
from domain.finding import Calibration, Finding, FindingKind, Where
from domain.identity import canonical_json, clean_text, sha256_hex

VERSION = "1"
MAX_TEXT = 200

IDENTIFYING = {
    "serial number": (ExifTags.Base.BodySerialNumber, ExifTags.Base.CameraSerialNumber, ExifTags.Base.LensSerialNumber),
    "owner": (ExifTags.Base.CameraOwnerName,),
    "artist": (ExifTags.Base.Artist, ExifTags.Base.XPAuthor),
    "make": (ExifTags.Base.Make,),
    "model": (ExifTags.Base.Model,),
}
SOFTWARE = ExifTags.Base.Software
UTF16 = frozenset({ExifTags.Base.XPAuthor})

Tags = Mapping[int, Any]


class Metadata:
    """Reports coordinates as `precise_location` and make, model, serial number, owner or artist as `device_identity`, each once a picture."""

    name = DetectorName.METADATA
    version = VERSION
    finds = frozenset({FindingKind.PRECISE_LOCATION, FindingKind.DEVICE_IDENTITY})
    calibration: Calibration | None = None
    shares_near_duplicates = False  # two files of one picture differ in exactly this

    @property
    def settings_sha256(self) -> str:
        """Over the tags that are read."""
        return sha256_hex(canonical_json({"tags": {name: [int(tag) for tag in tags] for name, tags in IDENTIFYING.items()}, "xmp": True}))

    def examine(self, picture: Picture) -> tuple[Finding, ...]:
        """What the file of `picture` says. Raises Unreadable when its EXIF block is damaged."""
        gps, tags, xmp = _read(picture.content)
        return tuple(self._location(gps, xmp)) + tuple(self._device(tags))

    def _location(self, gps: Tags, xmp: bytes) -> Iterator[Finding]:
        for place, source in ((exif_position(gps), "EXIF block"), (xmp_position(xmp), "XMP block")):
            if place is not None:
                text = f"{place[0]:.6f}, {place[1]:.6f}"
                yield self._finding(FindingKind.PRECISE_LOCATION, "GPS coordinates", text, f"the file's {source} says that it was taken at {text}")
                return

    def _device(self, tags: Tags) -> Iterator[Finding]:
        said = {name: text for name, numbers in IDENTIFYING.items() if (text := _first_text(tags, numbers))}
        if not said:
            return
        software = _first_text(tags, (SOFTWARE,))
        everything = said | ({"software": software} if software else {})
        text = "; ".join(f"{name}: {value}" for name, value in everything.items())
        yield self._finding(FindingKind.DEVICE_IDENTITY, ", ".join(said), text, f"the file's EXIF block names {_listed(said)}")

    def _finding(self, kind: FindingKind, label: str, text: str, because: str) -> Finding:
        return Finding(kind, label, 1.0, 1.0, Where(), because, self.name, self.version, self.settings_sha256, text=text)


def _read(content: bytes) -> tuple[Tags, Tags, bytes]:
    """The GPS tags, all other tags, and the XMP bytes."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            exif = _exif(image)
            gps = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
            tags = dict(exif) | dict(exif.get_ifd(ExifTags.IFD.Exif))
            xmp = image.info.get("xmp", b"")
    except DECODER_ERRORS as error:
        raise Unreadable(f"the EXIF block is damaged ({type(error).__name__})") from error
    return gps, tags, xmp if isinstance(xmp, bytes) else b""


def _exif(image: Image.Image) -> Image.Exif:
    """The EXIF tags. Read from the block itself where there is one: Pillow swallows what is wrong with it while it opens a JPEG, and then answers "empty"."""
    block = image.info.get("exif")
    if not isinstance(block, bytes):
        return image.getexif()
    exif = Image.Exif()
    exif.load(block)
    return exif


def exif_position(gps: Tags) -> tuple[float, float] | None:
    """Latitude and longitude in decimal degrees (EXIF 2.32, 4.6.6: reference letter, then degrees, minutes, seconds), or None when absent or impossible."""
    latitude = _signed(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "NS")
    longitude = _signed(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "EW")
    return _possible(latitude, longitude)


XMP_POSITION = re.compile(rb"exif:GPS(Latitude|Longitude)\s*(?:=\s*[\"']|>)\s*(\d{1,3}),(\d{1,2}(?:\.\d{1,9})?)(?:,(\d{1,2}(?:\.\d{1,9})?))?([NSEW])")


def xmp_position(xmp: bytes) -> tuple[float, float] | None:
    """Latitude and longitude in decimal degrees from XMP's "39,5.982N" or "39,5,58N" (XMP part 2, 1.2.7.4), or None."""
    found = {
        name: _signed((degrees, minutes, seconds or b"0"), letter.decode(), "NSEW") for name, degrees, minutes, seconds, letter in XMP_POSITION.findall(xmp)
    }
    return _possible(found.get(b"Latitude"), found.get(b"Longitude"))


def _signed(parts: object, letter: object, letters: str) -> float | None:
    """Degrees, minutes and seconds as one number, negative to the south and west."""
    if not isinstance(parts, tuple) or len(parts) != 3 or not isinstance(letter, str) or letter.strip("\x00 ").upper() not in set(letters):
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not all(math.isfinite(part) and part >= 0 for part in (degrees, minutes, seconds)) or minutes > 60 or seconds > 60:
        return None
    size = degrees + minutes / 60 + seconds / 3600
    return -size if letter.strip("\x00 ").upper() in {"S", "W"} else size


def _possible(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Both, when they are a place on earth; 0, 0 is what devices without a fix write."""
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def _first_text(tags: Tags, numbers: tuple[int, ...]) -> str:
    return next((text for number in numbers if (text := _text(tags.get(number), number))), "")


def _text(value: object, number: int) -> str:
    """A tag's value as one short line, "" when it is empty or no text."""
    if isinstance(value, bytes):
        value = value.decode("utf-16-le" if number in UTF16 else "utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in clean_text(value)).split())[:MAX_TEXT]


def _listed(said: Mapping[str, str]) -> str:
    return ", ".join(f"the {name} {value!r}" for name, value in said.items())
