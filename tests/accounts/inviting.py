"""Invitations, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.actions.invite_member import invite_member
from accounts.links import link_token
from accounts.models import Invitation, User
from tests.factories import make_user

PAGE = "/admin/invitation/"
NEW_PASSWORD = "staple 7 tree lantern"
ME = {
    "first_name": "Wanjiku",
    "last_name": "Kamau",
    "username": "wanjiku.k",
    "password": NEW_PASSWORD,
    "again": NEW_PASSWORD,
}


def make_boss() -> User:
    """An administrator."""
    return make_user(is_staff=True, is_superuser=True)


def make_manager() -> User:
    """A member of staff with the role manager."""
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name="manager"))
    return user


def make_invitation(
    *roles: str, email: str = "", by: User | None = None, is_administrator: bool = False, **earlier: float
) -> Invitation:
    """An invitation that was mailed, so long ago."""
    user = by or make_boss()
    return invite_member(
        email=email or f"invited-{user.pk}@example.com",
        roles=[]
        if is_administrator
        else [Group.objects.get_or_create(name=name)[0] for name in roles or ("catalogue",)],
        is_administrator=is_administrator,
        acting_user=user,
        at=timezone.now() - timedelta(**earlier),
    )


def token_of(invitation: Invitation) -> str:
    """What its mail holds."""
    invitation.refresh_from_db()
    assert invitation.link is not None
    return link_token(invitation.link)


def accept(token: str, client: Client | None = None, **entered: str) -> Any:
    """Send the form that accepts, as somebody new or, with just a password, as a customer."""
    return (client or Client()).post(PAGE, {"token": token, "accept": "yes", **(entered or ME)})
