"""Every account that is watched: by whose leave, until when, and how the last collection went."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.monitored import standings, worst_first
from dashboards.registered import health_for
from dashboards.viewing import viewer_of
from policy.visibility import compartments_of


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts of the compartments that the viewer may see, what is not being monitored or in doubt on top."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    if not compartments_of(viewer):
        raise PermissionDenied
    return render(request, "accounts.html", {"rows": worst_first(standings(health_for(viewer, now), viewer, now))})
