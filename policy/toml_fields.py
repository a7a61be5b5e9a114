"""Reading one table of a directive file, with errors that name the key, the place and the mend."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


class DirectiveError(ValueError):
    """A directive file that cannot be used: its text says what is wrong, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one table; `place` says which ("clause 14 (line 123)"). Every reader raises DirectiveError."""

    place: str
    values: dict[str, object]

    def refuse(self, key: str, problem: str) -> DirectiveError:
        """The error for `key` of this table."""
        return DirectiveError(f"{self.place}: `{key if key.isprintable() else repr(key)}` {problem}")

    def only(self, allowed: Collection[str]) -> None:
        """Refuse any key that is not in `allowed`: a misspelt key is never ignored."""
        for key in self.values:
            if key not in allowed:
                raise self.refuse(key, f"is not a key of this table; remove it or use one of: {', '.join(allowed)}")

    def text(self, key: str) -> str:
        """Words under `key`, line breaks and runs of spaces made single spaces, so a file may wrap its lines."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, 'must be words in quotes, such as "…"')
        return " ".join(value.split())

    def day(self, key: str) -> date:
        """A calendar day under `key`."""
        value = self._value(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "must be a day without quotes, such as 2014-01-30")
        return value

    def positive_hours(self, key: str) -> int:
        """A whole number of hours, at least 1."""
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.refuse(key, f"must be a whole number of hours, 1 or more, not {value!r}")
        return value

    def one_of(self, key: str, choices: type[Choice]) -> Choice:
        """The member of `choices` that `key` names."""
        return self._member(key, self._value(key), choices)

    def some_of(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """The members of `choices` that the list under `key` names: at least one, none twice."""
        value = self._value(key)
        if not isinstance(value, list) or not value:
            raise self.refuse(key, 'must be a list that names at least one, such as ["…"]')
        members = tuple(self._member(key, item, choices) for item in value)
        if len(set(members)) < len(members):
            raise self.refuse(key, "names the same thing twice; remove one")
        return members

    def _value(self, key: str) -> object:
        if key not in self.values:
            raise self.refuse(key, "is missing; add it")
        return self.values[key]

    def _member(self, key: str, value: object, choices: type[Choice]) -> Choice:
        for member in choices:
            if member.value == value:
                return member
        raise self.refuse(key, f"is {value!r}; use one of: {', '.join(choices)}")
