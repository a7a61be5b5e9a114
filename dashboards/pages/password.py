"""Changing one's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy


class Password(PasswordChangeView):
    """Asks for the old one and twice for the new one."""

    template_name = "password.html"
    success_url = reverse_lazy("queue")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """The new password is in use."""
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)
