"""The gate of the back office (the setting BACK_OFFICE_GATE): how long a visit lasts, and the second factor."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.audit import audit_sign_in
from accounts.models import AuditEntry, User
from accounts.second_factor import needs_second_factor

# What a browser's session keeps, as seconds since 1970.
BEGAN, SEEN, SHOWN = "office_began_at", "office_seen_at", "second_factor_at"
NOTED_EVERY = 60  # seconds: a write of the session with each click would cost more than it tells


def first_step(request: HttpRequest) -> str | None:
    """Return the address of what a signed-in member of staff has to do before a page opens, None if it may.

    A visit that was idle for STAFF_IDLE_MINUTES, or began STAFF_SESSION_HOURS ago, is over: the session is deleted.
    """
    now = timezone.now().timestamp()
    session = request.session
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        session[BEGAN] = session[SEEN] = now
    elif is_over(began=began, seen=seen, now=now):
        logout(request)
        messages.info(request, "You were signed out. Please sign in again.")
        return reverse("admin:login")
    elif now - seen >= NOTED_EVERY:
        session[SEEN] = now
    if needs_second_factor(cast("User", request.user)) and SHOWN not in session:
        return reverse("second-factor")
    return None


def is_over(*, began: float, seen: float, now: float) -> bool:
    """Tell whether a visit was idle, or lasted, for too long."""
    idle = timedelta(minutes=settings.STAFF_IDLE_MINUTES).total_seconds()
    longest = timedelta(hours=settings.STAFF_SESSION_HOURS).total_seconds()
    return now - seen >= idle or now - began >= longest


def pass_gate(request: HttpRequest) -> None:
    """Note that a second factor was shown, under a new session key: whoever knew the old one has no part in it."""
    user = cast("User", request.user)
    audit_sign_in(user=user, action=AuditEntry.Action.SIGNED_IN, message="Back office, with a second factor.")
    request.session.cycle_key()
    request.session[SHOWN] = timezone.now().timestamp()


def passed_recently(request: HttpRequest) -> bool:
    """Tell whether the second factor was shown within RECENT_SIGN_IN_MINUTES."""
    shown: float = request.session.get(SHOWN, 0)
    return timezone.now().timestamp() - shown < timedelta(minutes=settings.RECENT_SIGN_IN_MINUTES).total_seconds()
