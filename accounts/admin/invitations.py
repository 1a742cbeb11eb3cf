"""Invitations to the staff in the back office."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.actions.invite_member import invite_member
from accounts.actions.resend_invitation import resend_invitation
from accounts.actions.revoke_invitation import revoke_invitation
from accounts.inviting import may_handle, roles_within
from accounts.models import Invitation, User
from electroports.admin import LookOnlyMixin, ShopModelAdmin, form_page
from electroports.mailboxes import mailbox
from electroports.texts import refuse_unseen

COLOURS = {"open": "info", "accepted": "success", "withdrawn": "default", "expired": "warning"}


class InviteForm(forms.Form):
    """Whom to invite, and what they are to be. The choices are those that the inviter may give."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        validators=[refuse_unseen],
        widget=UnfoldAdminEmailInputWidget,
        help_text="The invitation is mailed there. If a customer has this address, that account joins the staff.",
    )
    roles = forms.ModelMultipleChoiceField(
        Group.objects.none(), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    is_administrator = forms.BooleanField(
        label="Administrator", required=False, widget=UnfoldBooleanSwitchWidget, help_text="May do everything."
    )

    def clean_email(self) -> str:
        """Return the address as mails are addressed to it."""
        return mailbox(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Refuse an invitation to nothing."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("roles") and not cleaned.get("is_administrator"):
            self.add_error("roles", forms.ValidationError("Choose at least one role.", code="required"))
        return cleaned


def invite_form(user: User) -> type[InviteForm]:
    """Return the form for what `user` may give."""
    within = roles_within(user, Group.objects.prefetch_related("permissions__content_type").order_by("name"))

    class OwnInviteForm(InviteForm):
        """What this member of staff may give."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            roles = cast("forms.ModelMultipleChoiceField[Group]", self.fields["roles"])
            roles.queryset = Group.objects.filter(pk__in=[role.pk for role in within]).order_by("name")
            if not user.is_superuser:
                del self.fields["is_administrator"]

    return OwnInviteForm


@admin.register(Invitation)
class InvitationAdmin(LookOnlyMixin, ShopModelAdmin):
    """Invitations, newest first. They are mailed, sent again and withdrawn here; whoever accepts is a user then."""

    list_display = ("email", "rights", "state_label", "invited_by", "created_at", "expires_at")
    list_select_related = ("invited_by",)
    search_fields = ("email", "invited_by__username")
    ordering = ("-id",)
    fields = (
        ("email", "state_label"),
        "rights",
        ("invited_by", "created_at", "expires_at"),
        ("accepted_by", "accepted_at", "revoked_at"),
    )
    readonly_fields = ("rights", "state_label")
    actions_detail = ("resend", "withdraw")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """Read invitations with their roles."""
        queryset: QuerySet[Invitation] = super().get_queryset(request)
        return queryset.prefetch_related("roles")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let in who may invite; whom to what is the action's to say."""
        user: Any = request.user
        return bool(user.has_perm("accounts.add_invitation"))

    def has_handle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Tell whether this user may send an invitation again, or withdraw it, and there is anything to do so with."""
        if not self.has_add_permission(request):
            return False
        invitation = self.get_object(request, str(object_id)) if object_id is not None else None
        if invitation is None:
            return True
        is_unanswered = invitation.accepted_at is None and invitation.revoked_at is None
        return is_unanswered and may_handle(cast("User", request.user), invitation)

    @display(description="Rights")
    def rights(self, invitation: Invitation) -> str:
        """The roles, or that it is for an administrator."""
        roles = sorted(role.name for role in invitation.roles.all())
        return ", ".join((["administrator"] if invitation.is_administrator else []) + roles) or "–"

    @display(description="State", label=COLOURS)
    def state_label(self, invitation: Invitation) -> str:
        """What has become of it."""
        return invitation.state(at=timezone.now())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Invite somebody."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = cast("User", request.user)

        def perform(entered: dict[str, Any]) -> tuple[Invitation, str]:
            invitation = invite_member(
                email=entered["email"],
                roles=list(entered["roles"]),
                is_administrator=entered.get("is_administrator", False),
                acting_user=user,
                at=timezone.now(),
            )
            return invitation, "The invitation is on its way."

        return form_page(
            request=request,
            model_admin=self,
            form_class=invite_form(user),
            title="Invite to the staff",
            submit="Invite",
            perform=perform,
        )

    @action(description="Send again", icon="forward_to_inbox", url_path="resend", permissions=["handle"])
    def resend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Mail another link; the one before opens nothing any more."""
        invitation = self._found(request, object_id)

        def perform(_entered: dict[str, Any]) -> tuple[Invitation, str]:
            user = cast("User", request.user)
            resend_invitation(invitation=invitation, acting_user=user, at=timezone.now())
            return invitation, "The invitation is on its way again, with a new link."

        return self._ask(request, invitation, "Send again", perform)

    @action(description="Withdraw", icon="block", url_path="withdraw", permissions=["handle"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make an invitation worthless."""
        invitation = self._found(request, object_id)

        def perform(_entered: dict[str, Any]) -> tuple[Invitation, str]:
            user = cast("User", request.user)
            revoke_invitation(invitation=invitation, acting_user=user, at=timezone.now())
            return invitation, "The invitation is withdrawn."

        return self._ask(request, invitation, "Withdraw", perform)

    def _found(self, request: HttpRequest, object_id: str) -> Invitation:
        invitation: Invitation | None = self.get_object(request, object_id)
        if invitation is None:
            raise Http404
        return invitation

    def _ask(self, request: HttpRequest, invitation: Invitation, verb: str, perform: Any) -> HttpResponse:
        return form_page(
            request=request,
            model_admin=self,
            form_class=forms.Form,
            title=f"{verb}: invitation",
            submit=verb,
            facts={
                "To": invitation.email,
                "Rights": self.rights(invitation),
                "Good until": invitation.expires_at,
            },
            perform=perform,
        )
