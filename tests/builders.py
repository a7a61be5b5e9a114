"""Real domain objects with sensible defaults, for tests to vary."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.account import UNDERCOVER_ID, Account, Compartment, Custody
from domain.authorization import Authorization, Basis, DetectorName
from domain.finding import Box, Finding, FindingKind, Where
from domain.post import MediaLink, Post, PostKind

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
A_SHA256 = "a" * 64


def an_account(
    platform: str = "mastodon",
    handle: str = "@press@police.example.gov",
    url: str = "https://police.example.gov/@press",
    custody: Custody = Custody.DEPARTMENT_RUN,
    compartment: Compartment = Compartment.GENERAL,
) -> Account:
    """A department-run Mastodon account in the general compartment; one of the undercover compartment has the id that a store would give it."""
    pseudonym = f"{UNDERCOVER_ID}{'0' * 32}" if compartment is Compartment.UNDERCOVER else None
    return Account(platform, handle, url, custody, compartment, pseudonym)


def an_authorization(
    account: Account,
    basis: Basis | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_until: date = date(2026, 12, 31),
    detectors: frozenset[DetectorName] = frozenset({DetectorName.ARTWORK, DetectorName.METADATA}),
    revoked_at: datetime | None = None,
    document_sha256: str = A_SHA256,
) -> Authorization:
    """A live authorization of the basis that the account's custody asks for."""
    if basis is None:
        basis = Basis.WRITTEN_APPROVAL if account.custody is Custody.DEPARTMENT_RUN else Basis.OPT_IN
    return Authorization(
        account.id, basis, "IV.B.2", "Chief of Police", "approvals/2026-014.pdf", document_sha256, valid_from, valid_until, detectors, revoked_at
    )


def a_post(
    account: Account,
    native_id: str = "https://police.example.gov/posts/1",
    text: str = "Road closed",
    media: tuple[MediaLink, ...] = (),
    posted_at: datetime = NOON,
) -> Post:
    """A public post of that account."""
    return Post(account.id, native_id, PostKind.POST, native_id, text, posted_at, media=media)


def a_finding(
    kind: FindingKind = FindingKind.DEPARTMENT_ARTWORK,
    label: str = "patch",
    score: float = 0.9,
    box: Box | None = Box(10, 20, 30, 40),
    detector: DetectorName = DetectorName.ARTWORK,
) -> Finding:
    """The artwork detector saw the patch."""
    return Finding(kind, label, score, 0.5, Where(box=box), "24 points of the patch agree on one placement", detector, "1", "b" * 64, reference_sha256="c" * 64)
