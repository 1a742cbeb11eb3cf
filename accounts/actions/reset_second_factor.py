"""Take away a member's second factor, so that they set up another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.actions.tell_user import tell_user
from accounts.models import AccountMessage, AuditEntry, RecoveryCode, SecondFactor, User
from electroports.history import CHANGE, Deed, record_change, write


def reset_second_factor(*, user: User, acting_user: User | None, reason: str, at: datetime) -> None:
    """Forget the app and the recovery codes of `user`, sign them out everywhere, and tell them.

    With their password alone they set up another app at the next log-in: whoever asks for this has to have been
    recognised by other means. The reason stands in the user's history.
    """
    with transaction.atomic():
        was_there, _ = SecondFactor.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        sign_out_everywhere(user=user, at=at)
        told, changes = f"Second factor reset: {reason}", {"second factor": ("set up" if was_there else None, None)}
        action = AuditEntry.Action.RESET_FACTOR
        record_change(acting_user=acting_user, row=user, flag=CHANGE, message=told, changes=changes, action=action)
        if acting_user is None:  # whoever has the server's command line
            write([Deed(None, action, user, changes, told)])
        tell_user(kind=AccountMessage.Kind.SECOND_FACTOR_CHANGED, to=user.email, user=user, at=at)
