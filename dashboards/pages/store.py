"""POST /store/<call>: how other commands of this machine reach the store while this process owns it. No session, no form: a token that only they know."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dashboards import opened
from storage import calls


@csrf_exempt
@login_not_required
@require_POST
def store(request: HttpRequest, call: str) -> HttpResponse:
    """What the store answers. The body is read as a stream: Django's limit on forms does not hold for it."""
    body = request.read()
    status, headers, content = calls.answer(opened.store(), opened.card_token(), request.headers, call, body)
    return HttpResponse(content, status=status, headers=headers)
