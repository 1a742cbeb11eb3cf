"""Accept an invitation to the staff with a new account."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError

from accounts.actions.give_invited_roles import give_invited_roles
from accounts.actions.prove_email import prove_email
from accounts.errors import AlreadyTaken
from accounts.inviting import read_invitation, standing
from accounts.links import Purpose, use_link
from accounts.models import User
from accounts.passwords import refuse_weak_password
from electroports.history import ADDITION
from electroports.transactions import in_transaction


def join_staff(*, token: str, username: str, first_name: str, last_name: str, password: str, at: datetime) -> User:
    """Make the account of a new member of staff, whose address the link has shown to be theirs.

    Raises LinkNotValid, AddressNotVerified, WeakPassword, TooBusy or AlreadyTaken.
    """
    invitation, account = read_invitation(token=token, at=at)
    if account is not None:
        raise AlreadyTaken(["email"])
    user = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=invitation.email,
        is_staff=True,
        is_superuser=invitation.is_administrator,
        date_joined=at,
    )
    refuse_weak_password(password, user=user, field="password")
    user.set_password(password)  # takes its time, and therefore before the transaction
    try:
        return in_transaction(partial(_join, token, user, at))
    except IntegrityError as error:
        raise AlreadyTaken(User.objects.taken(username=username, email=invitation.email)) from error


def _join(token: str, new: User, at: datetime) -> User:
    """Use the link, and save the new account; once more, if this is begun again."""
    invitation, account = standing(use_link(token=token, purpose=Purpose.INVITATION, at=at))
    if account is not None:
        raise AlreadyTaken(["email"])
    new.pk, new.email_verified_at = None, None
    new.is_superuser = invitation.is_administrator
    new._state.adding = True
    new.save(force_insert=True)
    prove_email(user=new, at=at)
    changes = {
        "username": (None, new.username),
        "email": (None, new.email),
        "is_staff": (None, True),
        "is_superuser": (None, new.is_superuser),
    }
    give_invited_roles(invitation=invitation, user=new, flag=ADDITION, changes=changes, at=at)
    return new
