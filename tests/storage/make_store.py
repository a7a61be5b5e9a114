"""A small store with something in every table, made by the same calls and batches that a user's store is made by.

`python -m tests.storage.make_store FILE.duckdb.gz` keeps the general file of one, as this version of the code writes it, for `test_upgrade`.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from domain.account import Account
from domain.audit import AuditAction
from domain.authorization import DetectorName
from domain.identity import clean_text, sha256_hex
from domain.permit import Permit, PermitKind
from domain.post import Gone, Rejected
from domain.reference import Reference
from domain.retention import Hold, HoldScope, RecordClass, RetentionRule
from domain.review import Outcome, Review
from domain.worker import Scope
from storage import authorizations, permits, references, reviews, robots
from storage.auditing import audit
from storage.batching.batches import CapturedPost, CollectionOutcome, Compliant, KeptReplies, RescannedBatch, RescanStep
from storage.erasure import erasures, holds, retention
from storage.owner import workers
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account, an_authorization
from tests.storage.filling import ARTWORK, SUPERVISOR, a_hit, a_picture, cited, collected, examined, not_captured, register, showing, take_in

PAPER = b"%PDF-1.7 an invented approval"
ODD_TEXT = clean_text("line\none\ttab \u0001 \u2028 \U0001f6a7 \u00fc \"quoted\" 'single' back\\slash")
HANDLES = ("@press@police.example.gov", "@parks@police.example.gov", "@old@police.example.gov")


def fill(store: Store) -> None:
    """Accounts with and without permission, posts in several versions, pictures kept and missing, findings, hits, decisions: a row in every table."""
    accounts = [an_account(handle=handle) for handle in HANDLES]
    for account in accounts:
        register(store, account)
    _papers(store, accounts)
    posts = [_a_shown_post(store, accounts[0], number) for number in range(6)]
    take_in(store, collected(accounts[0], *posts, checkpoint="since=6", rejected=(Rejected("x1", "$.id", "no text"),)))
    later = NOON + timedelta(hours=1)
    replies = KeptReplies(store.vault.put(b"replies"), 2, len(b"replies"), (later, later))
    take_in(store, collected(accounts[0], _edited(posts[0]), at=later, gone=(Gone(posts[1].post.native_id, "410"),), replies=replies))
    take_in(store, collected(accounts[1], outcome=CollectionOutcome.REFUSED, authorized=False, detail="no authorization"))
    _findings(store, posts[2:])
    authorizations.revoke(store, authorization_id=an_authorization(accounts[2]).id, by="tests", now=NOON)
    _keeping(store, accounts[0], posts)


def _keeping(store: Store, account: Account, posts: list[CapturedPost]) -> None:
    """How long things stay, what is kept longer, what went, who may help, and how far a rescan is."""
    retention.put(store, rule=RetentionRule(RecordClass.POSTS, 3650, "GS 1", "tests", NOON))
    place = Hold(HoldScope.POST, posts[2].post.id, "Counsel", "case 26-CV-100", date(2026, 8, 1), NOON)
    holds.place(store, viewer=SUPERVISOR, hold=place)
    workers.add(store, name="host-1", token_sha256="d" * 64, scopes=frozenset(Scope), valid_until=date(2026, 12, 31), by="tests", now=NOON)
    sha256 = sha256_hex(b"picture 2")
    step = RescanStep(account.id, ARTWORK.name, ARTWORK.version, ARTWORK.settings_sha256, None, None, NOON, sha256, 1, 0, 0)
    take_in(store, RescannedBatch((), (step,)))
    erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=posts[5].post.id, now=NOON + timedelta(hours=2))


def _papers(store: Store, accounts: list[Account]) -> None:
    paper, patch = store.vault.put(PAPER), store.vault.put(b"patch")
    longer = an_authorization(accounts[0], valid_from=date(2026, 2, 1), detectors=frozenset({DetectorName.WORDS}), document_sha256=paper)
    authorizations.grant(store, authorization=longer, by="tests", now=NOON)
    references.add(store, reference=Reference("patch", patch, "image/png", "tests"), by="tests", now=NOON)
    permits.add(store, permit=_permit(paper), by="tests", now=NOON)
    robots.put(store, copies=[robots.RobotsText("https://police.example.gov", "User-agent: *\nAllow: /\n", 200, NOON)])
    audit.record(store, action=AuditAction.USER_ADDED, actor=ODD_TEXT, subject="user:1", detail={"said": ODD_TEXT, "many": [1, 2.5, None, True]}, now=NOON)


def _permit(paper: str) -> Permit:
    return Permit(PermitKind.ARTWORK, "IV.C.1.f", "Chief of Police", "permits/1.pdf", paper, date(2026, 1, 1), date(2026, 12, 31), None, "patch")


def _a_shown_post(store: Store, account: Account, number: int) -> CapturedPost:
    content = f"picture {number}".encode()
    store.vault.put(content)
    url = f"https://police.example.gov/posts/{number}"
    return showing(a_post(account, url, f"Road {number} closed. {ODD_TEXT}"), a_picture(content, f"{url}.jpg"), not_captured(f"{url}-2.jpg"))


def _edited(shown: CapturedPost) -> CapturedPost:
    return CapturedPost(replace(shown.post, text="Road open"), shown.media)


def _findings(store: Store, posts: list[CapturedPost]) -> None:
    for number, shown in enumerate(posts):
        sha256 = sha256_hex(f"picture {number + 2}".encode())
        finding = a_finding(label=f"patch {number}")
        take_in(store, examined(sha256, finding))
        hit = a_hit(shown.post, sha256, finding)
        if number == 0:
            take_in(store, cited(shown.post, sha256, compliant=(Compliant(finding, "IV.C.1.f", _permit(sha256_hex(PAPER)).id),)))
            continue
        take_in(store, cited(shown.post, sha256, hit))
        if number == 1:
            _decide(store, hit.id)


def _decide(store: Store, hit_id: str) -> None:
    for hours, outcome in enumerate((Outcome.UNDETERMINED, Outcome.DISMISSED)):
        reviews.decide(store, viewer=SUPERVISOR, review=Review(hit_id, outcome, f"because {hours}", SUPERVISOR.name, NOON + timedelta(hours=hours)))


def _keep(target: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        with owning(Path(place) / "data") as store:
            fill(store)
        target.write_bytes(gzip.compress((Path(place) / "data" / "general.duckdb").read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
