"""How things get their identifiers: a short SHA-256 over what makes a thing itself, so the same thing always gets the same name."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of `content` as 64 lower-case hexadecimal digits (FIPS 180-4)."""
    return hashlib.sha256(content).hexdigest()


def canonical_json(value: Json) -> bytes:
    """`value` as UTF-8 JSON with sorted keys and no spaces, the form that is hashed. Raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def derived_id(prefix: str, *parts: Json) -> str:
    """A stable identifier such as `post_3f2a…` (prefix, then 128 bits of SHA-256 over `parts` in order)."""
    return f"{prefix}_{sha256_hex(canonical_json(list(parts)))[:32]}"


def clean_text(text: str) -> str:
    """`text` without what a store refuses: lone surrogates become U+FFFD, NUL goes."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")


def finite(value: float) -> float:
    """`value`, or ValueError when it is NaN or infinite: no score may be stored that cannot be compared."""
    if not math.isfinite(value):
        raise ValueError(f"a number must be finite, not {value}")
    return value
