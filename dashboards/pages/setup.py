"""The first sign-in: whoever started the site chooses the first supervisor's name and password, once."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboards import first_sign_in, opened, people
from dashboards.person_form import PersonForm
from domain.audit import AuditAction
from storage.auditing import audit


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and the first person from it. A token that is not the one on offer is answered as an address that does not exist."""
    if not first_sign_in.accepts(token):
        raise Http404
    form = PersonForm(request.POST or None)
    if not form.is_valid():
        return render(request, "setup.html", {"form": form}, status=422 if form.is_bound else 200)
    return _create(request, form.cleaned_data["name"], form.cleaned_data["password"])


def _create(request: HttpRequest, name: str, password: str) -> HttpResponse:
    try:
        user = people.add_first(name, password)
    except people.AlreadySetUp:
        raise Http404 from None
    first_sign_in.withdraw()
    roles = [role.value for role in people.roles_of(user)]
    audit.record(opened.store(), action=AuditAction.USER_ADDED, actor=name, subject=name, detail={"roles": roles, "first": True}, now=datetime.now(UTC))
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("queue")
