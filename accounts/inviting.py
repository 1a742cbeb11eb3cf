"""Who may invite whom to the staff, and which invitations stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.models import Group

from accounts.errors import AccountDisabled, AddressNotVerified, AlreadyStaff, LinkNotValid, RolesNotYours
from accounts.links import Purpose, read_link
from accounts.models import Invitation, Link, User


def may_invite(user: User) -> bool:
    """Tell whether `user` may invite at all."""
    return user.is_active and user.is_staff and user.has_perm("accounts.add_invitation")


def roles_within(user: User, roles: Iterable[Group]) -> list[Group]:
    """Return those of `roles` all of whose permissions `user` has: an administrator has every one."""
    own = user.get_all_permissions()
    return [role for role in roles if user.is_superuser or permissions_of(role) <= own]


def permissions_of(role: Group) -> set[str]:
    """Return what a role may do, as `app.codename`; from what was prefetched, where it was."""
    return {f"{each.content_type.app_label}.{each.codename}" for each in role.permissions.all()}


def refuse_beyond(user: User | None, *, roles: Collection[Group], is_administrator: bool) -> None:
    """Raise RolesNotYours unless `user`, as the database has them now, may give these rights, and there are any."""
    found = User.objects.filter(pk=user.pk).first() if user is not None else None  # nothing that was cached
    rows = Group.objects.filter(pk__in=[role.pk for role in roles]).prefetch_related("permissions__content_type")
    if found is None or not may_invite(found) or not (rows or is_administrator):
        raise RolesNotYours
    if (is_administrator and not found.is_superuser) or len(roles_within(found, rows)) != len(rows):
        raise RolesNotYours


def refuse_members(user: User | None) -> None:
    """Raise AlreadyStaff or AccountDisabled for an account that nobody can be invited with."""
    if user is not None and user.has_rights:
        raise AlreadyStaff
    if user is not None and not user.is_active:
        raise AccountDisabled


def may_handle(user: User, invitation: Invitation) -> bool:
    """Tell whether `user` may send an invitation again or withdraw it: whoever could have made it may."""
    try:
        refuse_beyond(user, roles=invitation.roles.all(), is_administrator=invitation.is_administrator)
    except RolesNotYours:
        return False
    return True


def read_invitation(*, token: str, at: datetime) -> tuple[Invitation, User | None]:
    """Return the invitation of a token, and the account that its address has by now; raises LinkNotValid.

    Nothing is used. Void is what stands on rights that whoever sent it does not have any more, and what would promote
    somebody who has become a member of staff, or was disabled. Raises AddressNotVerified where nobody has shown whose
    the account is: whoever registered it beforehand would keep their ways in (pre-hijacking, ADR 0026), and a new
    password by mail, which closes these, is there already.
    """
    return standing(read_link(token=token, purpose=Purpose.INVITATION, at=at))


def standing(link: Link) -> tuple[Invitation, User | None]:
    """Return the invitation of a link that is good, as `read_invitation` does."""
    invitation = Invitation.objects.filter(link=link).select_related("invited_by").first()
    if invitation is None:
        raise LinkNotValid
    account = User.objects.with_email(invitation.email).first()
    try:
        refuse_beyond(
            invitation.invited_by, roles=list(invitation.roles.all()), is_administrator=invitation.is_administrator
        )
        refuse_members(account)
    except (RolesNotYours, AlreadyStaff, AccountDisabled) as error:
        raise LinkNotValid from error
    if account is not None and not account.email_verified:
        raise AddressNotVerified
    return invitation, account
