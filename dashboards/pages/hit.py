"""One hit: the picture and what it matched, why it was flagged, the clause in its own words, and the form that decides. Opening it is recorded."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards import opened
from dashboards.decision_form import DecisionForm
from dashboards.filters import Filters, read_filters
from dashboards.hit_page import hit_page
from dashboards.pages.reveal import was_revealed
from dashboards.viewing import viewer_of
from storage import hits


@require_safe
@never_cache
def hit(request: HttpRequest, hit_id: str) -> HttpResponse:
    """The page, under the filters that the queue had."""
    return show(request, hit_id, read_filters(request.GET.dict()), None)


def show(request: HttpRequest, hit_id: str, filters: Filters, form: DecisionForm | None) -> HttpResponse:
    """The page with `form` as it was sent, when it could not be taken. Raises NotFound."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    view = hits.show(opened.store(), viewer=viewer, hit_id=hit_id, now=now)
    waiting = sum(count.new for count in hits.count(opened.store(), viewer=viewer))
    page = hit_page(view, viewer, filters, was_revealed(request, hit_id), now) | {"form": form or DecisionForm(), "waiting": waiting}
    return render(request, "hit.html", page, status=422 if form else 200)
