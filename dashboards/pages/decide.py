"""POST: a named person's decision on a hit, with the reason; then on to the next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboards import opened
from dashboards.addresses import hit_address, queue_address
from dashboards.decision_form import DecisionForm
from dashboards.filters import Filters, read_query
from dashboards.grouping import kept
from dashboards.pages.hit import show
from dashboards.pages.queue import READ_AT_MOST
from dashboards.viewing import viewer_of
from dashboards.wording import OUTCOME_WORDS
from domain.review import Outcome, Review
from domain.viewer import Viewer
from storage import hits, reviews
from storage.reviews import ReviewRow


@require_POST
def decide(request: HttpRequest, hit_id: str) -> HttpResponse:
    """Enter the decision, unless somebody decided the hit while its page was open: then theirs is shown first."""
    form, filters, viewer = DecisionForm(request.POST), read_query(request.POST.get("filters", "")), viewer_of(request)
    if not form.is_valid():
        return show(request, hit_id, filters, form)
    meanwhile = reviews.listing(opened.store(), viewer=viewer, since=form.cleaned_data["opened_at"])
    if theirs := [review for review in meanwhile if review.hit_id == hit_id]:
        messages.warning(request, _told_of(theirs[-1]))
        return redirect(hit_address(hit_id, filters))
    following = _following(viewer, filters, hit_id)
    done = _enter(viewer, hit_id, form, {review.hit_id for review in meanwhile})
    messages.success(request, f"{OUTCOME_WORDS[Outcome(form.cleaned_data['outcome'])][0]}: recorded on {_items(len(done))} with your name.")
    return redirect(next((hit_address(row_id, filters) for row_id in following if row_id not in done), queue_address(filters)))


def _enter(viewer: Viewer, hit_id: str, form: DecisionForm, decided_meanwhile: Collection[str]) -> list[str]:
    """Records the decision on the hit and on the copies it was sent for, save those decided meanwhile; the ids of all. Raises NotFound and Refused."""
    given, now = form.cleaned_data, datetime.now(UTC)
    copies = [one for one in given["copies"].split(",") if one and one != hit_id and one not in decided_meanwhile]
    for one in (hit_id, *copies):
        reviews.decide(opened.store(), viewer=viewer, review=Review(one, Outcome(given["outcome"]), given["said"], viewer.name, now))
    return [hit_id, *copies]


def _following(viewer: Viewer, filters: Filters, hit_id: str) -> list[str]:
    """What waits under these filters, beginning behind this hit and from the top again. Empty in the view of the past: one goes back to the list there."""
    if filters.closed:
        return []
    rows = [row.id for row in kept(hits.queue(opened.store(), viewer=viewer, limit=READ_AT_MOST), filters)]
    place = rows.index(hit_id) + 1 if hit_id in rows else 0
    return rows[place:] + rows[:place]


def _told_of(review: ReviewRow) -> str:
    words = OUTCOME_WORDS[Outcome(review.outcome)][0].lower()
    return f"Nothing was recorded: {review.reviewer} decided this while the page was open ({words}: {review.reason}). Decide again below if you must."


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"
