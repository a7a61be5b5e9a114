"""Looking again: a new reference is looked for in what is stored, within a budget, from where it stopped, and only where that is allowed today."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from cli.terminal import operator
from detectors.detector import Detector
from detectors.metadata import Metadata
from domain.account import Custody
from domain.authorization import DetectorName
from domain.identity import sha256_hex
from domain.reference import Reference
from flows.cite_findings import cite_findings
from flows.examine_media import key_of, looks_due
from flows.look_again import Budget, Looked, Settled, copies_among, look, look_at_all
from flows.rescanning import gone_through, standing
from flows.station import Station
from samples.manifest import ARTWORK, MEDIA
from storage import authorizations, examinations, hits, references
from storage.errors import StoreDamaged
from storage.rescans import Waiting
from tests.builders import an_account, an_authorization
from tests.flows.conftest import station_at
from tests.flows.test_examine_media import examine_all, half_size, publish

ONLY_ARTWORK = frozenset({DetectorName.ARTWORK})


def small(name: str, box: tuple[int, int, int, int]) -> bytes:
    """A quarter of that part of a picture of Example City: small ones are looked at quickly."""
    out = BytesIO()
    with Image.open(MEDIA / name) as picture:
        picture.convert("RGB").crop(box).save(out, "PNG")
    return half_size(out.getvalue())


PATCH = small("patch-on-table.jpg", (11, 321, 437, 797))
PATCH_AGAIN = half_size(PATCH)
SEAL = half_size(small("thank-you-card.png", (0, 0, 1080, 1080)))
NOTHING = small("patch-on-table.jpg", (900, 0, 1100, 200))


def look_for(station: Station, label: str) -> None:
    content = (ARTWORK / f"{label}.png").read_bytes()
    station.door.call(references.add, reference=Reference(label, station.vault.put(content), "image/png", "tests"), by="tests", now=station.now())


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with four pictures, in which the badge was looked for. The patch and the seal, which three of them show, were registered after that."""
    made = station_at(tmp_path_factory.mktemp("examined") / "data")
    look_for(made, "badge")
    publish(made, NOTHING, PATCH, PATCH_AGAIN, detectors=ONLY_ARTWORK)
    publish(made, SEAL, detectors=ONLY_ARTWORK, custody=Custody.OPTED_IN)
    examine_all(made)
    look_for(made, "shoulder-patch")
    look_for(made, "seal")
    return made.storage.folder


@pytest.fixture
def station(examined: Path, tmp_path: Path) -> Station:
    shutil.copytree(examined, tmp_path / "data")
    return station_at(tmp_path / "data")


@pytest.fixture(scope="module")
def detector(examined: Path) -> Detector:
    """The detector with all references."""
    return next(one for one in station_at(examined).detectors() if one.name is DetectorName.ARTWORK)


@dataclass(frozen=True)
class Finished:
    """A rescan that nothing disturbed."""

    station: Station
    settled: list[Settled]


@pytest.fixture(scope="module")
def finished(examined: Path, detector: Detector, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished") / "data"
    shutil.copytree(examined, folder)
    return Finished(station_at(folder), go_on(station_at(folder), detector))


def go_on(station: Station, detector: Detector, budget: Budget | None = None) -> list[Settled]:
    """A part of the rescan, as the flow does it, on threads."""
    with ThreadPoolExecutor(2) as threads:

        def start(waiting: Sequence[Waiting], copies: frozenset[str], until: Budget) -> object:
            return threads.submit(lambda: list(look_at_all(station, detector, waiting, copies, until)))

        parts: Iterable[Sequence[Settled]] = gone_through(station, detector, budget or Budget(), start)  # type: ignore[arg-type]
        return [one for part in parts for one in part]


def found(station: Station, detector: Detector) -> set[tuple[object, ...]]:
    """What the detector, as it is now, has found, without the moment at which it did."""
    seen = {}
    for content in (PATCH, PATCH_AGAIN, SEAL):
        seen[sha256_hex(content)] = station.door.call(examinations.findings, detector=key_of(detector), media_sha256=sha256_hex(content))
    return {(sha256, one.label, one.where, one.score, one.because) for sha256, ones in seen.items() for one in ones}


def test_a_new_reference_is_found_in_what_is_stored_and_the_rest_leaves_nothing(finished: Finished, detector: Detector) -> None:
    station, settled = finished.station, finished.settled
    assert [one.row is not None for one in settled].count(True) == 3
    assert settled[-1].looked.waiting.media_sha256 == sha256_hex(SEAL)  # a member's own account comes last
    assert {label for _, label, *_ in found(station, detector)} == {"shoulder-patch", "seal"}
    assert station.door.call(examinations.flagged, detector=key_of(detector)) == (3, 4)
    assert len(station.door.call(examinations.fingerprints, detector=key_of(detector))) == 2
    assert cite_findings(station, [detector]) > 0
    assert {row.media_sha256 for row in station.door.call(hits.queue, viewer=operator())} == {sha256_hex(one) for one in (PATCH, PATCH_AGAIN, SEAL)}


def test_when_none_is_left_nothing_is_looked_at(finished: Finished, detector: Detector) -> None:
    assert (standing(finished.station, detector).left, go_on(finished.station, detector)) == (0, [])
    assert looks_due(finished.station, [detector]) == []


def test_a_rescan_that_is_cut_off_again_and_again_comes_to_the_same(station: Station, detector: Detector, finished: Finished) -> None:
    parts = 0
    while part := go_on(station_at(station.storage.folder), detector, Budget(-math.inf)):  # no time at all: one picture each time
        assert len(part) == 1
        parts += 1
    assert parts == 4
    assert found(station, detector) == found(finished.station, detector)
    assert sum("copy of this picture" in str(one[-1]) for one in found(station, detector)) == 1
    assert standing(station, detector) == standing(finished.station, detector)


def test_where_it_is_not_allowed_today_nothing_is_looked_at(station: Station, detector: Detector) -> None:
    for custody in Custody:
        account = an_account(handle=f"@press{custody}@police.example.gov", custody=custody)
        today = station.now().date()
        paper = an_authorization(account, valid_from=today, valid_until=today.replace(month=12, day=31), detectors=ONLY_ARTWORK)
        station.door.call(authorizations.revoke, authorization_id=paper.id, by="tests", now=datetime.now(UTC) - timedelta(seconds=1))
    assert standing(station, detector).left == 0
    assert go_on(station, detector) == []


def captured(station: Station, content: bytes) -> Path:
    """Where the vault keeps it; what was described of it has the same name elsewhere."""
    (path,) = (path for path in station.storage.folder.rglob(sha256_hex(content)) if "descriptions" not in path.parts)
    return path


def test_a_picture_that_is_lost_is_counted_and_stops_no_other(station: Station, detector: Detector) -> None:
    lost = captured(station, PATCH)
    lost.unlink()
    go_on(station, detector)
    after = standing(station, detector)
    assert (after.left, after.unread, after.found) == (0, 1, 2)


def test_a_damaged_picture_stops_it_there_and_it_goes_on_when_that_is_mended(station: Station, detector: Detector) -> None:
    damaged = captured(station, PATCH)
    damaged.write_bytes(b"rubbish")
    with pytest.raises(StoreDamaged, match=sha256_hex(PATCH)):
        go_on(station, detector)
    assert standing(station, detector).left > 1
    damaged.write_bytes(PATCH)
    go_on(station, detector)
    assert (standing(station, detector).left, standing(station, detector).found) == (0, 3)


def waits(name: str, same_as: str | None = None, settled: bool = False) -> Waiting:
    return Waiting(name, "account", datetime.now(UTC), None, same_as, settled, None, None)


LISTED = [waits("a"), waits("b"), waits("c")]


def test_a_copy_needs_no_look_when_its_original_is_settled_or_comes_earlier(detector: Detector) -> None:
    order = [waits("late", same_as="original"), waits("original"), waits("soon", same_as="original"), waits("long ago", same_as="x", settled=True)]
    assert copies_among(detector, [*order, waits("lonely", same_as="y")]) == {"soon", "long ago"}
    assert copies_among(Metadata(), order) == frozenset()


def test_when_the_budget_is_spent_the_rest_is_left_for_later(station: Station, detector: Detector) -> None:
    budget = Budget()
    looks = iter(look_at_all(station, detector, LISTED, frozenset("abc"), budget))
    assert next(looks) == Looked(LISTED[0])
    budget.stop()
    assert list(looks) == []


def described(station: Station) -> set[str]:
    """The pictures of which something is kept."""
    assert station.descriptions is not None
    return set(station.descriptions.names())


def test_only_the_departments_own_pictures_are_described(examined: Path) -> None:
    kept = described(station_at(examined))
    assert {sha256_hex(NOTHING), sha256_hex(PATCH)} >= kept - {sha256_hex(PATCH_AGAIN)} != set()
    assert sha256_hex(SEAL) not in kept  # a member's


def test_a_described_picture_is_not_decoded_again(station: Station, detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(what: str) -> tuple[()]:
        asked.append(what)
        return ()

    monkeypatch.setattr(type(detector), "examine_described", lambda _self, _content, _load: noted("description"))
    monkeypatch.setattr(type(detector), "examine", lambda _self, _picture: noted("picture"))
    looked = {one: look(station, detector, a_waiting(one)) for one in (sha256_hex(NOTHING), sha256_hex(SEAL))}
    assert asked == ["description", "picture"]
    assert all(one.findings == () and one.counts for one in looked.values())


def test_what_other_networks_described_is_looked_at_and_described_anew(station: Station, detector: Detector) -> None:
    kept = station.descriptions
    assert kept is not None
    sha256 = sha256_hex(NOTHING)
    before = kept.of(sha256)
    kept.keep(sha256, b"of another version")
    assert look(station, detector, replace(a_waiting(sha256), departments_own=True)).counts
    assert kept.of(sha256) == before


def test_a_picture_that_is_gone_is_missing_though_it_was_described(station: Station, detector: Detector) -> None:
    sha256 = sha256_hex(NOTHING)
    station.vault.files.path(sha256).unlink()  # type: ignore[union-attr]
    assert look(station, detector, a_waiting(sha256)).missing


def a_waiting(sha256: str) -> Waiting:
    return Waiting(sha256, "account", datetime.now(UTC), None, None, False, None, None)
