"""What of a JSON reply is kept as its record, where a platform sends more than may be stored: others' names, what is not public, the owner's telephone."""

from __future__ import annotations

import json
from collections.abc import Callable

from domain.identity import Json
from sources.client.recorder import Redact

NOTHING = b""


def without(hidden: Callable[[dict[str, Json]], bool]) -> Redact:
    """Keeps a reply as it came, unless it holds an object that is `hidden`: then it is written anew without that. Of what is no JSON nothing is kept."""

    def kept(value: Json) -> Json:
        if isinstance(value, dict):
            return {name: kept(inner) for name, inner in value.items() if not _is(hidden, inner)}
        return [kept(inner) for inner in value if not _is(hidden, inner)] if isinstance(value, list) else value

    def redact(body: bytes) -> bytes:
        try:
            whole: Json = json.loads(body)
            shown = kept(whole)
        except (ValueError, RecursionError):
            return NOTHING
        return body if shown == whole else json.dumps(shown).encode()

    return redact


def only(names: frozenset[str], hidden: Callable[[dict[str, Json]], bool] = lambda _one: False) -> Redact:
    """Keeps the members of those `names`, at any depth, and no object that is `hidden`. Of what is no JSON nothing is kept: nobody knows what is in it."""

    def kept(value: Json) -> Json:
        if isinstance(value, dict):
            return {name: kept(inner) for name, inner in value.items() if name in names and not _is(hidden, inner)}
        return [kept(inner) for inner in value if not _is(hidden, inner)] if isinstance(value, list) else value

    def redact(body: bytes) -> bytes:
        try:
            return json.dumps(kept(json.loads(body))).encode()
        except (ValueError, RecursionError):
            return NOTHING

    return redact


def _is(hidden: Callable[[dict[str, Json]], bool], value: Json) -> bool:
    return isinstance(value, dict) and hidden(value)
