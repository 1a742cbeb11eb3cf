"""Copies and erasure of people who ask by letter or at the counter, from the page of their account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.actions.erase_person import erase_person
from accounts.actions.export_person import export_person
from accounts.admin.administrators import may_touch
from accounts.exports import counts_of_user
from accounts.models import User
from electroports.admin import ReasonField, form_page
from electroports.personal import mentions, names_of

REASON = "How they asked, and how you made sure of their identity. "


class ExportForm(forms.Form):
    """Why, and how the person was recognised."""

    reason = ReasonField(max_length=200, help_text=REASON)


class EraseForm(forms.Form):
    """Why, and the name once more: what is done here is not undone."""

    reason = ReasonField(max_length=200, help_text=f"{REASON}It is kept, so do not write who they are.")
    typed = forms.CharField(label="User name", max_length=150, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["typed"].help_text = f"Type {user.username} to confirm. It cannot be undone."

    def clean_reason(self) -> str:
        """Refuse what would go on naming the person in the audit trail."""
        reason: str = self.cleaned_data["reason"]
        if mentions(reason, names_of(self.user)):
            raise forms.ValidationError("The reason is kept: leave out who they are.", code="names_them")
        return reason

    def clean_typed(self) -> str:
        """Refuse another name than the account's."""
        typed: str = self.cleaned_data["typed"]
        if typed != self.user.username:
            raise forms.ValidationError("This is not the user name of the account.", code="not_confirmed")
        return typed


class PrivacyMixin:
    """Two pages of a user, each for whoever has the permission of its own; of staff, for administrators alone."""

    def has_export_person_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may read everything about others."""
        return self._may(request, "accounts.export_person")

    def has_erase_person_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may erase others."""
        return self._may(request, "accounts.erase_person")

    def _may(self, request: HttpRequest, permission: str) -> bool:
        user: Any = request.user
        return bool(user.has_perms([permission, "accounts.view_user"]))

    @action(
        description="Export personal data", icon="download", url_path="export-person", permissions=["export_person"]
    )
    def export_person(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the copy that the API gives to the person themselves, for a reason that the audit trail keeps."""
        user = self._person(request, object_id)

        def perform(entered: dict[str, Any]) -> HttpResponse:
            acting_user, reason = cast("User", request.user), entered["reason"]
            copy = export_person(user=user, acting_user=acting_user, reason=reason, at=timezone.now())
            name = {"Content-Disposition": f'attachment; filename="user-{user.pk}.json"', "Cache-Control": "no-store"}
            return JsonResponse(copy, headers=name, json_dumps_params={"indent": 2, "ensure_ascii": False})

        return form_page(
            request=request,
            model_admin=cast("Any", self),
            form_class=ExportForm,
            title="Export personal data",
            submit="Download",
            facts={"User": user.username, "E-mail": user.email},
            perform=perform,
        )

    @action(description="Erase", icon="person_off", url_path="erase-person", permissions=["erase_person"])
    def erase_person(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what there is about a person, and erase it once their name is typed."""
        user = self._person(request, object_id)

        def form_for(*args: Any, **kwargs: Any) -> EraseForm:
            return EraseForm(*args, user=user, **kwargs)

        def perform(entered: dict[str, Any]) -> tuple[User, str]:
            acting_user, reason = cast("User", request.user), entered["reason"]
            erase_person(user=user, acting_user=acting_user, reason=reason, at=timezone.now())
            return User.objects.get(pk=user.pk), f"User {user.pk} is erased."

        return form_page(
            request=request,
            model_admin=cast("Any", self),
            form_class=form_for,
            title="Erase a person",
            submit="Erase for good",
            facts={"User": user.username, **in_words(counts_of_user(user))},
            perform=perform,
        )

    def _person(self, request: HttpRequest, object_id: str) -> User:
        """Return whom a page is about; raises Http404 for whoever is erased already, and PermissionDenied for staff."""
        user: User | None = cast("Any", self).get_object(request, object_id)
        if user is None or user.erased_at is not None:
            raise Http404
        if not may_touch(request, user):
            raise PermissionDenied
        return user


def in_words(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts by what their kinds are called: `Orders` for `orders.order`."""
    names = {model._meta.model_name: str(model._meta.verbose_name_plural).capitalize() for model in apps.get_models()}
    return {names[kind.rpartition(".")[2]]: count for kind, count in counts.items()}
