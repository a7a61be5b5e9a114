"""The Merkle tree over the audit's entries (RFC 6962, section 2.1), kept as a compact range: the roots of its perfect subtrees, at most one a level."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.account import Compartment


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The tree over the first `size` entries of one file: its `root`, and `head`, the chain's hash of the last of them (64 hexadecimal digits each)."""

    compartment: Compartment
    size: int
    root: str
    head: str


class CompactRange:
    """A tree that grows at its end. `levels[n]` is the root of the perfect subtree of 2^n leaves, or None: there is one for each bit that is set in `size`."""

    def __init__(self, levels: Sequence[bytes | None] = ()) -> None:
        """`levels` as another compact range held them; none: the empty tree."""
        self.levels = list(levels)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return sum(1 << level for level, root in enumerate(self.levels) if root is not None)

    def extend(self, entries: Iterable[bytes]) -> None:
        """Adds entries (the leaves' data) at the end. A level at a time: what has no partner there waits for what comes later."""
        sha256 = hashlib.sha256
        nodes, level = [sha256(b"\x00" + entry).digest() for entry in entries], 0
        while nodes:
            if level == len(self.levels):
                self.levels.append(None)
            if (waiting := self.levels[level]) is not None:
                nodes.insert(0, waiting)
            self.levels[level] = nodes.pop() if len(nodes) % 2 else None
            nodes = [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)]
            level += 1

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves, 32 bytes; that of an empty tree is the hash of nothing."""
        found: bytes | None = None
        for root in self.levels:
            if root is not None:
                found = root if found is None else hashlib.sha256(b"\x01" + root + found).digest()
        return hashlib.sha256().digest() if found is None else found
