"""What the server of Example City answers with, before it becomes HTTP."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a type, a body and the headers that the platform would add. `weak` marks an ETag as real servers mark those of generated replies."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    weak: bool = True

    @property
    def etag(self) -> str:
        """A validator over the bytes (RFC 9110, 8.8.3)."""
        tag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'
        return f"W/{tag}" if self.weak else tag


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """`value` as a JSON reply."""
    return Reply(status, "application/json; charset=utf-8", json.dumps(value, ensure_ascii=False).encode("utf-8"), headers or {})


def picture_reply(file: str, content: bytes, headers: dict[str, str] | None = None) -> Reply:
    """A picture's bytes under the type of its file name."""
    kind = "image/png" if file.endswith(".png") else "image/jpeg"
    return Reply(200, kind, content, {"X-Content-Type-Options": "nosniff", **(headers or {})}, weak=False)
