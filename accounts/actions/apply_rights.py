"""Have changed rights hold at once."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.actions.tell_user import tell_user
from accounts.models import User
from accounts.models.messages import MessageKind


def apply_rights(*, user: User, at: datetime) -> None:
    """Sign out everywhere whose rights were changed just now, and tell them unless they may not sign in any more.

    In the transaction of the change.
    """
    sign_out_everywhere(user=user, at=at)
    if user.is_active:
        tell_user(kind=MessageKind.RIGHTS_CHANGED, to=user.email, user=user, at=at)
