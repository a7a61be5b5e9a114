"""Examining: each detector sees each picture once, copies are linked, and only what the paper allows is looked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from PIL import Image

from cli.terminal import operator
from detectors.detector import Detector
from domain.account import Account, Custody
from domain.authorization import DetectorName
from domain.identity import sha256_hex
from domain.permit import Permit, PermitKind
from domain.post import Media, MediaLink
from domain.reference import Reference
from flows.cite_findings import cite_findings
from flows.examine_media import examine, fingerprints_of, key_of, link, looks_due, split
from flows.station import Station
from samples.manifest import MEDIA, SamplePicture, load_manifest
from storage import accounts, authorizations, examinations, hits, permits, references
from storage.batching.outbox import CapturedMedia, CapturedPost, CollectedBatch, CollectionOutcome, submit
from tests.builders import a_post, an_authorization

EVERYTHING = frozenset(DetectorName)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def easy_picture() -> SamplePicture:
    """A picture that shows registered artwork plainly."""
    shown = (picture for picture in load_manifest().pictures if picture.difficulty == "easy" and picture.path.exists())
    return next(picture for picture in shown if any(expected.kind == "department_artwork" for expected in picture.expected))


def half_size(content: bytes) -> bytes:
    """The same picture at half its size and another quality."""
    with Image.open(BytesIO(content)) as picture:
        smaller = picture.convert("RGB").resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    out = BytesIO()
    smaller.save(out, "JPEG", quality=80)
    return out.getvalue()


def publish(station: Station, *contents: bytes, detectors: frozenset[DetectorName] = EVERYTHING, custody: Custody = Custody.DEPARTMENT_RUN) -> Account:
    """An account with one post for each picture."""
    account = Account("mastodon", f"@press{custody}@police.example.gov", "https://police.example.gov/@press", custody)
    today = station.now().date()
    paper = an_authorization(account, valid_from=today, valid_until=date(today.year, 12, 31), detectors=detectors)
    station.door.call(accounts.add, account=account, by="tests", now=NOW)
    station.door.call(authorizations.grant, authorization=paper, by="tests", now=NOW)
    captured = []
    for number, content in enumerate(contents):
        shown = MediaLink(f"https://police.example.gov/{number}.jpg")
        media = Media(station.vault.put(content), "image/jpeg", len(content))
        post = a_post(account, f"https://police.example.gov/posts/{number}", media=(shown,))
        captured.append(CapturedPost(post, (CapturedMedia(shown, media),)))
    submit(station.door, CollectedBatch(account.id, paper.id, station.now(), CollectionOutcome.STORED, posts=tuple(captured)))
    return account


def examine_all(station: Station) -> tuple[tuple[Detector, ...], int, int]:
    """What the flow does, in one go: the detectors, and how many looks and copies there were."""
    detectors = station.detectors()
    looks = looks_due(station, detectors)
    prints = fingerprints_of(station, looks)
    originals, copies = split(station, looks, prints)
    examine(station, originals, prints)
    link(station, copies, prints)
    return detectors, len(originals), len(copies)


def test_each_picture_is_examined_once(station: Station) -> None:
    publish(station, easy_picture().path.read_bytes())
    detectors, first, _ = examine_all(station)
    assert first == 1
    assert examine_all(station)[1:] == (0, 0)
    assert cite_findings(station, detectors) > 0
    assert cite_findings(station, detectors) == 0


def test_a_new_reference_looks_at_new_pictures_alone(station: Station) -> None:
    publish(station, easy_picture().path.read_bytes())
    examine_all(station)
    another = station.vault.put(half_size(easy_picture().path.read_bytes()))
    station.door.call(references.add, reference=Reference("another", another, "image/jpeg", "tests"), by="tests", now=NOW)
    assert examine_all(station)[1] == 0  # the stored one is the rescan's
    publish(station, easy_picture().path.read_bytes(), b"new")
    assert examine_all(station)[1] == 1


def test_a_copy_is_linked_and_keeps_places_of_its_own(station: Station) -> None:
    original = easy_picture().path.read_bytes()
    publish(station, original, half_size(original))
    detectors, _, copies = examine_all(station)
    assert copies == 1
    cite_findings(station, detectors)
    rows = [row for row in station.door.call(hits.queue, viewer=operator()) if row.kind == "department_artwork"]
    by_picture = {row.media_sha256: row for row in rows}
    assert len(by_picture) == 2
    first, second = sorted(by_picture.values(), key=lambda row: row.box.w if row.box else 0)
    assert first.box is not None
    assert second.box is not None
    for side in "xywh":
        assert abs(2 * getattr(first.box, side) - getattr(second.box, side)) <= 3
    assert sum("copy of this picture" in row.because for row in by_picture.values()) == 1


def test_what_reads_the_file_itself_is_not_shared_between_copies(station: Station) -> None:
    original = easy_picture().path.read_bytes()
    publish(station, original, half_size(original), detectors=frozenset({DetectorName.METADATA}))
    _, looks, copies = examine_all(station)
    assert (looks, copies) == (2, 0)


def test_a_detector_that_the_paper_does_not_name_never_looks(station: Station) -> None:
    publish(station, easy_picture().path.read_bytes(), detectors=frozenset({DetectorName.METADATA}))
    detectors, _, _ = examine_all(station)
    cite_findings(station, detectors)
    artwork = next(one for one in detectors if one.name is DetectorName.ARTWORK)
    assert station.door.call(examinations.flagged, detector=key_of(artwork)) == (0, 0)
    assert all(row.detector == "metadata" for row in station.door.call(hits.queue, viewer=operator()))


def test_bytes_that_are_no_picture_are_examined_once_and_say_so(station: Station) -> None:
    publish(station, b"<html>not a picture</html>", MEDIA.joinpath(easy_picture().file).read_bytes()[:2000])
    detectors, looks, _ = examine_all(station)
    assert looks == 2
    assert examine_all(station)[1] == 0
    assert cite_findings(station, detectors) == 0


def test_bytes_that_are_missing_or_spoilt_in_the_vault_stop_no_other_picture(station: Station) -> None:
    missing, spoilt = b"no bytes any more", b"other bytes by now"
    publish(station, missing, spoilt, easy_picture().path.read_bytes())
    station.vault.files.path(sha256_hex(missing)).unlink()
    station.vault.files.path(sha256_hex(spoilt)).write_bytes(b"spoilt")
    detectors, looks, _ = examine_all(station)
    assert looks == 3
    assert examine_all(station)[1] == 0
    assert cite_findings(station, detectors) > 0


def test_a_permit_makes_a_finding_compliant(station: Station) -> None:
    account = publish(station, easy_picture().path.read_bytes())
    today = station.now().date()
    permit = Permit(PermitKind.ARTWORK, "IV.C.1.f", "Chief of Police", "permit.pdf", "d" * 64, today, today, account_id=account.id)
    station.door.call(permits.add, permit=permit, by="tests", now=NOW)
    detectors, _, _ = examine_all(station)
    cite_findings(station, detectors)
    assert all(row.kind != "department_artwork" for row in station.door.call(hits.queue, viewer=operator()))


def test_on_a_members_account_artwork_is_cited_under_its_own_clause(station: Station) -> None:
    publish(station, easy_picture().path.read_bytes(), custody=Custody.OPTED_IN)
    detectors, _, _ = examine_all(station)
    cite_findings(station, detectors)
    (clause,) = {row.clause for row in station.door.call(hits.queue, viewer=operator()) if row.kind == "department_artwork"}
    assert clause == "IV.C.1.f"
