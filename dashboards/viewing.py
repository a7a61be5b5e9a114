"""From a session to the viewer that every read of hits takes, and what every page shows of them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest

from dashboards.people import roles_of
from domain.viewer import Viewer
from policy.visibility import compartments_of, may_manage_users


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking. Raises PermissionError when nobody is signed in, which the middleware that asks for a sign-in prevents."""
    if not isinstance(request.user, User):
        raise PermissionError("nobody is signed in")
    return Viewer(request.user.username, frozenset(roles_of(request.user)))


def page_frame(request: HttpRequest) -> dict[str, object]:
    """For the frame of every page: which page it is, and which others this person may open."""
    user = getattr(request, "user", None)  # a request that was refused early, for a foreign host, has none
    if user is None or not user.is_authenticated:
        return {}
    viewer = viewer_of(request)
    return {
        "here": request.resolver_match.url_name if request.resolver_match else None,
        "may_see_hits": bool(compartments_of(viewer)),
        "may_manage_users": may_manage_users(viewer),
    }
