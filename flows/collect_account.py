"""Collecting one account: permitted? due? fetched, understood, kept. Whatever happens to it is recorded, and stops no other account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from domain.account import Account
from domain.authorization import Authorization
from flows.capture_media import Capturing
from flows.station import Station
from policy.authorization import may_collect
from policy.patience import asked_again
from sources.client.http import Http
from sources.client.meter import Budgets, Meter
from sources.client.recorder import Recorder
from sources.client.session import software
from sources.registry import allowance_for, source_for, terms_for
from sources.source import Checkpoint, Page, Source, SourceError, TryAgainLater
from storage.batching.outbox import CapturedPost, CollectedBatch, CollectionOutcome, KeptReplies
from storage.checkpoints import Due

WAITING = "waiting"  # how an account ends that is not asked yet, since its server wanted time: nothing is recorded anew


Keep: TypeAlias = Callable[[CollectedBatch], None]  # hands a batch in: `Station.submit`, or `Storing.submit` where many accounts are collected at once


def collect_account(station: Station, http: Http, due: Due, budgets: Budgets | None = None, keep: Keep | None = None) -> str:
    """Collect what is new on the account of `due` and hand it in, page by page. Returns a `CollectionOutcome`, or WAITING.

    A refusal (invariant 1), a platform's failure and a reply that nobody understands each become a recorded outcome; errors of the store itself are raised.
    """
    keep = keep or station.submit
    decision = may_collect(due.account, due.authorizations, station.now())
    if not decision.allowed or decision.authorization is None:
        return record(station, due.account, None, CollectionOutcome.REFUSED, decision.reason, keep=keep)
    if due.not_before is not None and station.now() < due.not_before:
        return WAITING
    meter = Meter()
    try:
        source = source_for(due.account.platform)
        meter.budget = (budgets or Budgets({}, station.now)).of(source.name, allowance_for(source, station.network))
        return _visit(station, http, due, source, decision.authorization, meter, keep).all_pages(due)
    except SourceError as problem:
        return _failed(station, due, decision.authorization, problem, meter, keep)


def _visit(station: Station, http: Http, due: Due, source: Source, authorization: Authorization, meter: Meter, keep: Keep) -> _Visit:
    recorder = Recorder(software(station.network))
    capturing = Capturing(station, http.visit(recorder, meter), source.robots_on_media, time.monotonic() + station.collect.account_seconds)
    account = replace(due.account, since=due.account.since or station.collect.since)
    return _Visit(capturing, source, account, authorization, recorder, meter, keep)


@dataclass(slots=True)
class _Visit:
    capturing: Capturing
    source: Source
    account: Account
    authorization: Authorization
    recorder: Recorder
    meter: Meter
    keep: Keep
    told: Meter = field(default_factory=Meter)  # what the batches up to now have said of the meter

    def all_pages(self, due: Due) -> CollectionOutcome:
        outcome = CollectionOutcome.UNCHANGED
        for page in self.source.pages(self.account, Checkpoint(due.checkpoint) if due.checkpoint is not None else None, self.capturing.http):
            ended = self._keep_page(page)
            outcome = ended if outcome is CollectionOutcome.UNCHANGED else outcome
            if time.monotonic() > self.capturing.deadline:
                break  # the checkpoint is stored: the next run goes on from here
        if due.left_over and (left_over := self.capturing.left_over(self.account.id)):
            times = [one.post.posted_at for one in left_over]
            outcome = self._keep(Page((), (), (), Checkpoint(""), shown=(min(times), max(times))), left_over, None)
        return outcome

    def _keep_page(self, page: Page) -> CollectionOutcome:
        captured = tuple(replace(self.capturing.post(post), record=page.record) for post in page.posts)
        return self._keep(page, captured, page.checkpoint.state)

    def _keep(self, page: Page, captured: tuple[CapturedPost, ...], checkpoint: str | None) -> CollectionOutcome:
        station = self.capturing.station
        terms = terms_for(self.source, station.network)
        outcome = CollectionOutcome.UNCHANGED if page.unchanged else CollectionOutcome.STORED
        requests, cost = self.meter.requests - self.told.requests, self.meter.cost - self.told.cost
        batch = CollectedBatch(
            account_id=self.account.id,
            authorization_id=self.authorization.id,
            collected_at=station.now(),
            outcome=outcome,
            posts=captured,
            gone=page.gone,
            rejected=page.rejected,
            refreshed=page.refreshed if terms.refresh else (),
            checkpoint=checkpoint,
            terms=asdict(terms),
            requests=requests,
            cost=cost,
            replies=self._kept_replies(page, captured),
        )
        self.keep(batch)
        self.told = Meter(None, self.told.requests + requests, self.told.cost + cost)
        return outcome

    def _kept_replies(self, page: Page, captured: tuple[CapturedPost, ...]) -> KeptReplies | None:
        """The replies since the last batch, in the vault. Those that brought nothing are not kept: the attempt's own record says that there was nothing."""
        if not (captured or page.gone or page.rejected):
            self.recorder.drop()
            return None
        taken = self.recorder.take()
        if taken is None:
            return None
        return KeptReplies(self.capturing.station.vault.put(taken.content), taken.replies, len(taken.content), page.shown)


def _failed(station: Station, due: Due, authorization: Authorization, problem: SourceError, meter: Meter, keep: Keep) -> CollectionOutcome:
    later: datetime | None = None
    if isinstance(problem, TryAgainLater):
        later = asked_again(station.now(), due.failures + 1, problem.retry_after_s)
    detail = f"{type(problem).__name__}: {problem}"
    return record(station, due.account, authorization, CollectionOutcome.FAILED, detail, later, meter, keep)


def record(
    station: Station,
    account: Account,
    authorization: Authorization | None,
    outcome: CollectionOutcome,
    detail: str,
    not_before: datetime | None = None,
    meter: Meter | None = None,
    keep: Keep | None = None,
) -> CollectionOutcome:
    """Write down how an attempt on an account ended that brought nothing: `detail` says why, without content. Returns `outcome`."""
    took = meter or Meter()
    (keep or station.submit)(
        CollectedBatch(
            account.id,
            authorization.id if authorization else None,
            station.now(),
            outcome,
            detail,
            requests=took.requests,
            cost=took.cost,
            not_before=not_before,
        )
    )
    return outcome
