"""What is answered when something is wrong: in the words of the error, which name the mend."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from storage.errors import NotFound, Refused, StorageError


class StoreTroubles:
    """Turns the store's errors into pages: what is not there or not for this viewer is a 404, what may not be done a 403, anything else a 503.

    The last two say it in the store's own line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, wrong: Exception) -> HttpResponse | None:
        """The page for an error of the store; None leaves other errors to Django."""
        if isinstance(wrong, NotFound):
            return render(request, "404.html", status=404)
        if isinstance(wrong, Refused):
            return render(request, "trouble.html", {"title": "Not allowed", "told": str(wrong)}, status=403)
        if isinstance(wrong, StorageError):
            return render(request, "trouble.html", {"title": "The store could not do this", "told": str(wrong)}, status=503)
        return None


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """A form without its token: sent from elsewhere, or kept open over a sign-in."""
    told = "The form was too old, or was sent from another site. Nothing was changed. Go back, load the page again and send it once more."
    return render(request, "trouble.html", {"title": "Send it again, please", "told": told}, status=403)
