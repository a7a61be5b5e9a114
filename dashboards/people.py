"""The people who sign in, and what each does here. Roles are kept as Django's groups of the same names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db import transaction

from domain.viewer import Role


class NameTaken(Exception):
    """Somebody of that name is there already."""


class AlreadySetUp(Exception):
    """There is a first person already."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the people page lists them."""

    name: str
    roles: tuple[Role, ...]
    last_signed_in: datetime | None
    locked: bool


def add(name: str, password: str, roles: Collection[Role]) -> User:
    """A new person who may sign in. Raises NameTaken; names differ in more than their case."""
    with transaction.atomic():
        if get_user_model().objects.filter(username__iexact=name).exists():
            raise NameTaken(name)
        return _created(name, password, roles)


def add_first(name: str, password: str) -> User:
    """The first person: supervisor and administrator. Raises AlreadySetUp; of two at once one wins, since a transaction here is the only writer."""
    with transaction.atomic():
        if get_user_model().objects.exists():
            raise AlreadySetUp
        return _created(name, password, (Role.SUPERVISOR, Role.ADMINISTRATOR))


def every() -> list[Person]:
    """Everybody, by name."""
    locked = set(AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True))
    users = User.objects.prefetch_related("groups").order_by("username")
    return [Person(user.username, roles_of(user), user.last_login, user.username in locked) for user in users]


def release(name: str) -> bool:
    """Let somebody in again who was locked out by wrong passwords; whether there was anything to release."""
    return bool(reset(username=name))


def roles_of(user: User) -> tuple[Role, ...]:
    """The roles of a signed-in person; a group that is no role gives none."""
    names = {group.name for group in user.groups.all()}
    return tuple(role for role in Role if role.value in names)


def _created(name: str, password: str, roles: Collection[Role]) -> User:
    user = User.objects.create_user(username=name, password=password)
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in sorted(roles)])
    return user
