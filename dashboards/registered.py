"""How it stands with every account that somebody may see, in whichever compartment."""

from __future__ import annotations

from datetime import datetime

from dashboards import opened
from domain.viewer import Viewer
from storage import account_health
from storage.account_health import AccountHealth
from storage.seeing import seen_by


def health_for(viewer: Viewer, now: datetime) -> list[AccountHealth]:
    """The general accounts, then the undercover ones for their coordinator, on whose record it is. Raises CompartmentClosed."""
    store = opened.store()
    return [row for part in seen_by(store, viewer) for row in account_health.every(store, now=now, compartment=part.compartment, by=viewer.name)]
