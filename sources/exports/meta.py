"""What the JSON of Facebook's and Instagram's exports has in common: text that was encoded twice, and the files that it names.

Neither company documents the layout. It was learnt from many public readers of it, and from their tests.
"""

from __future__ import annotations

from domain.post import MediaLink
from sources.exports.export import NAMED_HERE
from sources.reading.shape import At


def mended(at: At) -> str:
    """A text, empty where there is none. Each byte of its UTF-8 was written as a character of its own (U+00C3 U+00A9 for an e with an acute accent): put back
    together where that makes sense, left as it is where it does not."""
    text = at.maybe_text()
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def shown(media: At, description: str = "") -> tuple[MediaLink, str]:
    """A picture or video, and the file in the ZIP that holds it. It has no public address, so it is known by its place in the export."""
    member = mended(media.at("uri"))
    if not 0 < len(member) <= 1000:
        media.at("uri").wrong("expected a file's name")
    return MediaLink(f"{NAMED_HERE}{member}", description.strip()), member
