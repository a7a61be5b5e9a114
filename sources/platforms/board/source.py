"""Message boards that are plain HTML: one author's posts in a thread, in a listing of a member's posts, or in the threads of a forum.

No API: pages as their robots.txt allows them, read by a layout of CSS selectors, built in for stock themes or set in `[network.boards."host"]`. A thread lists
its oldest post first, so it is read from its last page backwards, and the last page is where the next run begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.account import Account
from domain.post import Rejected
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.platforms.board.layouts import configured
from sources.platforms.board.page import BoardPage, parse_board, redacted, says_gone
from sources.reading.page_tree import MOST_BYTES
from sources.reading.track import Known, Read, Track, dated_by, track_of
from sources.reading.walk import Walk, unchanged
from sources.settings import BoardLayout
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply

MOST_THREADS = 10  # of a forum's page, the first ones
GONE = {404, 410}

TERMS = Terms(
    use="What the named author posted on pages that everybody may read, as far as the board's robots.txt allows. Others' posts are neither handed on nor kept.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="the board's own rules and its robots.txt (RFC 9309)",
)
NEEDS = Needs(handle="the author's name as the board shows it, or `name@host`", url="a thread, a listing of the member's posts, or a forum's page")
DAILY = Allowance(requests=5_000)


class Board:
    """Reads pages newest first, whichever way the board lists them."""

    name = "board"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = True

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reader = _Reader(http, account, account.url, track)
        first = reader.first()
        if first and first.threads and not first.ids:
            yield from _forum(http, account, track, first)
        else:
            yield from reader.steps(first)


@dataclass
class _Reader:
    """One run over one thread or listing that begins at `url`."""

    http: Http
    account: Account
    url: str
    track: Track

    def first(self) -> BoardPage | None:
        """The page where new posts appear: a thread's last one, else the first one. None: it has not changed."""
        at = self.track.own.get("tail") or self.url
        current = self.track.settled and not self.track.sweep_due(self.http.now())
        conditions = (self.track.own.get("etag"), self.track.own.get("modified")) if current else (None, None)
        reply = self._get(at, *conditions)
        if reply.status in GONE and at != self.url:  # a thread may lose its last page
            at = self.url
            reply = self._get(at)
        if _good(reply).not_modified:
            return None
        page = self._page(reply)
        return self._tail(at, reply, page) if page.ascending or self.track.own.get("tail") else self._remembered("", reply, page)

    def steps(self, first: BoardPage | None) -> Iterator[Page]:
        """From `first` on."""
        if first is None:
            yield unchanged(self.track)
            return
        walk = Walk(self.track, self._read, self._answer_if_gone, self.http.now(), self.http.settings.pages_per_run, since=self.account.since)
        yield from walk.from_first(first.newest_first() if self.track.own.get("tail") else first.read)

    def _tail(self, at: str, reply: Reply, page: BoardPage) -> BoardPage:
        """On from `page` to the thread's last one, at most as many pages as a run may read."""
        seen = {at}
        for _ in range(self.http.settings.pages_per_run):
            following = next((one for one in (page.last, page.read.next) if one and one not in seen), None)
            if following is None:
                break
            seen.add(following)
            at, reply = following, _good(self._get(following))
            page = self._page(reply)
        return self._remembered(at, reply, page)

    def _remembered(self, tail: str, reply: Reply, page: BoardPage) -> BoardPage:
        self.track.own |= {"tail": tail, "etag": reply.etag or "", "modified": reply.last_modified or ""}
        return page

    def _read(self, url: str) -> Read:
        page = self._page(_good(self._get(url)))
        return page.newest_first() if self.track.own.get("tail") else page.read

    def _answer_if_gone(self, native_id: str, known: Known) -> str | None:
        """Asks for the post's own address: gone, or a page of posts on which it is not. Without such an address nothing is told."""
        if not known.locator:
            return None
        reply = self._get(known.locator)
        if reply.status in GONE:
            return str(reply.status)
        if says_gone(reply.body, self._layout(reply.url)):
            return "its own page says so"
        ids = self._page(_good(reply)).ids
        return "absent from its own page" if ids and native_id not in ids else None

    def _page(self, reply: Reply) -> BoardPage:
        page = parse_board(reply.body, reply.url, self.account, self._layout(reply.url), dated_by(self.track, self.http.now()))
        return replace(page, read=replace(page.read, record=reply.record))

    def _layout(self, url: str) -> BoardLayout | None:
        return configured(self.http.settings.boards, url)

    def _get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
        chosen = self._layout(url)
        return self.http.get(
            url,
            accept="text/html, application/xhtml+xml;q=0.9",
            etag=etag,
            last_modified=last_modified,
            max_bytes=min(MOST_BYTES, self.http.settings.page_bytes),
            redact=lambda body: redacted(body, self.account, chosen),
        )


def _forum(http: Http, account: Account, track: Track, first: BoardPage) -> Iterator[Page]:
    """Each thread that a forum's page lists has a track of its own; one that is no longer listed is forgotten."""
    listed = {f"thread {url}": url for url in first.threads[:MOST_THREADS]}
    track.own = {key: value for key, value in track.own.items() if key in listed}
    found = False
    for key, url in listed.items():
        own = track_of(Checkpoint(track.own.get(key, "")))
        reader = _Reader(http, account, url, own)
        try:
            for page in reader.steps(reader.first()):
                track.own[key] = own.checkpoint().state
                found = found or not page.unchanged
                if not page.unchanged:
                    yield replace(page, checkpoint=track.checkpoint())
        except AccountGone as gone:  # of one thread, not of the account
            found = True
            yield Page((), (), (Rejected(None, where(url), str(gone).rpartition(": ")[2]),), track.checkpoint())
    if not found:
        yield unchanged(track)


def _good(reply: Reply) -> Reply:
    if reply.status in GONE:
        raise AccountGone(f"{where(reply.url)}: answered {reply.status}")
    if reply.status in {401, 403}:
        raise NotPermitted(f"{where(reply.url)}: answered {reply.status}: the board does not show this to visitors; its owner can")
    if reply.status not in {200, 304}:
        raise UnexpectedReply(where(reply.url), f"answered {reply.status}")
    return reply
