"""Showing a picture unblurred: a deliberate act, recorded before anything is shown, for this session alone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboards import opened
from dashboards.addresses import hit_address
from dashboards.filters import read_query
from dashboards.viewing import viewer_of
from domain.audit import AuditAction
from policy.visibility import may_decide
from storage import marked
from storage.auditing import audit

REVEALED = "revealed"
REMEMBERED = 200


@require_POST
def reveal(request: HttpRequest, hit_id: str) -> HttpResponse:
    """Record it, then back to the hit. 403 for who may look but not decide."""
    viewer = viewer_of(request)
    picture = marked.of(opened.store(), viewer=viewer, hit_id=hit_id)
    if not may_decide(viewer, picture.compartment):
        raise PermissionDenied
    detail: dict[str, object] = {"media_sha256": picture.media_sha256}
    audit.record(
        opened.store(),
        action=AuditAction.PICTURE_REVEALED,
        actor=viewer.name,
        subject=hit_id,
        detail=detail,
        now=datetime.now(UTC),
        compartment=picture.compartment,
    )
    earlier = [one for one in request.session.get(REVEALED, []) if one != hit_id]
    request.session[REVEALED] = [*earlier, hit_id][-REMEMBERED:]
    return redirect(hit_address(hit_id, read_query(request.POST.get("filters", ""))))


def was_revealed(request: HttpRequest, hit_id: str) -> bool:
    """Whether this session revealed that hit's picture."""
    return hit_id in request.session.get(REVEALED, [])
