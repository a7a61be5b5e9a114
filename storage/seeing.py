"""Who reads which compartment, and that it is on record: every read of what is sealed goes through here (invariants 5 and 8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from domain.account import Compartment
from domain.audit import AuditAction
from domain.viewer import Viewer
from policy.visibility import may_see
from storage.auditing import audit
from storage.errors import NotFound
from storage.store import Reading, Store, Transaction


def seen_by(store: Store, viewer: Viewer) -> tuple[Store, ...]:
    """The compartments that `viewer` may see and that have a file. Raises CompartmentClosed when one of them cannot be opened here."""
    return tuple(store.of(one.compartment) for one in store.files() if may_see(viewer, one.compartment))


@contextmanager
def reading(store: Store, actor: str, what: str) -> Iterator[Reading]:
    """A view of one moment of that compartment. Of the undercover one: opened, and on its record as read by `actor`, in the same transaction."""
    if store.compartment is Compartment.GENERAL:
        with store.read() as view:
            yield view
    else:
        with opening(store) as tx:
            audit.append(tx, AuditAction.COMPARTMENT_READ, actor, what, {}, store.clock())
            yield tx


def opening(store: Store) -> AbstractContextManager[Transaction]:
    """A transaction that reads what is sealed. The caller puts on record what it does with it."""
    return store.transaction(unsealing=store.compartment is Compartment.UNDERCOVER)


def holding_hit(store: Store, viewer: Viewer, hit_id: str) -> Store:
    """The compartment that this hit is in. Raises NotFound for a hit that this viewer may not see."""
    for part in seen_by(store, viewer):
        with part.read() as view:
            if view.row("SELECT 1 FROM hit WHERE id = ?", [hit_id]):
                return part
    raise NotFound(f"there is no hit {hit_id} that {viewer.name} may see")
