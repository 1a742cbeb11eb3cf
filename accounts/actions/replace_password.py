"""Give somebody a password that they need not have known the old one for."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.models import Session, User


def replace_password(*, user: User, hashed: str, at: datetime) -> None:
    """Give `user` the password of this hash, which may be that of none, and end all their sessions.

    In the caller's transaction, which has the user locked. Sign-ins that are under way, and links that were mailed
    under the password before, come to nothing.
    """
    User.objects.filter(pk=user.pk).update(password=hashed)
    sign_out_everywhere(user=user, reason=Session.EndReason.PASSWORD_CHANGED, at=at)
