"""A store with something of everything that can be erased, for tests to erase from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from domain.account import Account
from domain.retention import Hold, HoldScope
from domain.review import Outcome, Review
from storage import authorizations, reviews
from storage.erasure import erasures, holds
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account, an_authorization
from tests.storage.filling import SUPERVISOR, a_hit, a_picture, cited, collected, examined, register, rows, showing, take_in

LATER = NOON + timedelta(hours=1)
PRESS = an_account()
OTHER = an_account(handle="@other@police.example.gov", url="https://police.example.gov/@other")
ABOUT_POSTS = ("post", "post_media", "media", "examination", "finding", "citation", "hit", "review")


@dataclass(frozen=True)
class Stored:
    """One post as it was stored: its id, the SHA-256 of its picture, the id of the hit on it."""

    post: str
    picture: str
    hit: str


def with_post(store: Store, account: Account, number: int = 1, picture: bytes = b"picture", text: str = "", at: datetime = NOON) -> Stored:
    """A post with a picture, examined and cited; the picture lies in the vault."""
    shown = showing(a_post(account, f"https://police.example.gov/{account.handle}/{number}", text or f"post {number}"), a_picture(picture))
    sha256 = store.vault.put(picture)
    hit = a_hit(shown.post, sha256, a_finding())
    take_in(store, replace(collected(account, shown, checkpoint=f"state of {account.handle}"), collected_at=at))
    take_in(store, examined(sha256, a_finding()))
    take_in(store, cited(shown.post, sha256, hit))
    return Stored(shown.post.id, sha256, hit.id)


def with_account(store: Store, account: Account = PRESS, picture: bytes = b"picture") -> Stored:
    """That account with one post, whose hit is decided."""
    register(store, account)
    stored = with_post(store, account, picture=picture)
    reviews.decide(store, viewer=SUPERVISOR, review=Review(stored.hit, Outcome.CONFIRMED, "seen at the scene", SUPERVISOR.name, NOON))
    return stored


@dataclass(frozen=True)
class Stock:
    """An open store with two posts of one account (the hit on the first is decided) and one of another."""

    store: Store
    folder: Path
    first: Stored
    second: Stored
    theirs: Stored


@contextmanager
def stocked(folder: Path) -> Iterator[Stock]:
    """A copy of the same stock in `folder`, open."""
    template, *stored = _template()
    shutil.copytree(template, folder)
    with owning(folder) as store:
        yield Stock(store, folder, *stored)


@cache
def _template() -> tuple[Path, Stored, Stored, Stored]:
    """Made once for each process, since storing takes longer than copying."""
    folder = Path(mkdtemp(prefix="plainview-stock-")) / "data"
    with owning(folder) as store:
        return folder, with_account(store), with_post(store, PRESS, 2, b"second picture"), with_account(store, OTHER, b"another picture")


def revoke(store: Store, account: Account = PRESS, at: datetime = LATER) -> None:
    """Withdraws the account's authorization."""
    authorizations.revoke(store, authorization_id=an_authorization(account).id, by="tests", now=at)


def purge(store: Store, at: datetime = LATER) -> list[str]:
    """All that is due at that moment."""
    return erasures.purge(store, by="tests", now=at)


def hold(store: Store, scope: HoldScope, target: str, at: datetime = NOON) -> str:
    """Places a hold; answers its id."""
    placed = Hold(scope, target, "Counsel", "case 26-CV-100", (at + timedelta(days=90)).date(), at)
    holds.place(store, viewer=SUPERVISOR, hold=placed)
    return placed.id


def left(store: Store, *tables: str) -> dict[str, int]:
    """How many rows there are in these tables, or in those about posts; those without any left out."""
    counts = {table: rows(store, f'SELECT count(*) FROM "{table}"')[0][0] for table in tables or ABOUT_POSTS}
    return {table: int(str(count)) for table, count in counts.items() if count}
