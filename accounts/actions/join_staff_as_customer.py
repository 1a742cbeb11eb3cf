"""Accept an invitation to the staff with the account that one has as a customer."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F

from accounts.actions.check_credentials import check_credentials
from accounts.actions.end_sessions import end_sessions
from accounts.actions.forget_other_ways import forget_other_ways
from accounts.actions.give_invited_roles import give_invited_roles
from accounts.actions.lock_user import lock_user
from accounts.actions.tell_user import tell_user
from accounts.devices import Device
from accounts.errors import AccountGone, InvalidCredentials, LinkNotValid
from accounts.inviting import read_invitation, standing
from accounts.links import Purpose, use_link
from accounts.models import Session, User
from accounts.models.messages import MessageKind
from electroports.history import CHANGE
from electroports.transactions import in_transaction


def join_staff_as_customer(*, token: str, password: str, device: Device, at: datetime) -> User:
    """Promote the customer who has the invited address, and who shows that they are by their password.

    They are signed out everywhere, and neither their phone nor an account elsewhere signs in any more: there may be
    ways in of which the owner does not know, and now the account is worth more.

    Raises LinkNotValid, AddressNotVerified, InvalidCredentials, TooManyAttempts or TooBusy.
    """
    _invitation, account = read_invitation(token=token, at=at)
    if account is None:
        raise LinkNotValid
    user = check_credentials(identifier=account.email, password=password, device=device, at=at)
    return in_transaction(partial(_promote, token, user, at))


def _promote(token: str, checked: User, at: datetime) -> User:
    """Use the link, and give the account its rights; the user's row is locked first, as everywhere (ADR 0026)."""
    try:
        lock_user(user=checked)
    except AccountGone as error:
        raise LinkNotValid from error
    invitation, user = standing(use_link(token=token, purpose=Purpose.INVITATION, at=at))
    if user is None or user.pk != checked.pk or user.password_version != checked.password_version:
        raise InvalidCredentials
    rights = {"is_staff": True, "is_superuser": invitation.is_administrator}
    User.objects.filter(pk=user.pk).update(**rights, password_version=F("password_version") + 1)
    end_sessions(sessions=user.sessions.all(), reason=Session.EndReason.SIGNED_OUT, at=at)
    changes: dict[str, tuple[Any, Any]] = {"is_staff": (False, True)}
    if invitation.is_administrator:
        changes["is_superuser"] = (False, True)
    give_invited_roles(invitation=invitation, user=user, flag=CHANGE, changes=changes, at=at)
    forget_other_ways(user=user)
    tell_user(kind=MessageKind.RIGHTS_CHANGED, to=user.email, user=user, facts={"other_ways": "forgotten"}, at=at)
    user.refresh_from_db()
    return user
