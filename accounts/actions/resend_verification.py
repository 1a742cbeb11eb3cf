"""Ask once more to show that an e-mail address is theirs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.ask_to_verify import ask_to_verify
from accounts.actions.lock_user import lock_user
from accounts.actions.space_mails import space_mails
from accounts.links import Purpose, void_links
from accounts.models import User
from accounts.models.messages import MessageKind


def resend_verification(*, user: User, at: datetime) -> None:
    """Mail `user` a new link, and make the older ones worthless; raises TooManyMails or AccountGone.

    Nothing to do, and no error, where the address is known to be theirs already, or where there is none.
    """
    with transaction.atomic():
        user = lock_user(user=user)
        if user.email_verified or not user.email:
            return
        space_mails(user=user, kind=MessageKind.VERIFY_EMAIL, at=at)
        void_links(user=user, purposes=(Purpose.VERIFY_EMAIL,), at=at)
        ask_to_verify(user=user, at=at)
