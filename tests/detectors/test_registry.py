"""What every registered detector keeps to. A new one gets these tests by its line in the registry."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from detectors.detector import Detector
from detectors.picture import Picture, Unreadable, decode
from detectors.registry import DETECTORS, NOT_YET, ReferencePicture, build
from detectors.scan import scan
from domain.authorization import DetectorName
from domain.finding import Finding, FindingKind
from tests.emblems import draw, emblem


def artwork(seed: int) -> ReferencePicture:
    return ReferencePicture(f"emblem-{seed}", cv2.imencode(".png", draw(emblem(seed)))[1].tobytes())


REFERENCES = [artwork(20), artwork(22)]


def file_of(pixels: np.ndarray) -> bytes:
    """A JPEG that also says where and by what it was taken, so that every detector has something to report."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Acme"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (39.0, 5.0, 58.92), 3: "W", 4: (94.0, 34.0, 42.96)})
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[..., ::-1])).save(buffer, "JPEG", exif=exif.tobytes(), quality=90)
    return buffer.getvalue()


def with_emblem() -> np.ndarray:
    """320 x 400 with one registered emblem in its upper left."""
    ground = np.full((320, 400, 3), (120, 150, 140), np.uint8)
    art = draw(emblem(20))
    part = ground[20 : 20 + art.shape[0], 30 : 30 + art.shape[1]]
    part[:] = np.where(art[..., 3:] > 127, art[..., :3], part)
    return ground


@pytest.fixture(scope="module")
def shown() -> Picture:
    return decode(file_of(with_emblem()))


@pytest.fixture(scope="module", params=list(DETECTORS))
def detector(request: pytest.FixtureRequest) -> Detector:
    (built,) = build([request.param], REFERENCES)
    assert built.name is request.param
    return built


def test_it_finds_what_is_there(detector: Detector, shown: Picture) -> None:
    assert detector.examine(shown)


def test_it_finds_nothing_in_a_plain_picture(detector: Detector, jpeg: Callable[..., bytes]) -> None:
    assert detector.examine(decode(jpeg(np.full((90, 120, 3), 77, np.uint8)))) == ()


def test_every_finding_can_be_defended(detector: Detector, shown: Picture) -> None:
    for finding in detector.examine(shown):
        assert finding.kind in detector.finds
        assert (finding.detector, finding.detector_version, finding.settings_sha256) == (detector.name, detector.version, detector.settings_sha256)
        assert finding.because.strip()
        assert finding.label.strip()
        box = finding.where.box
        assert box is None or (box.x + box.w <= shown.width and box.y + box.h <= shown.height)


def test_it_is_pure_and_repeatable(detector: Detector, shown: Picture) -> None:
    before = shown.pixels.copy()
    (again,) = build([detector.name], REFERENCES)
    assert detector.examine(shown) == detector.examine(shown) == again.examine(shown)
    assert (shown.pixels == before).all()


def test_it_says_what_it_is(detector: Detector) -> None:
    assert detector.version
    assert detector.finds
    assert re.fullmatch(r"[0-9a-f]{64}", detector.settings_sha256)
    assert isinstance(detector.shares_near_duplicates, bool)
    calibration = detector.calibration
    assert calibration is None or (calibration.detected <= calibration.positives and calibration.false_alarms <= calibration.negatives and calibration.source)


def test_other_references_are_other_settings() -> None:
    def settings_of(references: list[ReferencePicture]) -> list[str]:
        return [detector.settings_sha256 for detector in build([DetectorName.ARTWORK], references)]

    own = settings_of(REFERENCES)
    assert own == settings_of(REFERENCES[::-1])
    assert own != settings_of(REFERENCES[:1])
    assert own != settings_of([ReferencePicture("renamed", REFERENCES[0].content), REFERENCES[1]])


def test_other_look_alikes_are_other_settings_and_none_is_ours() -> None:
    def settings_of(references: list[ReferencePicture], look_alikes: list[ReferencePicture]) -> str:
        (detector,) = build([DetectorName.ARTWORK], references, look_alikes)
        return detector.settings_sha256

    one, other = REFERENCES
    assert len({settings_of([one], []), settings_of([one], [other]), settings_of([one, other], []), settings_of([other], [one])}) == 4
    assert settings_of([one], [artwork(24), other]) == settings_of([one], [other, artwork(24)])


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (2, 2), (7, 400), (33, 33)])
@pytest.mark.parametrize("noise", [False, True])
def test_odd_shapes_are_examined(detector: Detector, jpeg: Callable[..., bytes], shape: tuple[int, int], noise: bool) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (*shape, 3), np.uint8) if noise else np.zeros((*shape, 3), np.uint8)
    assert detector.examine(decode(jpeg(pixels))) == ()


def test_the_registry_and_what_is_not_there_yet_are_all_there_is() -> None:
    assert set(DETECTORS) | NOT_YET == set(DetectorName)
    assert not set(DETECTORS) & NOT_YET


@pytest.mark.parametrize(
    ("names", "built"),
    [
        ([], []),
        ([DetectorName.METADATA], [DetectorName.METADATA]),
        ([DetectorName.METADATA, DetectorName.ARTWORK], [DetectorName.ARTWORK, DetectorName.METADATA]),
        (list(NOT_YET), []),
        (list(DetectorName), [DetectorName.ARTWORK, DetectorName.METADATA]),
    ],
)
def test_only_the_named_are_built(names: list[DetectorName], built: list[DetectorName]) -> None:
    assert [detector.name for detector in build(names, REFERENCES)] == built


class TestScan:
    """One decode, every detector, never an exception."""

    def test_every_detector_sees_the_same_picture(self, shown: Picture) -> None:
        result = scan(shown.content, build(list(DetectorName), REFERENCES))
        assert {finding.kind for finding in result.findings} == {FindingKind.DEPARTMENT_ARTWORK, FindingKind.PRECISE_LOCATION, FindingKind.DEVICE_IDENTITY}
        assert result.error is None
        assert result.described is not None
        assert (result.described.mime, result.described.width, result.described.height) == ("image/jpeg", 400, 320)

    def test_a_clean_picture_is_clean(self, jpeg: Callable[..., bytes]) -> None:
        result = scan(jpeg(np.full((50, 50, 3), 10, np.uint8)), build(list(DetectorName), REFERENCES))
        assert (result.findings, result.error) == ((), None)

    @pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xd8\xff\xe0", bytes(1000)])
    def test_what_cannot_be_read_is_an_error_and_no_finding(self, content: bytes) -> None:
        result = scan(content, build(list(DetectorName), REFERENCES))
        assert result.findings == ()
        assert result.error
        assert result.described is None

    def test_one_detector_that_cannot_read_its_part_does_not_stop_the_others(self, shown: Picture) -> None:
        result = scan(shown.content, [Broken(), *build([DetectorName.METADATA], ())])
        assert {finding.kind for finding in result.findings} == {FindingKind.PRECISE_LOCATION, FindingKind.DEVICE_IDENTITY}
        assert result.error == "evidence: its part is damaged"

    @pytest.mark.filterwarnings("ignore::UserWarning")
    @settings(max_examples=120, deadline=None)
    @given(flips=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6))
    def test_damaged_metadata_never_raises(self, flips: list[tuple[int, int]]) -> None:
        content = bytearray(SMALL)
        for place, value in flips:
            content[place] = value
        result = scan(bytes(content), build([DetectorName.METADATA], ()))
        assert result.error is None or result.error.strip()


SMALL = file_of(np.zeros((8, 8, 3), np.uint8))


class Broken:
    """A detector whose part of every file is damaged."""

    name = DetectorName.EVIDENCE
    version = "1"
    settings_sha256 = "0" * 64
    finds = frozenset({FindingKind.EVIDENCE_MARKER})
    calibration = None
    shares_near_duplicates = True

    def examine(self, picture: Picture) -> tuple[Finding, ...]:
        raise Unreadable("its part is damaged")
