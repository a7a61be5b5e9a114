"""Is the site up? For a service manager; it tells nothing else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """200 and "ok"."""
    return HttpResponse("ok\n", content_type="text/plain")
