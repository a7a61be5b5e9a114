"""A small store as collection, detection and citing leave it: real pictures in the vault, real batches through the outbox."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

from dashboards.directive import in_force
from domain.account import Account, Custody
from domain.authorization import DetectorName
from domain.finding import Box, Finding, FindingKind, Where
from domain.hit import Hit
from domain.identity import sha256_hex
from domain.post import Media, MediaLink, Post
from domain.reference import Reference
from policy.citing import Captured, hits_for
from storage import accounts, authorizations, references
from storage.batching.ingest import outbox_folder, refused_folder, sweep
from storage.batching.outbox import Batch, CapturedMedia, CapturedPost, CitedBatch, CitedItem, CollectedBatch, CollectionOutcome
from storage.batching.wire import written
from storage.durable import private_folder, write_whole
from storage.store import Store
from tests.builders import a_post, an_account, an_authorization

BOX = Box(60, 40, 80, 90)
SIZE = (400, 300)
SECRET = (250, 195, 330, 215)  # left, top, right, bottom of a pattern that is not to be made out in a blurred copy
MEANS = "Of 100 flags like this between 90 and 100 show what they say."


def a_picture(seed: int = 0) -> bytes:
    """A photograph-like JPEG of SIZE with an emblem at BOX and a pattern at SECRET, different for each `seed`, with a camera's name in its metadata."""
    image = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((BOX.x, BOX.y, BOX.x + BOX.w, BOX.y + BOX.h), fill=(20, 60 + seed, 120), outline=(255, 200, 0), width=6)
    for x in range(SECRET[0], SECRET[2], 4):
        draw.rectangle((x, SECRET[1], x + 1, SECRET[3]), fill=(255, 255, 255))
    exif = Image.Exif()
    exif[0x0110] = "Camera that must not leak"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def submit(store: Store, batch: Batch) -> None:
    """Hand a batch to the store that is open here."""
    content = written(batch)
    private_folder(outbox_folder(store.folder))
    write_whole(outbox_folder(store.folder) / f"{sha256_hex(content)}.ndjson", content)
    sweep(store)
    assert not list(refused_folder(store.folder).glob("*.ndjson"))


def an_authorised_account(store: Store, account: Account | None = None, *, now: datetime | None = None) -> Account:
    """A registered account with a live authorization, not collected yet."""
    account = account or an_account()
    today = (now or datetime.now(UTC)).date()
    accounts.add(store, account=account, by="cli:test", now=datetime.now(UTC))
    paper = an_authorization(account, valid_from=today - timedelta(days=10), valid_until=today + timedelta(days=90))
    authorizations.grant(store, authorization=paper, by="cli:test", now=datetime.now(UTC))
    return account


def a_member_account(store: Store) -> Account:
    """A member's own account, opted in."""
    return an_authorised_account(store, an_account(handle="@member@social.example", url="https://social.example/@member", custody=Custody.OPTED_IN))


def collected(store: Store, account: Account, *posts: CapturedPost, at: datetime | None = None) -> None:
    """One successful collection of `posts`."""
    (paper,) = [one for one in authorizations.every(store) if one.account_id == account.id]
    submit(store, CollectedBatch(account.id, paper.id, at or datetime.now(UTC), CollectionOutcome.STORED, posts=posts, checkpoint="seeded"))


def failed(store: Store, account: Account, at: datetime, detail: str, not_before: datetime | None = None) -> None:
    """One collection that failed."""
    (paper,) = [one for one in authorizations.every(store) if one.account_id == account.id]
    submit(store, CollectedBatch(account.id, paper.id, at, CollectionOutcome.FAILED, detail, not_before=not_before))


def daily(account: Account, *, count: int = 20, silent_days: int = 0) -> list[CapturedPost]:
    """A post without a picture on each of so many days, the latest so many days ago."""
    now = datetime.now(UTC)
    times = [now - timedelta(days=silent_days + number) for number in range(count)]
    return [CapturedPost(a_post(account, f"{account.url}/day/{when:%Y-%m-%d}", posted_at=when), ()) for when in times]


def a_captured_post(store: Store, account: Account, number: int = 1, text: str = "At the fair", picture: bytes | None = None) -> CapturedPost:
    """A post with one picture, whose bytes are in the vault."""
    content = a_picture(number) if picture is None else picture
    sha256 = store.vault.put(content)
    url = f"{account.url}/{number}"
    post = replace(_post(account, url, text), media=(MediaLink(f"{url}/picture.jpg"),))
    return CapturedPost(post, (CapturedMedia(post.media[0], Media(sha256, "image/jpeg", len(content), *SIZE)),))


def _post(account: Account, url: str, text: str) -> Post:
    return a_post(account, native_id=url, text=text, posted_at=datetime.now(UTC) - timedelta(days=1))


def artwork_finding(reference_sha256: str | None = None, label: str = "shoulder-patch") -> Finding:
    """The artwork detector saw the patch at BOX."""
    return Finding(
        FindingKind.DEPARTMENT_ARTWORK,
        label,
        0.91,
        0.5,
        Where(box=BOX),
        "38 points of the patch agree on one placement",
        DetectorName.ARTWORK,
        "1",
        "b" * 64,
        reference_sha256=reference_sha256,
    )


def location_finding() -> Finding:
    """The metadata detector read where the picture was taken."""
    return Finding(
        FindingKind.PRECISE_LOCATION,
        "gps",
        1.0,
        1.0,
        Where(),
        "The file says where it was taken, to within 10 m",
        DetectorName.METADATA,
        "1",
        "d" * 64,
        text="40.0000 N, 90.0000 W",
    )


def cited(store: Store, account: Account, captured: CapturedPost, finding: Finding, *, found_at: datetime | None = None) -> tuple[Hit, ...]:
    """The hits that `finding` in the post's picture makes, stored."""
    directive, when = in_force(), found_at or datetime.now(UTC)
    media = captured.media[0].media
    assert media
    place = Captured(captured.post.id, captured.post.content_sha256, media.sha256, when - timedelta(minutes=5), when)
    hits = hits_for(directive, account, finding, place, permits=(), means=MEANS).hits
    item = CitedItem(
        place.post_id, place.post_content_sha256, media.sha256, finding.detector, finding.detector_version, finding.settings_sha256, directive.sha256, hits
    )
    submit(store, CitedBatch((item,)))
    return hits


def an_artwork(store: Store) -> str:
    """A registered artwork; its SHA-256."""
    image = Image.new("RGB", (120, 130), (20, 60, 120))
    out = io.BytesIO()
    image.save(out, "PNG")
    sha256 = store.vault.put(out.getvalue())
    references.add(store, reference=Reference("shoulder-patch", sha256, "image/png", "cli:test"), by="cli:test", now=datetime.now(UTC))
    return sha256


def a_hit(store: Store, *, number: int = 1, account: Account | None = None, text: str = "At the fair", found_at: datetime | None = None) -> Hit:
    """One artwork hit on a fresh post of a member's account."""
    account = account or a_member_account(store)
    captured = a_captured_post(store, account, number, text)
    collected(store, account, captured)
    (hit,) = cited(store, account, captured, artwork_finding(an_artwork(store)), found_at=found_at)
    return hit
