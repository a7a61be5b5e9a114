"""Reading JSON that somebody else wrote: every step checks the type and names the path when it is another than documented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Never

from domain.identity import Json, clean_text
from sources.client.address import where
from sources.client.http import Reply
from sources.reading.bounds import refuse_endless
from sources.source import UnexpectedReply

KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number", type(None): "null"}
LONGEST_ID = 1000  # characters: an identifier is kept in the checkpoint, so it may not be endless


def read_json(reply: Reply) -> At:
    """The reply's body as JSON (RFC 8259: no NaN). Raises UnexpectedReply, also for more HTML in its texts than can be read in time."""
    refuse_endless(reply.body, where(reply.url))
    return json_at(reply.body, where(reply.url))


def json_at(body: bytes, path: str) -> At:
    """`body` as JSON, called `path` in errors. Raises UnexpectedReply."""
    try:
        return At(json.loads(body, parse_constant=_no_constant), path)
    except (ValueError, RecursionError):
        raise UnexpectedReply(path, "not JSON") from None


def moment(text: str) -> datetime | None:
    """An RFC 3339 / ISO-8601 time as aware UTC; without an offset it is taken as UTC. None when it is no time."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class At:
    """A value in a reply and the path to it. Its methods raise UnexpectedReply naming the path; none of them shows the value."""

    value: Json
    path: str

    def wrong(self, what: str) -> Never:
        """Refuse the value: say `what` should be here."""
        raise UnexpectedReply(self.path, what)

    def at(self, key: str) -> At:
        """The member `key` of an object; a null where there is none."""
        if not isinstance(self.value, dict):
            self.wrong(f"expected an object, found {self.kind}")
        return At(self.value.get(key), f"{self.path}.{key}")

    def items(self) -> Iterator[At]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.wrong(f"expected a list, found {self.kind}")
        return (At(value, f"{self.path}[{index}]") for index, value in enumerate(self.value))

    def maybe_items(self) -> Iterator[At]:
        """The elements of a list, none where there is no list."""
        return iter(()) if self.missing else self.items()

    def text(self) -> str:
        """A text without what a store refuses (NUL, lone surrogates)."""
        if not isinstance(self.value, str):
            self.wrong(f"expected text, found {self.kind}")
        return clean_text(self.value)

    def maybe_text(self) -> str:
        """A text, empty where there is none."""
        return "" if self.missing else self.text()

    def identifier(self) -> str:
        """A text that names something: not empty and of at most 1000 characters."""
        text = self.text()
        if not 0 < len(text) <= LONGEST_ID:
            self.wrong(f"expected an identifier of 1 to {LONGEST_ID} characters, found {len(text)}")
        return text

    def moment(self) -> datetime:
        """A time, aware UTC."""
        return moment(self.text()) or self.wrong("expected a time (RFC 3339)")

    def maybe_moment(self) -> datetime | None:
        """A time, aware UTC, or None where there is none."""
        return None if self.missing else self.moment()

    @property
    def missing(self) -> bool:
        """Whether there is nothing, or null."""
        return self.value is None

    @property
    def kind(self) -> str:
        """What sort of value it is, in words."""
        return KINDS[type(self.value)]


def _no_constant(name: str) -> Never:
    raise ValueError(name)
