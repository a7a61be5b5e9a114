"""Whatever is granted, revoked, collected, held, released and erased, in any order while time passes: after a purge nothing is left that neither a live
authorization nor a hold keeps, and all that one of them keeps is left."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.account import Account
from domain.authorization import Authorization
from domain.retention import HoldScope
from policy.authorization import may_collect
from policy.retention import RENEWAL_DAY, withdrawal
from storage import authorizations
from storage.auditing import audit
from storage.batching import ingest
from storage.batching.batches import CollectedBatch, CollectionOutcome
from storage.batching.wire import written
from storage.erasure import erasures, holds
from storage.errors import NotFound, Refused
from tests.builders import NOON, a_post, an_authorization
from tests.storage.filling import SUPERVISOR, a_picture, put_in_outbox, rows, showing
from tests.storage.stocked import OTHER, PRESS, hold, stocked

EXAMPLES = int(os.environ.get("PLAINVIEW_TEST_SEQUENCES", "3"))  # docs/erasure.md says how many were run at once
WHOSE = st.sampled_from([PRESS, OTHER])
PICTURES = st.sampled_from([b"picture", b"another picture"])


class Erasing(RuleBasedStateMachine):
    """The model: each account's papers, each post that should be stored with the SHA-256 of its pictures, and the holds that stand."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = ExitStack()
        folder = Path(self.ends.enter_context(TemporaryDirectory(prefix="plainview-sequences-"))) / "data"
        stock = self.ends.enter_context(stocked(folder))
        self.store, self.now, self.purged = stock.store, NOON, False
        self.papers = {account.id: [an_authorization(account)] for account in (PRESS, OTHER)}
        own = {stock.first: PRESS, stock.second: PRESS, stock.theirs: OTHER}
        self.posts = {one.post: (account, frozenset({one.picture})) for one, account in own.items()}
        self.hits = {one.hit: one.post for one in own}
        self.holds: dict[str, tuple[HoldScope, str]] = {}

    def teardown(self) -> None:
        assert audit.verify(self.store).ok
        self.ends.close()

    def live(self, account: Account) -> Authorization | None:
        return may_collect(account, self.papers[account.id], self.now).authorization

    def held(self, post: str) -> bool:
        account, _ = self.posts[post]
        return any(target in (post, account.id) or self.hits.get(target) == post for _, target in self.holds.values())

    @rule(account=WHOSE, days=st.integers(1, 60))
    def grant(self, account: Account, days: int) -> None:
        number = len(self.papers[account.id])
        today = self.now.date()
        paper = an_authorization(account, valid_from=today, valid_until=today + timedelta(days=days), document_sha256=f"{number:064x}")
        authorizations.grant(self.store, authorization=paper, by="tests", now=self.now)
        self.papers[account.id].append(paper)

    @rule(account=WHOSE)
    def revoke(self, account: Account) -> None:
        if paper := self.live(account):
            authorizations.revoke(self.store, authorization_id=paper.id, by="tests", now=self.now)
            gone = replace(paper, revoked_at=self.now)
            self.papers[account.id] = [gone if one.id == paper.id else one for one in self.papers[account.id]]
            self.purged = False

    @rule(account=WHOSE, number=st.integers(0, 2), picture=PICTURES)
    def collect(self, account: Account, number: int, picture: bytes) -> None:
        """As a flow does it, which may have begun before a revocation and end after it: the store refuses what no live authorization covers."""
        shown = showing(a_post(account, f"https://police.example.gov/{account.handle}/{number}", f"{picture!r}"), a_picture(picture))
        paper = self.live(account)
        named = paper.id if paper else self.papers[account.id][-1].id
        batch = CollectedBatch(account.id, named, self.now, CollectionOutcome.STORED, posts=(shown,), checkpoint="on")
        sha256 = self.store.vault.put(picture)
        put_in_outbox(self.store, written(batch))
        ingest.sweep(self.store)
        self.purged = False
        if paper:
            before = self.posts.get(shown.post.id, (account, frozenset()))[1]
            self.posts[shown.post.id] = (account, before | {sha256})

    @precondition(lambda self: self.posts)
    @rule(data=st.data(), scope=st.sampled_from(list(HoldScope)))
    def place(self, data: st.DataObject, scope: HoldScope) -> None:
        post = data.draw(st.sampled_from(sorted(self.posts)))
        hits = [hit for hit, of in self.hits.items() if of == post]
        targets = {HoldScope.ACCOUNT: [self.posts[post][0].id], HoldScope.POST: [post], HoldScope.HIT: hits}
        if not targets[scope]:
            return
        (target,) = targets[scope]
        self.holds[hold(self.store, scope, target, self.now)] = (scope, target)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        released = data.draw(st.sampled_from(sorted(self.holds)))
        holds.release(self.store, viewer=SUPERVISOR, hold_id=released, now=self.now)
        del self.holds[released]
        self.purged = False

    @rule(account=WHOSE)
    def erase(self, account: Account) -> None:
        self.now += timedelta(seconds=1)  # at the very same moment it would be the same order, asked again
        theirs = [post for post, (whose, _) in self.posts.items() if whose == account]
        held = any(self.held(post) for post in theirs) or any(target == account.id for _, target in self.holds.values())
        try:
            erasures.erase(self.store, viewer=SUPERVISOR, scope=HoldScope.ACCOUNT, target=account.id, now=self.now)
            assert not held
        except Refused:
            assert held
        except NotFound:
            assert not theirs
        if not held:
            self.forget(theirs)

    @rule(hours=st.sampled_from([1, 23, 24 * 20, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.purged = False

    @rule()
    def purge(self) -> None:
        self.now += timedelta(seconds=1)
        erasures.purge(self.store, by="tests", now=self.now)
        ended = {account.id: withdrawal(account, self.papers[account.id], self.now) for account in (PRESS, OTHER)}
        due = {account_id for account_id, end in ended.items() if end and end.due <= self.now}
        self.forget([post for post, (account, _) in self.posts.items() if account.id in due and not self.held(post)])
        self.purged = True

    def forget(self, posts: list[str]) -> None:
        self.posts = {post: kept for post, kept in self.posts.items() if post not in posts}
        self.hits = {hit: post for hit, post in self.hits.items() if post in self.posts}

    @invariant()
    def what_is_stored_is_what_should_be(self) -> None:
        pictures = frozenset[str]().union(*(pictures for _, pictures in self.posts.values()))
        assert {row[0] for row in rows(self.store, "SELECT id FROM post UNION SELECT post_id FROM post_media")} == set(self.posts)
        assert {row[0] for row in rows(self.store, "SELECT id FROM hit")} == set(self.hits)
        assert {row[0] for row in rows(self.store, "SELECT sha256 FROM media")} == pictures
        assert all(self.store.vault.has(sha256) for sha256 in pictures)

    @invariant()
    def after_a_purge_nothing_is_left_without_permission_or_hold(self) -> None:
        for post, (account, _) in self.posts.items() if self.purged else ():
            ended = withdrawal(account, self.papers[account.id], self.now)
            assert ended is None or self.held(post) or self.now - ended.since < RENEWAL_DAY


TestErasing = Erasing.TestCase
# A step takes a tenth of a second, and shrinking takes thousands of them: without that phase, a failure prints the steps as they came.
TestErasing.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=14, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck)
)
