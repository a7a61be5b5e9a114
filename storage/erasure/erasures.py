"""Erasures, as people and schedules ask for them: one account or post, or all that is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.account import Compartment
from domain.retention import ErasureReason, HoldScope
from domain.viewer import Viewer
from policy.visibility import may_decide, may_see
from storage.batching import ingest
from storage.erasure import due_erasures, erasing, withdrawals
from storage.erasure.certificates import Certificate, certificate_of
from storage.erasure.due_erasures import Outstanding
from storage.erasure.erased_files import remove_groundless
from storage.erasure.orders_due import due
from storage.errors import NotFound, Refused
from storage.owner.leftovers import parts_in_vault, remove_parts
from storage.store import Store

_KNOWN = {HoldScope.ACCOUNT: "SELECT 1 FROM account WHERE id = ?", HoldScope.POST: "SELECT 1 FROM post WHERE id = ?"}


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One erasure: why, of what, by whom and when (aware UTC). `finished_at` None: rows are deleted, and their bytes are still to go."""

    id: str
    reason: ErasureReason
    scope: str
    ordered_by: str
    ordered_at: datetime
    finished_at: datetime | None


def erase(store: Store, *, viewer: Viewer, scope: HoldScope, target: str, now: datetime) -> Certificate:
    """Erases what is stored of an account, or a post in all its versions, whatever permission there is. Asked again with the same `now` it goes on.

    Raises NotFound when nothing of it is stored, Refused while a hold keeps any of it, for a hit, and for a viewer who decides nothing.
    """
    if scope is HoldScope.HIT:
        raise Refused("a hit goes with the post that it is on: name the post")
    ingest.sweep(store)  # what waits in the outbox is part of what is stored
    one = _file_of(store, viewer, scope, target)
    account = scope is HoldScope.ACCOUNT
    order = erasing.of_account(target, ErasureReason.ORDERED, viewer.name, now, {}) if account else erasing.of_post(target, viewer.name, now)
    if not erasing.begin(one, order, refuse_held=True):
        erasing.finish(one)
        raise NotFound(f"nothing of {order.scope} is stored: `plainview erase --list` shows what was erased before")
    erasing.finish(one)
    withdrawals.keep(one)
    return show(store, viewer=viewer, erasure_id=order.id)


def purge(store: Store, *, by: str, now: datetime, sparing: bool = False) -> list[str]:
    """Erases all that is due in every compartment, and removes captured bytes that nothing refers to. Answers the ids of the general erasures.

    Finishes what was begun before. Asked again, it finds nothing more to do. With `sparing`, for whoever asks every hour, what is counted in days is looked
    at once a day: each time something goes, the database is rewritten.
    """
    ingest.sweep(store)
    begun = []
    for one in store.files():
        done = [order.id for order in due(one, by, now, sparing) if erasing.begin(one, order, refuse_held=False)]
        erasing.finish(one)
        erasing.remove_orphans(one, by)
        remove_parts(parts_in_vault(one.vault.files.folder))
        withdrawals.keep(one)
        begun += done if one.compartment is Compartment.GENERAL else []
    remove_groundless(store.general)
    return begun


def show(store: Store, *, viewer: Viewer, erasure_id: str) -> Certificate:
    """The certificate of that erasure. Raises NotFound."""
    for one in _seen(store, viewer):
        with one.read() as view:
            if certificate := certificate_of(view, erasure_id, one.compartment):
                return certificate
    raise NotFound(f"there is no erasure {erasure_id}: `plainview erase --list` shows them all")


def every(store: Store, *, viewer: Viewer) -> list[ErasureRow]:
    """The erasures of the compartments that this viewer may see, oldest first."""
    sql = "SELECT id, reason, scope, ordered_by, ordered_at, finished_at FROM erasure"
    found = []
    for one in _seen(store, viewer):
        with one.read() as view:
            found += [ErasureRow(row[0], ErasureReason(row[1]), *row[2:]) for row in view.rows(sql)]
    return sorted(found, key=lambda row: (row.ordered_at, row.id))


def outstanding(store: Store, *, now: datetime) -> Outstanding:
    """What should have been erased by `now` in the general compartment, and was not."""
    return due_erasures.outstanding(store.general, now=now)


def _seen(store: Store, viewer: Viewer) -> list[Store]:
    """The compartments that this viewer may see. Erasing needs no key, so one whose key is not here counts too."""
    return [one for one in store.files() if may_see(viewer, one.compartment)]


def _file_of(store: Store, viewer: Viewer, scope: HoldScope, target: str) -> Store:
    for one in _seen(store, viewer):
        with one.read() as view:
            known = view.row(_KNOWN[scope], [target]) or view.row("SELECT 1 FROM erasure WHERE scope = ?", [f"{scope} {target}"])
        if known and not may_decide(viewer, one.compartment):
            raise Refused(f"{viewer.name} may look but not erase: that takes a role that decides")
        if known:
            return one
    raise NotFound(f"there is no {scope} {target} that {viewer.name} may see")
