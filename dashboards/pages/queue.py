"""The queue: what waits for a decision, soonest due first; and the past, with who decided and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboards import opened
from dashboards.addresses import queue_address
from dashboards.cards import card
from dashboards.filters import Filters, read_filters
from dashboards.grouping import facets, grouped, kept
from dashboards.monitored import Monitored, Standing, monitored, standings
from dashboards.registered import health_for
from dashboards.viewing import viewer_of
from domain.review import Review, ReviewState
from domain.viewer import Viewer
from policy.visibility import compartments_of, may_manage_users
from storage import decided, hits, marked
from storage.hit_rows import HitRow

PAGE = 40
READ_AT_MOST = 2000


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The list under the address's filters."""
    viewer, now, filters = viewer_of(request), datetime.now(UTC), read_filters(request.GET.dict())
    if not compartments_of(viewer):
        return _for_nobody(viewer)
    found, reviews = _read(viewer, filters)
    groups = grouped(kept(found, filters), marked.copies(opened.store()))
    watched = monitored(standings(health_for(viewer, now), viewer, now))
    page = _list(groups, reviews, filters, request.GET.get("after", ""), now) | {"cut": READ_AT_MOST if len(found) == READ_AT_MOST else 0}
    page |= {"monitored": watched, "facets": facets(found, filters), "empty": _empty(watched, filters)}
    return render(request, "queue.html", page | _views(filters))


def _for_nobody(viewer: Viewer) -> HttpResponse:
    """Who sees no hit may still be here to add people."""
    if may_manage_users(viewer):
        return redirect("people")
    raise PermissionDenied


def _read(viewer: Viewer, filters: Filters) -> tuple[list[HitRow], dict[str, Review]]:
    """The hits of the view, unfiltered so that every facet can be counted, and the decisions that stand."""
    if not filters.closed:
        return hits.queue(opened.store(), viewer=viewer, state=ReviewState.NEW, limit=READ_AT_MOST), {}
    past = decided.latest(opened.store(), viewer=viewer, limit=READ_AT_MOST)
    return [one.hit for one in past], {one.hit.id: one.review for one in past}


def _list(groups: Sequence[Sequence[HitRow]], reviews: Mapping[str, Review], filters: Filters, after: str, now: datetime) -> dict[str, object]:
    """One page of cards, those behind the card of the hit `after`."""
    start = next((place + 1 for place, group in enumerate(groups) if group[0].id == after), 0)
    rows = [card(group, reviews, filters, now) for group in groups[start : start + PAGE]]
    left = len(groups) - start - len(rows)
    late = sum(row.review_by < now for group in groups for row in group)
    return {
        "rows": rows,
        "more": queue_address(filters, after=rows[-1].id) if rows and left else "",
        "page_size": min(PAGE, left),
        "heading": _heading(sum(map(len, groups)), late, filters),
    }


def _views(filters: Filters) -> dict[str, object]:
    return {
        "closed": filters.closed,
        "filtered": filters.on,
        "unfiltered": queue_address(filters.off()),
        "waiting_url": queue_address(Filters()),
        "decided_url": queue_address(Filters(ReviewState.CLOSED)),
    }


def _heading(count: int, late: int, filters: Filters) -> str:
    if filters.closed:
        return f"{count} decided"
    return f"{count} waiting" + (f", {late} late" if late else "")


def _empty(watched: Monitored, filters: Filters) -> dict[str, str]:
    """What it means that nothing is listed."""
    if filters.on:
        return {"heading": "Nothing under these filters", "told": "There may be more without them."}
    if filters.closed:
        return {"heading": "Nothing is decided yet", "told": "Decisions stay here, with who decided and why."}
    return {"heading": "Nothing is waiting", "told": _what_nothing_means(watched)}


def _what_nothing_means(watched: Monitored) -> str:
    """Only of accounts that are collected in time and post as they used to does an empty queue say anything."""
    clean, doubtful = len(watched.fresh) + watched.more, len(watched.doubtful) + watched.doubtful_more
    if not watched.accounts:
        return "No account is registered, so nothing is collected: this says nothing about anything."
    if not clean and not doubtful:
        return "No account is being monitored, so this says nothing about them."
    told = []
    if clean:
        told.append(f"What the {clean} monitored account{'s' * (clean != 1)} published holds nothing undecided that the allowed detectors flag.")
    if doubtful:
        more = f" and {watched.doubtful_more} more" if watched.doubtful_more else ""
        told.append(f"Perhaps not all was seen, so this does not say that they are clean: {_names(watched.doubtful)}{more}.")
    if watched.late:
        told.append(f"Not being monitored, so this says nothing about: {_names(watched.late)}.")
    return " ".join(told)


def _names(rows: Sequence[Standing]) -> str:
    return ", ".join(row.handle for row in rows)
