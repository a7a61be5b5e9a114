"""The fields that make a person: for the first sign-in and for the people page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator

from domain.viewer import Role


class PersonForm(forms.Form):
    """A name and a password, given twice and checked by the site's rules."""

    name = forms.CharField(max_length=150, validators=[UnicodeUsernameValidator()])
    password = forms.CharField(max_length=1000, strip=False)
    again = forms.CharField(max_length=1000, strip=False)

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same and good enough."""
        given = super().clean() or {}
        if "password" in given and "again" in given:
            if given["password"] != given["again"]:
                self.add_error("again", "The two passwords differ.")
            self._check_password(given)
        return given

    def _check_password(self, given: dict[str, Any]) -> None:
        try:
            validate_password(given["password"], User(username=given.get("name", "")))
        except forms.ValidationError as weak:
            self.add_error("password", weak)


class NewPersonForm(PersonForm):
    """A person with at least one role."""

    roles = forms.MultipleChoiceField(choices=[(role.value, role.value) for role in Role], error_messages={"required": "Give at least one role."})
