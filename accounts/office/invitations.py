"""The page on which somebody accepts an invitation to the staff.

The token is in the fragment of the mailed address, which no server and no Referer is told; the page itself sends it on
in a form. So a plain GET does nothing: mail scanners follow links. Referrer-Policy stays `same-origin`, for under
`no-referrer` browsers send forms with `Origin: null`, which the protection against forged ones has to refuse.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request

from accounts.actions.join_staff import join_staff
from accounts.actions.join_staff_as_customer import join_staff_as_customer
from accounts.devices import device_of
from accounts.inviting import read_invitation
from accounts.models import Invitation
from accounts.office.forms import JoinForm, OwnPasswordForm, TokenForm
from accounts.office.pages import page
from electroports.admin import refuse_haste, relaxed_policy
from electroports.errors import DomainError

TITLE = "Join the staff"


@relaxed_policy
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest) -> HttpResponse:
    """Take the token of an invitation, say what it is for, and accept it; needs no sign-in, and ends one."""
    response = answer(request)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def answer(request: HttpRequest) -> HttpResponse:
    """Answer the first call, the one with the token, or the one that accepts."""
    if request.method != "POST":
        return page(request, "invitation", title=TITLE, form=TokenForm())
    if (hasty := refuse_haste(request)) is not None:
        return hasty
    given = TokenForm(request.POST)
    if not given.is_valid():
        return page(request, "invitation", title=TITLE, form=given)
    token = given.cleaned_data["token"].strip()
    try:
        invitation, account = read_invitation(token=token, at=timezone.now())
    except DomainError as refusal:
        return page(request, "invitation", title=TITLE, refusal=refusal.message, status=refusal.status)
    form = (JoinForm if account is None else OwnPasswordForm)(request.POST if "accept" in request.POST else None)
    status, headers = 200, {}
    if form.is_valid():
        try:
            accept(request, token, form)
        except DomainError as refusal:
            blame(form, refusal)
            if refusal.retry_after is not None:
                status, headers = refusal.status, refusal.headers
        else:
            logout(request)  # whoever else was signed in here: the log-in that follows is the new member's
            messages.success(request, "Welcome to the staff. Sign in, and set up your second factor.")
            return redirect("admin:login")
    shown = page(request, "invitation", title=TITLE, form=form, token=token, facts=facts_of(invitation), status=status)
    for name, value in headers.items():
        shown.headers[name] = value
    return shown


def accept(request: HttpRequest, token: str, form: JoinForm | OwnPasswordForm) -> None:
    """Do what a valid form says; raises what the actions refuse."""
    entered, at = form.cleaned_data, timezone.now()
    if isinstance(form, JoinForm):
        names = {name: entered[name] for name in ("username", "first_name", "last_name", "password")}
        join_staff(token=token, **names, at=at)
    else:
        join_staff_as_customer(token=token, password=entered["password"], device=device_of(Request(request)), at=at)


def blame(form: JoinForm | OwnPasswordForm, refusal: DomainError) -> None:
    """Show a refusal at the fields that it names, else above the form."""
    for error in refusal.errors:
        form.add_error(error.field if error.field in form.fields else None, error.message)
    if not refusal.errors:
        form.add_error(None, refusal.message)


def facts_of(invitation: Invitation) -> dict[str, str]:
    """Return what whoever accepts is told."""
    roles = ", ".join(sorted(role.name for role in invitation.roles.all()))
    return {
        "E-mail address": invitation.email,
        "Your part": "administrator" if invitation.is_administrator else roles,
    }
