"""Posts: the newest version of each, with its media."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.account import Compartment
from domain.post import MediaLink, Post, PostKind
from domain.viewer import Viewer
from storage.batching.batches import LATER
from storage.errors import NotFound
from storage.sealed.sealed_columns import NO_TIME, times_in
from storage.seeing import reading, seen_by
from storage.store import Reading, Row, Store

_COLUMNS = """p.id, p.account_id, a.platform, a.handle, p.native_id, p.kind, p.url, p.title, p.text, p.posted_at, p.edited_at, p.version, p.content_sha256,
    p.first_seen, p.captured_at, p.refreshed_at, p.gone_at, p.erased_at, p.record,
    (SELECT c.sha256 FROM capture c WHERE c.batch_id = p.batch_id LIMIT 1) AS capture_sha256, p.first_n"""


@dataclass(frozen=True, slots=True)
class PostMedia:
    """A picture of a post. `media_sha256` None: it was not captured, and `problem` says why."""

    position: int
    url: str
    alt: str
    media_sha256: str | None
    mime: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """The newest version of a post. `gone_at`: when it was first seen to have disappeared, None while it is public. Times are aware UTC.

    `refreshed_at`: when it was last seen again unchanged, where its terms count from then. `erased_at`: when what it said and showed was erased since it had
    gone; its native id, address, title and text are empty then, and in the undercover compartment, which seals them together, it has no `posted_at` either.

    `record` is the reply that it came in, within the WARC file `capture_sha256` of the vault; None where none was kept.
    """

    id: str
    account_id: str
    platform: str
    handle: str
    native_id: str
    kind: str
    url: str
    title: str
    text: str
    posted_at: datetime | None
    edited_at: datetime | None
    version: int
    content_sha256: str
    first_seen: datetime
    captured_at: datetime
    refreshed_at: datetime | None
    gone_at: datetime | None
    erased_at: datetime | None
    record: str | None
    capture_sha256: str | None
    media: tuple[PostMedia, ...]


@dataclass(frozen=True, slots=True)
class Uncaptured:
    """A post, and the positions of its pictures that are still to be captured."""

    post: Post
    missing: tuple[int, ...]


def listing(store: Store, *, viewer: Viewer, since: datetime | None = None, limit: int | None = None) -> list[PostRow]:
    """The newest version of each post captured at or after `since`, latest capture first, at most `limit` (None: all)."""
    which = """WITH latest AS (SELECT captured_at FROM post WHERE newest ORDER BY captured_at DESC LIMIT ?)
        SELECT n FROM post WHERE newest AND captured_at >= greatest((SELECT min(captured_at) FROM latest), ?::TIMESTAMPTZ)
        ORDER BY captured_at DESC, id LIMIT ?"""
    sql = f"SELECT {_COLUMNS} FROM current_post p JOIN account a ON a.id = p.account_id WHERE p.n IN (SELECT unnest(?))"  # noqa: S608
    found: list[PostRow] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "posts") as view:
            page = [row[0] for row in view.rows(which, [limit, since, limit])]  # first which, then what: so that only these are read whole
            found.extend(with_media(view, view.rows(sql, [page])))
    return sorted(sorted(found, key=lambda post: post.id), key=lambda post: post.captured_at, reverse=True)[:limit]


def of_account(store: Store, *, account_id: str, by: str, compartment: Compartment = Compartment.GENERAL) -> list[PostRow]:
    """The newest version of every post of that account, gone ones too, in a fixed order. `by`: who is on record for reading the undercover compartment."""
    sql = f"SELECT {_COLUMNS} FROM current_post p JOIN account a ON a.id = p.account_id WHERE p.account_id = ? ORDER BY p.id"  # noqa: S608
    with reading(store.of(compartment), by, account_id) as view:
        return with_media(view, view.rows(sql, [account_id]))


def uncaptured(store: Store, *, account_id: str, since: datetime, compartment: Compartment = Compartment.GENERAL) -> list[Uncaptured]:
    """Public posts of that account, in their newest version, with pictures that were left for a later run at or after `since`; in a fixed order."""
    with reading(store.of(compartment), "plainview", account_id) as view:
        sql = f"""SELECT {_COLUMNS} FROM current_post p JOIN account a ON a.id = p.account_id WHERE p.account_id = $1 AND p.gone_at IS NULL
            AND p.id IN (SELECT post_id FROM post_media WHERE account_id = $1 AND media_sha256 IS NULL AND captured_at >= $2) ORDER BY p.id"""  # noqa: S608
        rows = with_media(view, view.rows(sql, [account_id, since]))
    return [Uncaptured(post_in(row), missing) for row in rows if (missing := _missing(row))]


def _missing(row: PostRow) -> tuple[int, ...]:
    return tuple(media.position for media in row.media if media.media_sha256 is None and media.problem.startswith(LATER))


def post_in(row: PostRow) -> Post:
    """The version of a post that is in that row. Raises NotFound for one of which only a tombstone is left."""
    if row.erased_at or row.posted_at is None:
        raise NotFound(f"what post {row.id} said was erased")
    links = tuple(MediaLink(media.url, media.alt, media.mime) for media in row.media)
    return Post(row.account_id, row.native_id, PostKind(row.kind), row.url, row.text, row.posted_at, row.edited_at, row.title, links)


def numbered(view: Reading, number: int) -> PostRow | None:
    """The post whose newest version is row `number` (`hit.post_n`), or None."""
    sql = f"SELECT {_COLUMNS} FROM current_post p JOIN account a ON a.id = p.account_id WHERE p.n = ?"  # noqa: S608
    return next(iter(with_media(view, view.rows(sql, [number]))), None)


def with_media(view: Reading, rows: Sequence[Row]) -> list[PostRow]:
    """The posts in these rows of columns, each with the media of its version: of each picture what was captured last."""
    sql = """SELECT DISTINCT ON (m.post_id, m.post_content_sha256, m.position)
            m.post_id, m.post_content_sha256, m.position, m.url, m.alt, m.media_sha256, m.problem
        FROM post_media m WHERE m.first_n IN (SELECT unnest(?))
        ORDER BY m.post_id, m.post_content_sha256, m.position, m.media_sha256 IS NULL, m.captured_at DESC, m.media_sha256"""
    shown: dict[tuple[str, str], tuple[PostMedia, ...]] = defaultdict(tuple)
    found = view.rows(sql, [[row[-1] for row in rows]])
    numbers = [media_number(row[5]) for row in found if row[5]]
    mime: dict[str, str] = dict(view.rows("SELECT sha256, mime FROM media WHERE number IN (SELECT unnest(?))", [numbers]))
    for post_id, content_sha256, position, url, alt, media_sha256, problem in found:
        shown[post_id, content_sha256] += (PostMedia(position, url, alt, media_sha256, mime.get(media_sha256), problem),)
    return [_timed(PostRow(*(*row[:-1], shown[row[0], row[12]]))) for row in rows]


def media_number(sha256: str) -> int:
    """By which a picture is found in `media`: the first 60 bits of its SHA-256."""
    return int(sha256[:15], 16)


def _timed(row: PostRow) -> PostRow:
    """With the times that the undercover compartment seals behind the native id, if they are left."""
    native_id, times = times_in(row.native_id)
    if times:
        return replace(row, native_id=native_id, posted_at=times[0], edited_at=times[1])
    return replace(row, posted_at=None) if row.erased_at and row.posted_at == NO_TIME else row
