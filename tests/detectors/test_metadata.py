"""What a file says beside its picture: real places and devices are reported, the impossible and the empty are not."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from detectors.metadata import Metadata, exif_position, xmp_position
from detectors.picture import Unreadable, decode
from domain.finding import Finding, FindingKind

Encoder = Callable[..., bytes]
HERE = {1: "N", 2: (39.0, 5.0, 58.92), 3: "W", 4: (94.0, 34.0, 42.96)}


def examined(content: bytes) -> tuple[Finding, ...]:
    return Metadata().examine(decode(content))


def with_exif(form: str = "JPEG", gps: dict[int, Any] | None = None, **tags: Any) -> bytes:
    exif = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    for name, value in tags.items():
        tag = ExifTags.Base[name]
        (inner if tag > 0x8769 and tag not in {ExifTags.Base.XPAuthor} else exif)[tag] = value
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (90, 120, 40)).save(buffer, form, exif=exif.tobytes())
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_place_is_reported_from_every_type(form: str) -> None:
    (found,) = examined(with_exif(form, gps=HERE))
    assert found.kind is FindingKind.PRECISE_LOCATION
    assert found.text == "39.099700, -94.578600"
    assert (found.score, found.threshold, found.where.box) == (1.0, 1.0, None)
    assert "39.099700, -94.578600" in found.because


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        (HERE, (39.0997, -94.5786)),
        (HERE | {1: "S", 3: "E"}, (-39.0997, 94.5786)),
        (HERE | {2: (39.0997, 0.0, 0.0)}, (39.0997, -94.5786)),
        ({1: "N\x00", 2: (90.0, 0.0, 0.0), 3: "e", 4: (180.0, 0.0, 0.0)}, (90.0, 180.0)),
        ({1: "N", 2: (0.0, 0.0, 1.0), 3: "E", 4: (0.0, 0.0, 0.0)}, (1 / 3600, 0.0)),
        ({}, None),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),
        (HERE | {2: (91.0, 0.0, 0.0)}, None),
        (HERE | {4: (181.0, 0.0, 0.0)}, None),
        (HERE | {2: (39.0, 61.0, 0.0)}, None),
        (HERE | {2: (-39.0, 5.0, 0.0)}, None),
        (HERE | {2: (39.0, 5.0)}, None),
        (HERE | {2: 39.0}, None),
        (HERE | {2: ("39", "five", "0")}, None),
        (HERE | {2: (IFDRational(39, 0), 5.0, 0.0)}, None),
        (HERE | {1: ""}, None),
        (HERE | {1: b"N"}, None),
        ({k: v for k, v in HERE.items() if k != 1}, None),
        ({k: v for k, v in HERE.items() if k != 4}, None),
    ],
)
def test_coordinates(gps: dict[int, Any], expected: tuple[float, float] | None) -> None:
    read = exif_position(gps)
    assert read == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(st.floats(0, 90), st.floats(0, 180), st.sampled_from("NS"), st.sampled_from("EW"))
def test_any_place_on_earth_reads_back(latitude: float, longitude: float, north: str, east: str) -> None:
    def parts(value: float) -> tuple[float, float, float]:
        return float(int(value)), float(int(value % 1 * 60)), value % 1 * 60 % 1 * 60

    read = exif_position({1: north, 2: parts(latitude), 3: east, 4: parts(longitude)})
    if latitude == longitude == 0:
        assert read is None
    else:
        assert read == pytest.approx((latitude if north == "N" else -latitude, longitude if east == "E" else -longitude), abs=1e-6)


@pytest.mark.parametrize(
    ("xmp", "expected"),
    [
        (b'<rdf:Description exif:GPSLatitude="39,5.982N" exif:GPSLongitude="94,34.716W"/>', (39.0997, -94.5786)),
        (b"<exif:GPSLatitude>39,5,58N</exif:GPSLatitude><exif:GPSLongitude>94,34,42W</exif:GPSLongitude>", (39.099444, -94.578333)),
        (b'exif:GPSLatitude="0,0N" exif:GPSLongitude="0,0E"', None),
        (b'exif:GPSLatitude="39,5.9N"', None),
        (b'exif:GPSLatitude="&lat;" exif:GPSLongitude="94,34.7W"', None),
        (b'exif:GPSLatitude="99,5.9N" exif:GPSLongitude="94,34.7W"', None),
        (b"", None),
    ],
)
def test_coordinates_in_xmp(xmp: bytes, expected: tuple[float, float] | None) -> None:
    assert xmp_position(xmp) == (None if expected is None else pytest.approx(expected, abs=1e-5))


XMP = b'<x exif:GPSLatitude="39,5.982N" exif:GPSLongitude="94,34.716W"/>'


def in_png() -> PngInfo:
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


@pytest.mark.parametrize(
    ("form", "options"), [("JPEG", {"xmp": XMP}), ("WEBP", {"xmp": XMP}), ("PNG", {"pnginfo": in_png()}), ("TIFF", {"tiffinfo": {700: XMP}})]
)
def test_xmp_is_read_from_files(form: str, options: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, form, **options)
    (found,) = examined(buffer.getvalue())
    assert found.text == "39.099700, -94.578600"
    assert "XMP" in found.because


def test_one_finding_names_all_of_a_device() -> None:
    (found,) = examined(with_exif(Make="Acme", Model="One", BodySerialNumber="SN-0042", CameraOwnerName="A. Sample", Software="2.1"))
    assert found.kind is FindingKind.DEVICE_IDENTITY
    assert found.label == "serial number, owner, make, model"
    assert "'SN-0042'" in found.because
    assert "'A. Sample'" in found.because
    assert found.text == "serial number: SN-0042; owner: A. Sample; make: Acme; model: One; software: 2.1"


@pytest.mark.parametrize(("tags", "label"), [
    ({"Make": "Acme"}, "make"),
    ({"Artist": "A. Sample"}, "artist"),
    ({"XPAuthor": "A. Sample".encode("utf-16-le") + b"\x00\x00"}, "artist"),
    ({"LensSerialNumber": "77"}, "serial number"),
    ({"Make": " \x00 "}, None),
    ({"Model": ""}, None),
    ({"Software": "Painter 3"}, None),  # a program is no device
    ({"ImageDescription": "at the lake"}, None),
    ({}, None),
])  # fmt: skip
def test_what_names_a_device(tags: dict[str, Any], label: str | None) -> None:
    assert [found.label for found in examined(with_exif(**tags))] == ([] if label is None else [label])


def test_long_and_odd_text_is_cut_to_one_line() -> None:
    (found,) = examined(with_exif(Make="Ac\nme\x07 " + "x" * 5000))
    assert found.text is not None
    assert found.text.startswith("make: Ac me xxx")
    assert len(found.text) < 300


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_damaged_block_says_nothing_false() -> None:
    content = bytearray(with_exif(gps=HERE, Make="Acme"))
    start = content.index(b"Exif\x00\x00") + 6
    content[start + 4 : start + 8] = b"\xff\xff\xff\x7f"
    assert examined(bytes(content)) == ()


@pytest.mark.parametrize("broken", [b"Exif\x00\x00XX", b"Exif\x00\x00II*\x00"])
def test_a_block_that_is_none_is_said_to_be_damaged(broken: bytes) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "JPEG", exif=broken)
    with pytest.raises(Unreadable, match="EXIF block is damaged"):
        examined(buffer.getvalue())
