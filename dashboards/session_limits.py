"""How long a session lasts: 12 hours at most, 30 minutes without a request."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

STARTED = "started_at"
SEEN = "seen_at"
WRITE_EVERY_S = 60


class SessionLimits:
    """Signs out a session that is too old or was left alone. The time of the last request is written once a minute, not at every picture."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, as nobody when the session has ended."""
        if request.user.is_authenticated:
            now = time.time()
            if is_over(request.session.get(STARTED, now), request.session.get(SEEN, now), now):
                logout(request)
            elif now - request.session.get(SEEN, 0) >= WRITE_EVERY_S:
                request.session.setdefault(STARTED, now)
                request.session[SEEN] = now
        return self.get_response(request)


def is_over(started: float, seen: float, now: float) -> bool:
    """Whether a session of these times (seconds since 1970) has ended."""
    return bool(now - started > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS)
