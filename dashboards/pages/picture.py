"""The pictures of a hit. What is sent is always a copy with faces hidden; the captured bytes never leave the vault through here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards import opened, side_by_side
from dashboards.pages.reveal import was_revealed
from dashboards.shown_picture import Shown, sealed_picture, shown_picture
from dashboards.viewing import viewer_of
from detectors.picture import Unreadable
from domain.account import Compartment
from storage import marked


@require_safe
@never_cache
def picture(request: HttpRequest, hit_id: str, shown: str) -> HttpResponse:
    """The image; 404 for what is not there or not this viewer's, 403 for the whole picture before it was revealed."""
    if shown not in set(Shown):
        raise Http404
    if shown == Shown.WHOLE and not was_revealed(request, hit_id):
        raise PermissionDenied
    where = marked.of(opened.store(), viewer=viewer_of(request), hit_id=hit_id)
    try:
        if shown in side_by_side.DRAWN:
            content, mime = side_by_side.drawn(where, Shown(shown))
            return HttpResponse(content, content_type=mime)
        drawn = shown_picture if where.compartment is Compartment.GENERAL else sealed_picture
        return HttpResponse(drawn(where.media_sha256, where.box, Shown(shown)), content_type="image/jpeg")
    except Unreadable:
        raise Http404 from None
