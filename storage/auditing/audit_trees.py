"""Tree heads of the audit, which checkpoints sign: the newest ones for a new checkpoint, and those of earlier sizes for checking one. No keys are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.account import Compartment
from storage.auditing.audit_chain import START
from storage.auditing.tree_head import CompactRange, TreeHead
from storage.errors import StoreDamaged
from storage.store import Reading, Store

_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The heads of one file's tree at the sizes that were asked for and reached, and whether the tree kept for the next checkpoint is the entries' own."""

    compartment: Compartment
    heads: tuple[TreeHead, ...]
    kept_fits: bool


def newest(store: Store) -> list[TreeHead]:
    """The head of every file's tree as it is now. Only entries added since the last time are hashed. Raises StoreDamaged for a tree that does not fit."""
    return [_newest(one) for one in store.files()]


def recomputed(store: Store, *, sizes: dict[Compartment, list[int]]) -> list[Recomputed]:
    """The trees of every file made from its entries alone, with their heads at these sizes; a size that a file has not reached is left out.

    Follow the chain first (`audit.verify_files`): a tree over hashes says nothing about entries that do not fit them.
    """
    return [_recomputed(one, sizes.get(one.compartment, [])) for one in store.files()]


def _newest(store: Store) -> TreeHead:
    with store.transaction() as tx:
        tree = _kept(tx)
        if tree is None:
            raise StoreDamaged(f"{store.path}: the tree that is kept of the audit is not whole: run `plainview audit verify`")
        before = tree.size
        _extend(tx, tree, before, None)
        head = tx.row("SELECT seq, hash FROM audit_head")
        if head is None or head[0] != tree.size:
            raise StoreDamaged(f"{store.path}: the audit's entries do not end where its head says: run `plainview audit verify`")
        if tree.size > before:
            tx.execute("UPDATE audit_tree SET size = ?, levels = ?", [tree.size, [root.hex() if root else "" for root in tree.levels]])
    return TreeHead(store.compartment, tree.size, tree.root().hex(), str(head[1]))


def _kept(view: Reading) -> CompactRange | None:
    """The tree as it is kept; None where that is no tree."""
    row = view.row("SELECT size, levels FROM audit_tree")
    try:
        tree = CompactRange([bytes.fromhex(root) if root else None for root in row[1]] if row else [])
    except ValueError:
        return None
    return tree if row and tree.size == row[0] else None


def _recomputed(store: Store, sizes: Sequence[int]) -> Recomputed:
    with store.read() as view:
        kept = _kept(view)
        asked = sorted({*sizes, *([kept.size] if kept else [])})
        heads = {head.size: head for head in _heads_at(view, store.compartment, asked)}
    fits = kept is not None and kept.size in heads and heads[kept.size].root == kept.root().hex()
    return Recomputed(store.compartment, tuple(heads[size] for size in sorted(set(sizes)) if size in heads), fits)


def _heads_at(view: Reading, compartment: Compartment, sizes: Sequence[int]) -> Iterator[TreeHead]:
    tree, last = CompactRange(), START
    for size in sizes:
        last = _extend(view, tree, tree.size, size) or last
        if tree.size == size:
            yield TreeHead(compartment, size, tree.root().hex(), last)


def _extend(view: Reading, tree: CompactRange, start: int, end: int | None) -> str:
    """Adds the entries behind `start`, up to `end` or all; answers the hash of the last one, or an empty text when there was none."""
    last = ""
    until = "" if end is None else f"AND seq <= {end:d}"
    for rows in view.bare_batches(f"SELECT hash FROM audit WHERE seq > {start:d} {until} ORDER BY seq", _AT_ONCE):  # noqa: S608 (numbers)
        tree.extend([bytes.fromhex(hash_) for (hash_,) in rows])
        last = rows[-1][0]
    return last
