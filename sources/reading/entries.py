"""Understanding a page entry by entry: one that is odd is kept as rejected and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domain.post import Rejected
from sources.reading.shape import At
from sources.reading.track import Item, Read
from sources.source import UnexpectedReply

MOST_ENTRIES = 10_000  # of an archive that is all in one feed; no API gives a tenth of it at once
MOST_REFUSED = 1000  # a server that sends millions of odd ones would fill the store with refusals


def understood(entries: Iterable[At], understand: Callable[[At], Iterator[Item | Rejected]], name: Callable[[At], str | None], following: str | None) -> Read:
    """A page made of what `understand` yields for each entry. `name` is the identifier of an entry that was refused with UnexpectedReply, if readable.

    It is read in its own order, up to `MOST_ENTRIES` entries or `MOST_REFUSED` odd ones; that there are more is said, as a refusal of the rest.
    """
    items: dict[str, Item] = {}
    rejected: list[Rejected] = []
    for number, entry in enumerate(entries):
        if number == MOST_ENTRIES or len(rejected) >= MOST_REFUSED:
            most = f"{MOST_ENTRIES} on one page" if number == MOST_ENTRIES else f"{MOST_REFUSED} that cannot be understood"
            rejected.append(Rejected(None, entry.path, f"this entry and all after it: more than {most} are not read"))
            break
        for found in _found(entry, understand, name):
            if isinstance(found, Rejected):
                rejected.append(found)
            elif found.post.native_id in items:
                rejected.append(Rejected(found.post.native_id, entry.path, "is on this page twice"))
            else:
                items[found.post.native_id] = found
    return Read(tuple(items.values()), tuple(rejected), following)


def _found(entry: At, understand: Callable[[At], Iterator[Item | Rejected]], name: Callable[[At], str | None]) -> Iterator[Item | Rejected]:
    try:
        yield from understand(entry)
    except UnexpectedReply as odd:
        yield Rejected(_name(entry, name), odd.path, odd.what)


def _name(entry: At, name: Callable[[At], str | None]) -> str | None:
    try:
        return name(entry)
    except UnexpectedReply:
        return None
