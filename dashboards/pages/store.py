"""/store/…: how this machine's other commands, and workers on other hosts, reach the store while this process owns it. No session, no form: a token."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from dashboards import opened
from storage.owner import service
from storage.owner.service import Answer, Asked


@csrf_exempt
@login_not_required
@require_POST
def store(request: HttpRequest, call: str) -> HttpResponse:
    """What the store answers to a call."""
    asked = _asked(request)
    return _said(asked, service.answer(opened.store(), opened.card_token(), asked, call))


@csrf_exempt
@login_not_required
@require_http_methods(["PUT"])
def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Takes a worker's batch into the outbox."""
    asked = _asked(request)
    return _said(asked, service.take_batch(opened.store(), opened.card_token(), asked, batch_id, settings.OUTBOX_BOUNDS))


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "PUT"])
def captured(request: HttpRequest, sha256: str) -> HttpResponse:
    """Takes a worker's captured bytes into the vault, or hands it a picture to examine."""
    asked = _asked(request)
    serve = service.take_picture if request.method == "PUT" else service.give_picture
    return _said(asked, serve(opened.store(), opened.card_token(), asked, sha256))


def _asked(request: HttpRequest) -> Asked:
    # Read as a stream: Django's limit on forms does not hold for it.
    return Asked(request.headers, request.read, request.META["REMOTE_ADDR"])


def _said(asked: Asked, answer: Answer) -> HttpResponse:
    # What of a body was not looked at is let go piece by piece: the web server would read it whole into memory.
    for _ in asked.pieces():
        pass
    status, headers, content = answer
    return HttpResponse(content, status=status, headers=headers)
