"""Erasing a subject: all that their accounts left here, and then their key, so that no copy anywhere can be read."""

from __future__ import annotations

from datetime import datetime

from domain.retention import HoldScope
from domain.viewer import Viewer
from policy.visibility import may_decide
from storage.erasure import erasures
from storage.erasure.certificates import Certificate
from storage.errors import NotFound, Refused
from storage.sealed import subjects
from storage.store import Store

_OPEN_HOLDS = """SELECT h.id FROM hold h WHERE h.released_at IS NULL AND CASE h.scope
    WHEN 'account' THEN h.target IN (SELECT id FROM account WHERE subject_id = $1)
    WHEN 'post' THEN h.target IN (SELECT p.id FROM post p JOIN account a ON a.id = p.account_id WHERE a.subject_id = $1)
    ELSE h.target IN (SELECT i.id FROM hit i JOIN account a ON a.id = i.account_id WHERE a.subject_id = $1) END ORDER BY h.id"""


def erase(store: Store, *, viewer: Viewer, subject_id: str, now: datetime) -> list[Certificate]:
    """Erases what is stored of every account of that subject, then destroys their key. One certificate for each account of which anything was stored.

    Refused, with nothing changed, while a hold keeps any of it: without its key it would be as gone. Cut off, it is done again and ends the same.
    Raises NotFound, Refused and CompartmentClosed.
    """
    part = store.undercover
    if not may_decide(viewer, part.compartment):
        raise NotFound(f"there is no subject {subject_id} that {viewer.name} may see")
    with part.read() as view:
        held = [row[0] for row in view.rows(_OPEN_HOLDS, [subject_id])]
        accounts = [row[0] for row in view.rows("SELECT id FROM account WHERE subject_id = ? ORDER BY id", [subject_id])]
    if held:
        raise Refused(f"{subject_id} is kept by {', '.join(held)}: release it first, with `plainview holds release`; nothing was erased")
    certificates = [one for account in accounts if (one := _erased(store, viewer, account, now))]
    subjects.destroy(store, subject_id=subject_id, by=viewer.name, now=now)
    return certificates


def _erased(store: Store, viewer: Viewer, account_id: str, now: datetime) -> Certificate | None:
    try:
        return erasures.erase(store, viewer=viewer, scope=HoldScope.ACCOUNT, target=account_id, now=now)
    except NotFound:  # nothing was stored of it
        return None
