"""Posts and their media, as a source understood them and as they were captured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identity import canonical_json, derived_id, sha256_hex

LASTING = "#lasting="  # what follows it names a picture whose address is another in each answer


class PostKind(StrEnum):
    """What was published (III.E: the act of creating, uploading, editing or adding)."""

    POST = "post"
    COMMENT = "comment"  # the account's own answer to somebody
    VISITOR_COMMENT = "visitor_comment"  # what somebody else wrote under a post of a department-run account; the writer's name is never kept
    PROFILE = "profile"
    REVISION = "revision"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A picture or other file that a post shows: where it lies, what its owner says it shows, and the type the source claims for it."""

    url: str
    alt: str = ""
    mime: str | None = None

    @property
    def address(self) -> str:
        """Where it can be fetched."""
        return self.url.partition(LASTING)[0]

    @property
    def lasting(self) -> str:
        """What tells it from other pictures: its address, or the name that its source put behind `#lasting=` since the platform signs each address anew."""
        return self.url.partition(LASTING)[2] or self.url


@dataclass(frozen=True, slots=True)
class Post:
    """One version of one public post. An edit is a new version: same `id`, other `content_sha256`.

    `native_id` is the platform's own lasting name for it (an ActivityPub `uri`, an at:// URI, a feed's guid). `text` is plain text. Times are aware UTC.
    """

    account_id: str
    native_id: str
    kind: PostKind
    url: str
    text: str
    posted_at: datetime
    edited_at: datetime | None = None
    title: str = ""
    media: tuple[MediaLink, ...] = ()

    @property
    def id(self) -> str:
        """The post over all its versions."""
        return derived_id("post", self.account_id, self.native_id)

    @property
    def content_sha256(self) -> str:
        """What makes this version itself: kind, title, text, and the addresses (or lasting names) and descriptions of its media; not its times or counts."""
        return sha256_hex(canonical_json([self.kind, self.title, self.text, [[link.lasting, link.alt] for link in self.media]]))


@dataclass(frozen=True, slots=True)
class Media:
    """Bytes that were captured: named by their SHA-256, kept in the vault. `mime` was read from the bytes, never taken from the server."""

    sha256: str
    mime: str
    byte_size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that was public and no longer is, with what the platform answered (for example "404" or "absent from the feed")."""

    native_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of a reply that could not be understood: kept and shown, never skipped in silence. `path` says where in the reply."""

    native_id: str | None
    path: str
    reason: str
