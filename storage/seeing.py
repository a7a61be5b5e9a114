"""Which compartments a viewer may read: every query over hits and posts asks this first."""

from __future__ import annotations

from domain.account import Compartment
from domain.viewer import Viewer
from policy.visibility import may_see


def compartments(viewer: Viewer) -> list[str]:
    """The compartments that `viewer` may see, for `IN (SELECT unnest(?))`; an empty list sees nothing."""
    return [compartment.value for compartment in Compartment if may_see(viewer, compartment)]
