"""Addresses that carry the queue's filters along."""

from __future__ import annotations

from django.urls import reverse

from dashboards.filters import Filters
from dashboards.shown_picture import Shown


def queue_address(filters: Filters, **more: str) -> str:
    """The queue under these filters."""
    return reverse("queue") + filters.query(**more)


def hit_address(hit_id: str, filters: Filters) -> str:
    """The page of a hit, from which one goes on under these filters."""
    return reverse("hit", args=[hit_id]) + filters.query()


def picture_address(hit_id: str, shown: Shown) -> str:
    """One of a hit's pictures."""
    return reverse("picture", args=[hit_id, shown.value])
