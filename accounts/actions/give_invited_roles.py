"""Give somebody what they were invited to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Invitation, User
from electroports.history import record_change


def give_invited_roles(
    *, invitation: Invitation, user: User, flag: int, changes: dict[str, tuple[Any, Any]], at: datetime
) -> None:
    """Give `user` the roles of an invitation, and nothing that is left from an earlier time on the staff.

    Writes the rest of what changed, `changes`, into the audit trail with it, as the user's own deed, and closes the
    invitation. In the caller's transaction, which has used the link.
    """
    before, roles = [role.name for role in user.groups.order_by("name")], list(invitation.roles.order_by("name"))
    user.groups.set(roles)
    user.user_permissions.clear()
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at, accepted_by=user)
    record_change(
        acting_user=user,
        row=user,
        flag=flag,
        message=f"Accepted invitation {invitation.pk} of {invitation.invited_by}.",
        changes={**changes, "groups": (before, [role.name for role in roles])},
    )
