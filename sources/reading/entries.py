"""Understanding a page entry by entry: one that is odd is kept as rejected and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domain.post import Rejected
from sources.reading.shape import At
from sources.reading.track import Item, Read
from sources.source import UnexpectedReply

MOST_ENTRIES = 1000  # ten times what any platform gives at once; a server that sends millions would fill the store with refusals


def understood(entries: Iterable[At], understand: Callable[[At], Iterator[Item | Rejected]], name: Callable[[At], str | None], following: str | None) -> Read:
    """A page made of what `understand` yields for each entry. `name` is the identifier of an entry that was refused with UnexpectedReply, if readable."""
    items: dict[str, Item] = {}
    rejected: list[Rejected] = []
    for number, entry in enumerate(entries):
        if number == MOST_ENTRIES:
            rejected.append(Rejected(None, entry.path, f"this entry and all after it: more than {MOST_ENTRIES} on one page are not read"))
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
