"""The back office's page on which a member of staff changes their own password."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from rest_framework.request import Request
from unfold.forms import AdminOwnPasswordChangeForm

from accounts.actions.change_password import change_password
from accounts.devices import device_of
from accounts.models import User
from electroports.errors import DomainError

FIELDS = {"current_password": "old_password", "new_password": "new_password2"}


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The old password, and the new one twice. Whether the old one is right is judged when all else is."""

    def clean_old_password(self) -> str:
        """Leave the old password to the action, which counts wrong ones."""
        entered: str = self.cleaned_data["old_password"]
        return entered


class OwnPasswordPage(PasswordChangeView):
    """Changes the password as the API does: wrong ones count, and everything else that is signed in ends."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what every page of the back office has."""
        return {**super().get_context_data(**kwargs), **admin.site.each_context(self.request)}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Change the password and keep this browser signed in; a refusal stands at its field."""
        try:
            user = change_password(
                user=cast("User", self.request.user),
                current_password=form.cleaned_data["old_password"],
                new_password=form.cleaned_data["new_password1"],
                session_id=None,  # of the API's sessions none is kept
                device=device_of(Request(self.request)),
                at=timezone.now(),
            )
        except DomainError as refusal:
            return self._refused(form, refusal)
        update_session_auth_hash(self.request, user)
        return HttpResponse(status=302, headers={"Location": reverse("admin:password_change_done")})

    def _refused(self, form: PasswordChangeForm, refusal: DomainError) -> HttpResponse:
        for error in refusal.errors:
            form.add_error(FIELDS.get(error.field or "", "old_password"), error.message)
        if not refusal.errors:
            form.add_error("old_password", refusal.message)  # the page shows errors at fields alone
        response = self.form_invalid(form)
        if refusal.retry_after is not None:
            response.status_code = refusal.status
            for name, value in refusal.headers.items():
                response.headers[name] = value
        return response


def own_password_page(request: HttpRequest) -> HttpResponseBase:
    """Show or process the page, behind the same gate as all others."""
    guarded = admin.site.admin_view(OwnPasswordPage.as_view())
    response: HttpResponseBase = guarded(request)
    return response
