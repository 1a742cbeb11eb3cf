"""The pages of the second factor, between the log-in and the back office."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import segno
from cryptography.fernet import InvalidToken
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request

from accounts.actions.make_recovery_codes import make_recovery_codes
from accounts.actions.set_up_second_factor import set_up_second_factor
from accounts.actions.spend_code import spend_code
from accounts.devices import device_of
from accounts.errors import SecondFactorWrong
from accounts.models import User
from accounts.office.forms import CodeForm, ReplaceForm, SetUpForm
from accounts.office.gate import SHOWN, first_step, pass_gate, passed_recently
from accounts.office.pages import page
from accounts.second_factor import has_second_factor, matching_step, new_secret, provisioning_uri
from accounts.secrets import seal, unseal
from electroports.admin import relaxed_policy
from electroports.errors import DomainError

PENDING = "second_factor_pending"  # the secret of an app that has yet to show its first code, sealed
View = Callable[..., HttpResponse]


def staff_page(view: View) -> View:
    """Guard a page for members of staff who have shown their password, if not yet their second factor."""

    @relaxed_policy
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not (user.is_active and user.is_staff) or first_step(request) == reverse("admin:login"):
            return redirect("admin:login")
        return view(request, *args, **kwargs)

    return cast("View", guarded)


@staff_page
def code_page(request: HttpRequest) -> HttpResponse:
    """Ask for a code; who has no app yet sets one up."""
    user = member(request)
    if SHOWN in request.session:
        return redirect(next_page(request))
    if not has_second_factor(user):
        return redirect(with_next("second-factor-set-up", request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and spent(request, form, user):
        pass_gate(request)
        return redirect(next_page(request))
    return page(request, "code", title="Second factor", form=form)


@staff_page
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Show a secret to put into an authenticator app, and ask for its first code.

    Whoever has an app already replaces it: only with a code of that one, and soon after signing in.
    """
    user = member(request)
    is_replacement = has_second_factor(user)
    if is_replacement and SHOWN not in request.session:
        return redirect(with_next("second-factor", request))
    if is_replacement and not passed_recently(request):
        return sign_in_anew(request)
    form_class = ReplaceForm if is_replacement else SetUpForm
    form = form_class(request.POST if request.method == "POST" else None)
    secret = pending_secret(request)
    if form.is_valid() and shows(form, secret) and (not is_replacement or spent(request, form, user)):
        try:
            codes = set_up_second_factor(
                user=user,
                secret=secret,
                code=form.cleaned_data["code"],
                is_replacement=is_replacement,
                at=timezone.now(),
            )
        except DomainError:  # another browser was quicker, with an app or with signing out everywhere
            return redirect(with_next("second-factor", request))
        del request.session[PENDING]
        pass_gate(request)
        return page(request, "codes", title="Recovery codes", codes=codes, continue_to=next_page(request))
    picture = segno.make(provisioning_uri(user, secret), error="m").svg_inline(scale=4, border=2, light="#fff")
    return page(
        request,
        "set_up",
        title="Set up your second factor",
        form=form,
        picture=mark_safe(picture),  # noqa: S308  # made here, of paths alone
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )


@staff_page
def recovery_codes_page(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, for a code."""
    user = member(request)
    if not has_second_factor(user) or SHOWN not in request.session:
        return redirect(with_next("second-factor", request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and spent(request, form, user):
        try:
            codes = make_recovery_codes(user=user, at=timezone.now())
        except DomainError:  # signed out everywhere meanwhile
            return redirect("admin:login")
        return page(request, "codes", title="Recovery codes", codes=codes, continue_to=next_page(request))
    left = user.recovery_codes.filter(used_at=None).count()
    return page(request, "code", title="New recovery codes", form=form, left=left)


@staff_page
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out before the back office is open: its own page for that is not, yet."""
    if request.method == "POST":
        logout(request)
    return redirect("admin:login")


def member(request: HttpRequest) -> User:
    """Return who has signed in."""
    return cast("User", request.user)


def shows(form: forms.Form, secret: str) -> bool:
    """Tell whether the new app shows the right code, before a code of the old one is used up."""
    if matching_step(secret, "".join(form.cleaned_data["code"].split()), at=timezone.now()) is None:
        form.add_error("code", SecondFactorWrong().message)
        return False
    return True


def spent(request: HttpRequest, form: forms.Form, user: User) -> bool:
    """Use up the code in `form`; if it is not good, say so at its field and return False."""
    try:
        spend_code(user=user, otp=form.cleaned_data["otp"], device=device_of(Request(request)), at=timezone.now())
    except DomainError as refusal:
        form.add_error("otp", refusal.message)
        return False
    return True


def sign_in_anew(request: HttpRequest) -> HttpResponse:
    """Ask for the code again, and come back."""
    del request.session[SHOWN]
    return redirect(f"{reverse('second-factor')}?next={request.path}")


def pending_secret(request: HttpRequest) -> str:
    """Return the secret that this browser is setting up: the same until it is confirmed, whatever is reloaded."""
    try:
        return unseal(request.session.get(PENDING, ""))
    except InvalidToken:
        secret = new_secret()
        request.session[PENDING] = seal(secret)
        return secret


def next_page(request: HttpRequest) -> str:
    """Return where the member wanted to go, if that is here; else the dashboard."""
    wanted = request.GET.get("next", "")
    secure = request.is_secure()
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=secure)
    return wanted if is_ours else reverse("admin:index")


def with_next(name: str, request: HttpRequest) -> str:
    """Return the address of another of these pages, which leads on to the same page."""
    query = request.GET.urlencode()
    return reverse(name) + (f"?{query}" if query else "")
