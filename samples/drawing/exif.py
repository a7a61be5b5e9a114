"""What a camera or a telephone writes into a picture's file (EXIF 2.32)."""

from __future__ import annotations

from PIL import ExifTags, Image

TAG = ExifTags.Base


def telephone(position: tuple[float, float] | None) -> Image.Exif:
    """An invented telephone, with the place where the picture was taken if it had a fix."""
    exif = Image.Exif()
    exif[TAG.Make], exif[TAG.Model], exif[TAG.DateTime] = "Examplephone", "E7", "2026:04:18 16:20:11"
    if position:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N" if position[0] >= 0 else "S", _sexagesimal(position[0])
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E" if position[1] >= 0 else "W", _sexagesimal(position[1])
    return exif


def camera(serial: str, owner: str) -> Image.Exif:
    """An invented camera that names itself and its owner."""
    exif = Image.Exif()
    exif[TAG.Make], exif[TAG.Model] = "Samplecam", "SC-200"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[TAG.BodySerialNumber], inner[TAG.CameraOwnerName] = serial, owner
    return exif


def place_only(position: tuple[float, float]) -> Image.Exif:
    """A place without a device: some programs strip one and forget the other."""
    exif = telephone(position)
    for tag in (TAG.Make, TAG.Model):
        del exif[tag]
    return exif


def edited() -> Image.Exif:
    """Harmless: only the program that saved it, and when."""
    exif = Image.Exif()
    exif[TAG.Software], exif[TAG.DateTime] = "Picture Editor 4", "2026:05:02 09:12:40"
    return exif


def no_fix() -> Image.Exif:
    """Harmless: zero degrees north and east, as devices without a fix write."""
    return place_only((0.0, 0.0))


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    size = abs(degrees)
    whole, minutes = int(size), int(size * 60 % 60)
    return (float(whole), float(minutes), round(size * 3600 % 60, 2))
