"""Collecting one account: permitted? fetched, understood, kept. Whatever happens to it is recorded, and stops no other account."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from domain.account import Account
from domain.authorization import Authorization
from domain.post import Gone, Rejected
from flows.capture_media import Capturing
from flows.station import Station
from policy.authorization import may_collect
from sources.http import Http
from sources.registry import source_for
from sources.source import Checkpoint, Page, Source, SourceError
from storage.batching.outbox import CapturedPost, CollectedBatch, CollectionOutcome
from storage.checkpoints import Due


def collect_account(station: Station, http: Http, due: Due) -> CollectionOutcome:
    """Collect what is new on the account of `due` and hand it to the store, page by page.

    A refusal (invariant 1), a platform's failure and a reply that nobody understands each become a recorded outcome; errors of the store itself are raised.
    """
    decision = may_collect(due.account, due.authorizations, station.now())
    if not decision.allowed or decision.authorization is None:
        return record(station, due.account, None, CollectionOutcome.REFUSED, decision.reason)
    try:
        source = source_for(due.account.platform)
        capturing = Capturing(station, http, source.robots_on_media, time.monotonic() + station.collect.account_seconds)
        return _Visit(capturing, source, due.account, decision.authorization).all_pages(due.checkpoint)
    except SourceError as problem:
        return record(station, due.account, decision.authorization, CollectionOutcome.FAILED, f"{type(problem).__name__}: {problem}")


@dataclass(frozen=True, slots=True)
class _Visit:
    capturing: Capturing
    source: Source
    account: Account
    authorization: Authorization

    def all_pages(self, state: str | None) -> CollectionOutcome:
        outcome = CollectionOutcome.UNCHANGED
        for page in self.source.pages(self.account, Checkpoint(state) if state is not None else None, self.capturing.http):
            outcome = self._keep_page(page)
            if time.monotonic() > self.capturing.deadline:
                break  # the checkpoint is stored: the next run goes on from here
        if left_over := self.capturing.left_over(self.account.id):
            outcome = self._keep(CollectionOutcome.STORED, left_over)
        return outcome

    def _keep_page(self, page: Page) -> CollectionOutcome:
        outcome = CollectionOutcome.UNCHANGED if page.unchanged else CollectionOutcome.STORED
        captured = tuple(self.capturing.post(post) for post in page.posts)
        return self._keep(outcome, captured, page.gone, page.rejected, page.checkpoint.state)

    def _keep(
        self,
        outcome: CollectionOutcome,
        captured: tuple[CapturedPost, ...],
        gone: tuple[Gone, ...] = (),
        rejected: tuple[Rejected, ...] = (),
        checkpoint: str | None = None,
    ) -> CollectionOutcome:
        station = self.capturing.station
        batch = CollectedBatch(
            account_id=self.account.id,
            authorization_id=self.authorization.id,
            collected_at=station.now(),
            outcome=outcome,
            posts=captured,
            gone=gone,
            rejected=rejected,
            checkpoint=checkpoint,
            terms=asdict(self.source.terms),
        )
        station.submit(batch)
        return outcome


def record(station: Station, account: Account, authorization: Authorization | None, outcome: CollectionOutcome, detail: str) -> CollectionOutcome:
    """Write down how an attempt on an account ended that brought nothing: `detail` says why, without content. Returns `outcome`."""
    station.submit(CollectedBatch(account.id, authorization.id if authorization else None, station.now(), outcome, detail))
    return outcome
