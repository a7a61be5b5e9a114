"""The detector as a whole: the same answer by every way, and settings that name what looked. Whether emblems are found is in test_emblems_found.py."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from detectors.artwork import Artwork, Candidate, OtherNetworks, detector
from detectors.artwork.detector import because, sureness
from detectors.picture import Picture, decode
from domain.identity import sha256_hex
from tests.detectors.artwork.scenes import laid, registered
from tests.emblems import draw, emblem

Photograph = Callable[[str], bytes]
REFERENCES = [registered(seed) for seed in (20, 22, 24)]
LOOK_ALIKES = [registered(seed) for seed in (23, 26)]


@pytest.fixture(scope="module")
def artwork() -> Artwork:
    return Artwork(REFERENCES, LOOK_ALIKES)


@pytest.fixture(scope="module")
def shown(photograph: Photograph) -> Picture:
    ground = cv2.resize(decode(photograph("boats")).pixels, (640, 480), interpolation=cv2.INTER_AREA)
    laid(ground, draw(emblem(20)), (300, 250), 160, 20)
    return decode(cv2.imencode(".jpg", ground)[1].tobytes())


def never() -> Picture:
    raise AssertionError("the picture was loaded")


def same(a: list[Candidate], b: list[Candidate]) -> bool:
    return [(c.score, c.label, c.box, c.quad, c.features.tolist()) for c in a] == [(c.score, c.label, c.box, c.quad, c.features.tolist()) for c in b]


def test_the_same_picture_gives_the_same_candidates(artwork: Artwork, shown: Picture) -> None:
    found = artwork.candidates(shown)
    assert found
    assert same(found, artwork.candidates(shown))
    assert same(found, Artwork(REFERENCES, LOOK_ALIKES).candidates(shown))


def test_many_threads_see_the_same(artwork: Artwork, shown: Picture) -> None:
    alone = artwork.candidates(shown)
    with ThreadPoolExecutor(4) as threads:
        assert all(same(alone, found) for found in threads.map(artwork.candidates, [shown] * 8))


def test_from_what_was_described_comes_the_very_same(artwork: Artwork, shown: Picture) -> None:
    described = artwork.described(shown)
    assert same(artwork.candidates(shown), artwork.candidates_from(described, lambda: shown))
    assert artwork.examine_described(described.to_bytes(), lambda: shown) == artwork.examine(shown)


def test_a_description_does_not_depend_on_what_is_registered(artwork: Artwork, shown: Picture) -> None:
    assert Artwork([]).described(shown).to_bytes() == artwork.described(shown).to_bytes()


def test_without_references_nothing_is_loaded_and_nothing_found(shown: Picture) -> None:
    described = Artwork([]).described(shown)
    for empty in (Artwork([]), Artwork([], LOOK_ALIKES)):
        assert empty.examine(shown) == ()
        assert empty.examine_described(described.to_bytes(), never) == ()


def test_a_description_by_other_networks_is_refused(artwork: Artwork, shown: Picture) -> None:
    content = bytearray(artwork.described(shown).to_bytes())
    content[10] ^= 1
    with pytest.raises(OtherNetworks):
        artwork.examine_described(bytes(content), never)


def test_boxes_lie_inside_and_scores_between_0_and_1(artwork: Artwork, shown: Picture) -> None:
    for candidate in artwork.candidates(shown):
        assert candidate.box.x + candidate.box.w <= shown.width
        assert candidate.box.y + candidate.box.h <= shown.height
        assert 0 <= candidate.score <= 1
        assert np.isfinite(candidate.features).all()
        assert candidate.look_alike == (candidate.label in {reference.label for reference in LOOK_ALIKES})
        assert artwork.reference(candidate).shown.shape == (128, 128, 3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (33, 33), (31, 640), (2000, 2700)])
def test_odd_shapes_are_searched(artwork: Artwork, shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (*shape, 3), np.uint8)
    for candidate in artwork.candidates(Picture(pixels, b"", "image/png", shape[1], shape[0])):
        assert candidate.box.x + candidate.box.w <= shape[1]
        assert candidate.box.y + candidate.box.h <= shape[0]


def test_settings_name_references_and_look_alikes() -> None:
    digests = [
        Artwork(REFERENCES).settings_sha256,
        Artwork(REFERENCES[:2]).settings_sha256,
        Artwork(REFERENCES, LOOK_ALIKES).settings_sha256,
        Artwork(REFERENCES, LOOK_ALIKES[:1]).settings_sha256,
        Artwork(LOOK_ALIKES, REFERENCES).settings_sha256,
        Artwork([*REFERENCES, *LOOK_ALIKES]).settings_sha256,
    ]
    assert len(set(digests)) == len(digests)
    assert Artwork(REFERENCES[::-1], LOOK_ALIKES[::-1]).settings_sha256 == digests[2]


def test_the_threshold_rises_with_the_artworks_and_not_with_the_look_alikes() -> None:
    many = [registered(seed) for seed in range(15)]
    assert Artwork(REFERENCES).threshold == Artwork(REFERENCES, many).threshold <= Artwork(many).threshold


@pytest.mark.parametrize(
    ("score", "words"), [(0.9, "rather like"), (0.94, "rather like"), (0.96, "much like"), (0.995, "very much like"), (1.0, "very much like")]
)
def test_how_sure_in_words(score: float, words: str) -> None:
    assert sureness(score, 0.9) == words


def test_it_says_because_of_what(artwork: Artwork, shown: Picture) -> None:
    candidate = artwork.candidates(shown)[0]
    said = because(candidate, artwork.threshold)
    assert f"'{candidate.label}'" in said
    assert "pixels across in this picture" in said
    assert "turned" in said or "upright" in said


def test_what_reaches_the_threshold_is_a_finding_unless_a_look_alike_wins(artwork: Artwork, shown: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    """By construction: the scores are set, the rest is real."""
    candidates = {candidate.label: candidate for candidate in artwork.candidates(shown)}
    own = next(candidate for candidate in candidates.values() if not candidate.look_alike)

    def scored(score: float, look_alike: bool) -> Candidate:
        return Candidate(score, own.label, look_alike, own.which, own.features, own.box, own.quad, own.placement)

    def found(*scenes: Candidate) -> tuple[str, ...]:
        monkeypatch.setattr(detector.Artwork, "candidates", lambda _self, _picture: list(scenes))
        return tuple(finding.label for finding in artwork.examine(shown))

    high, higher = (artwork.threshold + part * (1 - artwork.threshold) for part in (0.5, 0.9))
    assert found(scored(high, look_alike=False)) == (own.label,)
    assert found(scored(high, look_alike=False), scored(higher, look_alike=True)) == ()
    assert found(scored(higher, look_alike=False), scored(high, look_alike=True)) == (own.label,)
    assert found(scored(artwork.threshold - 0.01, look_alike=False)) == ()


def test_a_finding_names_its_reference_and_what_looked(artwork: Artwork, shown: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    (candidate, *_) = artwork.candidates(shown)
    certain = Candidate(1.0, REFERENCES[1].label, False, 1, candidate.features, candidate.box, candidate.quad, candidate.placement)
    monkeypatch.setattr(detector.Artwork, "candidates", lambda _self, _picture: [certain])
    (finding,) = artwork.examine(shown)
    assert finding.reference_sha256 == sha256_hex(REFERENCES[1].content)
    assert (finding.where.box, finding.threshold) == (candidate.box, artwork.threshold)
    assert (finding.detector_version, finding.settings_sha256) == (artwork.version, artwork.settings_sha256)
