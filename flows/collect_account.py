"""Collecting one account: permitted? fetched, understood, kept. Whatever happens to it is recorded, and stops no other account."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from detectors.picture import Unreadable, describe
from domain.account import Account
from domain.authorization import Authorization
from domain.post import Media, MediaLink
from flows.station import Station
from policy.authorization import may_collect
from sources.capture import fetch_media
from sources.http import Http
from sources.registry import source_for
from sources.source import Checkpoint, Page, Source, SourceError
from storage.checkpoints import Due
from storage.outbox import CapturedMedia, CapturedPost, CollectedBatch, CollectionOutcome, submit


def collect_account(station: Station, http: Http, due: Due) -> CollectionOutcome:
    """Collect what is new on the account of `due` and hand it to the store, page by page.

    A refusal (invariant 1), a platform's failure and a reply that nobody understands each become a recorded outcome; errors of the store itself are raised.
    """
    decision = may_collect(due.account, due.authorizations, station.now())
    if not decision.allowed or decision.authorization is None:
        return record(station, due.account, None, CollectionOutcome.REFUSED, decision.reason)
    visit = _Visit(station, http, due.account, decision.authorization, time.monotonic() + station.collect.account_seconds)
    try:
        return visit.all_pages(due.checkpoint)
    except SourceError as problem:
        return record(station, due.account, decision.authorization, CollectionOutcome.FAILED, f"{type(problem).__name__}: {problem}")


@dataclass(frozen=True, slots=True)
class _Visit:
    station: Station
    http: Http
    account: Account
    authorization: Authorization
    deadline: float

    def all_pages(self, state: str | None) -> CollectionOutcome:
        source = source_for(self.account.platform)
        outcome = CollectionOutcome.UNCHANGED
        for page in source.pages(self.account, Checkpoint(state) if state is not None else None, self.http):
            self._keep(page, source)
            outcome = CollectionOutcome.UNCHANGED if page.unchanged else CollectionOutcome.STORED
            if time.monotonic() > self.deadline:
                break  # the checkpoint is stored: the next run goes on from here
        return outcome

    def _keep(self, page: Page, source: Source) -> None:
        batch = CollectedBatch(
            account_id=self.account.id,
            authorization_id=self.authorization.id,
            collected_at=self.station.now(),
            outcome=CollectionOutcome.UNCHANGED if page.unchanged else CollectionOutcome.STORED,
            detail="",
            posts=tuple(CapturedPost(post, tuple(self._captured(link, source.robots_on_media) for link in post.media)) for post in page.posts),
            gone=page.gone,
            rejected=page.rejected,
            checkpoint=page.checkpoint.state,
            terms=asdict(source.terms),
        )
        submit(self.station.door, batch)

    def _captured(self, link: MediaLink, robots: bool) -> CapturedMedia:
        if time.monotonic() > self.deadline:
            return CapturedMedia(link, None, "not fetched: the account's time for this run was used up")
        try:
            content = fetch_media(self.http, link, robots=robots)
        except SourceError as problem:
            return CapturedMedia(link, None, f"not fetched: {problem}")
        return CapturedMedia(link, _described(self.station.vault.put(content), content), "")


def _described(sha256: str, content: bytes) -> Media:
    try:
        seen = describe(content)
    except Unreadable:
        return Media(sha256, "application/octet-stream", len(content))
    return Media(sha256, seen.mime, len(content), seen.width, seen.height)


def record(station: Station, account: Account, authorization: Authorization | None, outcome: CollectionOutcome, detail: str) -> CollectionOutcome:
    """Write down how an attempt on an account ended that brought nothing: `detail` says why, without content. Returns `outcome`."""
    submit(
        station.door,
        CollectedBatch(
            account_id=account.id,
            authorization_id=authorization.id if authorization else None,
            collected_at=station.now(),
            outcome=outcome,
            detail=detail,
            posts=(),
            gone=(),
            rejected=(),
            checkpoint=None,
            terms=None,
        ),
    )
    return outcome
