"""The picture of a registered artwork. Nothing else of the vault can be had here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dashboards import opened
from dashboards.shown_picture import artwork_picture
from dashboards.viewing import viewer_of
from policy.visibility import compartments_of
from storage import references


@require_safe
@cache_control(private=True, max_age=3600)
def reference(request: HttpRequest, sha256: str) -> HttpResponse:
    """A JPEG of the artwork of that SHA-256; 404 for what is not registered."""
    if not compartments_of(viewer_of(request)):
        raise PermissionDenied
    if sha256 not in {registered.sha256 for registered in references.every(opened.store())}:
        raise Http404
    return HttpResponse(artwork_picture(sha256), content_type="image/jpeg")
