"""The decision, as the form on the hit page sends it."""

from __future__ import annotations

from typing import Any

from django import forms

from dashboards.wording import USUAL_REASONS
from domain.review import Outcome

REASON_AT_MOST = 2000


class DecisionForm(forms.Form):
    """An outcome and a reason: a usual one, own words, or both. `copies` are the other hits to be decided the same; `opened_at` is when the page was made."""

    outcome = forms.ChoiceField(choices=[(outcome.value, outcome.value) for outcome in Outcome])
    usual = forms.ChoiceField(choices=[("", "")] + [(reason, reason) for reasons in USUAL_REASONS.values() for reason in reasons], required=False)
    reason = forms.CharField(max_length=REASON_AT_MOST, required=False)
    copies = forms.CharField(max_length=200_000, required=False)
    opened_at = forms.DateTimeField(input_formats=["iso8601"])

    def clean(self) -> dict[str, Any]:
        """There is a reason."""
        given = super().clean() or {}
        given["said"] = " ".join(part for part in (given.get("usual", ""), given.get("reason", "").strip()) if part)
        if not given["said"]:
            self.add_error("reason", "A decision needs a reason.")
        return given
