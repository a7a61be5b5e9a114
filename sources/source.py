"""What every source of posts is: where it may be used, how it hands posts over, and the four ways in which it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from domain.account import Account
from domain.post import Gone, Post, Rejected
from domain.retention import OnDelete

if TYPE_CHECKING:
    from sources.client.http import Http


class SourceError(Exception):
    """Why an account could not be read.

    `str()` holds hosts, paths, status codes and counts, never a query string, a token or what somebody wrote: it may be logged.

    TryAgainLater  the same call may succeed later: the schedule tries again
    AccountGone    the platform says that the account is not there (any more): a person looks
    NotPermitted   robots.txt, the account's owner or our own rules forbid it: a person looks
    UnexpectedReply the reply has another shape than its documentation says: we mend the code
    """


class TryAgainLater(SourceError):
    """The server is busy, down or too slow. `retry_after_s` is how many seconds it asked for, or None."""

    def __init__(self, retry_after_s: float | None, what: str) -> None:
        self.retry_after_s = retry_after_s
        wait = f"; it asks for {retry_after_s:.0f} s" if retry_after_s is not None else ""
        super().__init__(f"{what}{wait}")


class AccountGone(SourceError):
    """The platform no longer shows the account, with the reason that it gives."""


class NotPermitted(SourceError):
    """Reading this is not allowed; the message says by whom and what would allow it."""


class UnexpectedReply(SourceError):
    """A reply of another shape than documented: `path` says where in it, `what` was wrong there."""

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        self.what = what
        super().__init__(f"{path}: {what}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a source's operator asks of those who read it.

    `use` is a sentence, `on_delete` what becomes here of what is deleted there, `keep_days` how long content may be kept (None: no limit stated), `reference`
    where that is written. `authority` is what permits a department to do otherwise than the source's own terms say, in its own words. `refresh`: whether the
    terms say in so many words that what is asked for again may stay: then `keep_days` counts from when a post was last seen unchanged, not from its capture.
    """

    use: str
    on_delete: OnDelete
    keep_days: int | None
    reference: str
    authority: str = ""
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What an accounts file has to say for a platform: how `handle` is written, what `url` is, and the `token` that is needed, in words (empty: none)."""

    handle: str
    url: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be asked of a platform in a day (UTC): `requests`, and what they may `cost` in `unit` (None: its requests cost nothing)."""

    requests: int
    cost: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a source stopped: JSON text that only the source that made it can read."""

    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """One step of reading an account: what is new or edited, what is gone, what could not be understood, and where to go on from.

    `unchanged` says that the account was read and nothing differed from the checkpoint. `record` is the WARC-Record-ID of the reply that the posts came in,
    empty where replies are not kept. `shown`: when the earliest and the latest of the posts that it lists, known ones included, were posted; None: not known.
    `refreshed` are posts that the platform's own answer showed again as they are known, in looking through what is remembered.
    """

    posts: tuple[Post, ...]
    gone: tuple[Gone, ...]
    rejected: tuple[Rejected, ...]
    checkpoint: Checkpoint
    unchanged: bool = False
    record: str = ""
    shown: tuple[datetime, datetime] | None = None
    refreshed: tuple[Post, ...] = ()


class Source(Protocol):
    """A platform as Plainview reads it.

    `daily` is what one day may ask of it unless `[network.daily]` says otherwise. `robots_on_media` says whether robots.txt is asked before a post's pictures
    are fetched: yes for what pages show, no for what a documented API hands to its clients (docs/decisions/0020-robots-txt-and-documented-apis.md).
    """

    name: str
    terms: Terms
    needs: Needs
    daily: Allowance
    robots_on_media: bool

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """Yield what is new on `account` since `checkpoint`, newest first; each page's checkpoint goes on after it. Raises SourceError.

        Nothing is requested before the first page is asked for.
        """
        ...
