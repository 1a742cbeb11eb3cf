"""Invite somebody to the staff."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from accounts.actions.mail_invitation import mail_invitation
from accounts.errors import AlreadyInvited
from accounts.inviting import refuse_beyond, refuse_members
from accounts.models import AuditEntry, Invitation, User
from electroports.history import record


def invite_member(
    *, email: str, roles: Collection[Group], is_administrator: bool = False, acting_user: User, at: datetime
) -> Invitation:
    """Mail an invitation to join the staff with these roles, or as an administrator; return it.

    Raises RolesNotYours for rights that are not the inviter's to give, AlreadyStaff, AccountDisabled, AlreadyInvited
    (which the database decides: of two at once one goes through), or TooManyMails.
    """
    address = User.objects.normalize_email(email)
    refuse_beyond(acting_user, roles=roles, is_administrator=is_administrator)
    refuse_members(User.objects.with_email(address).first())
    try:
        with transaction.atomic():
            # One that nobody answered in time makes room for the next.
            Invitation.objects.unanswered(address).filter(expires_at__lte=at).update(revoked_at=at)
            invitation = Invitation.objects.create(
                email=address, is_administrator=is_administrator, created_at=at, expires_at=at
            )
            invitation.roles.set(roles)
            mail_invitation(invitation=invitation, acting_user=acting_user, at=at)
            changes = {
                "roles": (None, sorted(role.name for role in roles)),
                "is_administrator": (None, is_administrator),
                "expires_at": (None, invitation.expires_at),
            }
            record(
                acting_user=acting_user,
                row=invitation,
                changes=changes,
                message="Invited to the staff.",
                action=AuditEntry.Action.INVITED,
            )
    except IntegrityError as error:
        raise AlreadyInvited from error
    return invitation
