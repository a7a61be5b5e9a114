"""What every export format is: which files of the ZIP it reads, how it hands posts over, and how it fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from domain.account import Account
from domain.identity import sha256_hex
from domain.post import Post, Rejected
from domain.retention import OnDelete
from sources.reading.shape import At
from sources.source import SourceError, Terms, UnexpectedReply

if TYPE_CHECKING:
    from sources.exports.archive import Archive

TERMS = Terms(
    use="The owner's own copy, given by the owner and not obtained through the platform; of it, what the owner or the export itself marks as public.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="docs/exports.md",
)
NAMED_HERE = "export:"  # how the native id of a post begins that its export gives no id of the platform's
LATEST = 253402300799  # the last second of the year 9999

# Folders and files of which nothing is opened, whatever else their names say: messages, and what is hidden or deleted.
_CLOSED = re.compile(
    r"(^|/)(messages?|inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover|direct[_-]message|deleted|archived_posts|ads?_|contacts)",
    re.IGNORECASE,
)


class UnusableExport(SourceError):
    """The file cannot be taken in: it is broken, unsafe, of another platform, or its owner has not said what is public. The message says the mend."""


@dataclass(frozen=True, slots=True)
class ExportedPost:
    """A post as its owner's export tells of it.

    `members` are the files in the ZIP that hold its media, in the order of `post.media`; empty where the export holds none for it. `public` None: the export
    does not say. `member` is the name of the file that the post came from.
    """

    post: Post
    members: tuple[str, ...]
    public: bool | None
    member: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What was handed in, in words, and the terms under which it may be kept."""

    what: str
    terms: Terms


class Files(Protocol):
    """What was handed in, as an import sees it: a ZIP (`archive.Archive`) or a saved page (`saved_page.SavedPage`)."""

    @property
    def sha256(self) -> tuple[str, ...]:
        """Of each file."""
        ...

    def has(self, member: str) -> bool:
        """Whether there is such a picture."""
        ...

    def picture(self, member: str, most: int) -> bytes:
        """A picture's bytes, of at most `most`. Raises `archive.NoPicture`."""
        ...


class Exporter(Protocol):
    """One platform's export. `title` is the platform in words, `files` what is read of its export, in words."""

    name: str
    title: str
    files: str

    def wanted(self, member: str) -> bool:
        """Whether the file of that name is read: by its own name, in whatever folder, and never among messages. No other file is opened."""
        ...

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """Yield the account's posts, public or not. Raises UnusableExport, and UnexpectedReply for a file of another shape than known."""
        ...


def named(member: str, pattern: re.Pattern[str]) -> bool:
    """Whether a file's own name is `pattern`, and no folder of it is closed."""
    return pattern.fullmatch(file_name(member)) is not None and not closed(member)


def file_name(member: str) -> str:
    """A file's own name, without its folders."""
    return member.rpartition("/")[2]


def closed(member: str) -> bool:
    """Whether it lies among messages, deleted or hidden things, of which nothing is ever opened."""
    return _CLOSED.search(member) is not None


def understood(entries: Iterable[At], understand: Callable[[At], ExportedPost | None]) -> Iterator[ExportedPost | Rejected]:
    """What `understand` makes of each entry. One that is odd stops no other; it is not named, since nobody knows whether it is public."""
    for entry in entries:
        try:
            found = understand(entry)
        except UnexpectedReply as odd:
            yield Rejected(None, odd.path, odd.what)
        else:
            if found is not None:
                yield found


def name_here(posted_at: datetime, what: str) -> str:
    """A lasting name for a post that its export does not name: made of when it was posted and of the first file or link that it shows."""
    return f"{NAMED_HERE}{sha256_hex(f'{posted_at.isoformat()} {what}'.encode())}"


def seconds(at: At) -> datetime:
    """A time as seconds since 1970, aware UTC. Raises UnexpectedReply."""
    value = at.value
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LATEST:
        at.wrong("expected a time as seconds since 1970")
    return datetime.fromtimestamp(value, UTC)
