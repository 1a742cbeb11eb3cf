"""Who calls: the columns of the tables."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.start_session import write_session
from accounts.actions.sync_roles import sync_roles
from accounts.devices import Device
from accounts.models import User
from accounts.roles import ROLES
from tests.factories import make_user

CALLERS = ("nobody", "owner", "other", *ROLES, "admin", "disabled", "unproven")
ABBREVIATIONS = ("none", "own", "oth", "sup", "ful", "cat", "man", "adm", "dis", "unp")  # as the tables print them


class Caller(NamedTuple):
    """Somebody, with a client of the API that has their token."""

    user: User | None
    api: APIClient
    refresh: str = ""


def signed_in(user: User, *, is_proven: bool) -> Caller:
    """Return a caller with a session, of one sign-in; `is_proven` says whether a second factor was shown."""
    at = timezone.now()
    session = write_session(user=user, device=Device("tests"), second_factor_at=at if is_proven else None, at=at)
    return Caller(user, APIClient(headers={"Authorization": f"Bearer {session.access}"}), session.refresh)


def member_of(role: str) -> User:
    """Return a member of staff with a role, as the shop has it."""
    if not Group.objects.filter(name=role).exists():  # the tables were emptied since they were migrated
        sync_roles()
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_callers() -> dict[str, Caller]:
    """Return one of each; the owner is who owns what the tables are about."""
    disabled = signed_in(make_user(), is_proven=False)
    assert disabled.user is not None
    User.objects.filter(pk=disabled.user.pk).update(is_active=False)
    return {
        "nobody": Caller(None, APIClient()),
        "owner": signed_in(make_user(first_name="Wanjiku", phone="+254712345678"), is_proven=False),
        "other": signed_in(make_user(email_verified_at=timezone.now()), is_proven=False),
        **{role: signed_in(member_of(role), is_proven=True) for role in ROLES},
        "admin": signed_in(make_user(is_staff=True, is_superuser=True), is_proven=True),
        "disabled": disabled,
        "unproven": signed_in(make_user(is_staff=True, is_superuser=True), is_proven=False),
    }
