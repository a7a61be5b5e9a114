"""The people who sign in: an administrator adds them, gives them roles, and lets in again who was locked out."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboards import opened
from dashboards import people as everybody
from dashboards.person_form import NewPersonForm
from dashboards.viewing import viewer_of
from dashboards.wording import ROLE_WORDS
from domain.audit import AuditAction
from domain.viewer import Role, Viewer
from policy.visibility import may_manage_users
from storage.auditing import audit


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """The list, and a form that adds to it."""
    viewer = _administrator(request)
    form = NewPersonForm(request.POST or None)
    if form.is_valid() and _added(form, viewer):
        messages.success(request, f"{form.cleaned_data['name']} may sign in. Tell them the password; they change it on their own page.")
        return redirect("people")
    return render(request, "people.html", _shown(form, request.POST.getlist("roles")), status=422 if form.is_bound else 200)


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Let somebody in again."""
    _administrator(request)
    name = request.POST.get("name", "")
    if everybody.release(name):
        messages.success(request, f"{name} may try again.")
    return redirect("people")


def _administrator(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not may_manage_users(viewer):
        raise PermissionDenied
    return viewer


def _added(form: NewPersonForm, viewer: Viewer) -> bool:
    name, roles = form.cleaned_data["name"], [Role(value) for value in form.cleaned_data["roles"]]
    try:
        everybody.add(name, form.cleaned_data["password"], roles)
    except everybody.NameTaken:
        form.add_error("name", "Somebody of that name is there already.")
        return False
    audit.record(opened.store(), action=AuditAction.USER_ADDED, actor=viewer.name, subject=name, detail={"roles": sorted(roles)}, now=datetime.now(UTC))
    return True


def _shown(form: NewPersonForm, chosen: list[str]) -> dict[str, object]:
    rows = [{"person": person, "roles": ", ".join(ROLE_WORDS[role][0] for role in person.roles)} for person in everybody.every()]
    roles = [(role.value, *words) for role, words in ROLE_WORDS.items()]
    return {"form": form, "rows": rows, "roles": roles, "chosen": chosen}
