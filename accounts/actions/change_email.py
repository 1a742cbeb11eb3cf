"""Ask for another e-mail address."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.actions.lock_user import lock_signed_in
from accounts.actions.space_mails import space_mails
from accounts.actions.tell_user import tell_user
from accounts.actions.withdraw_email_change import withdraw_email_change
from accounts.attempts import attempt_of, note_failure, refuse_locked_out
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import SameAddress, WrongPassword
from accounts.links import Purpose, make_link
from accounts.models import EmailChange, User
from accounts.models.messages import MessageKind


def change_email(
    *, user: User, email: str, current_password: str = "", device: Device = UNKNOWN_DEVICE, at: datetime
) -> None:
    """Begin a change of the address of `user`; raises TooManyAttempts, WrongPassword, SameAddress or TooManyMails.

    And TooBusy, or AccountGone where they were signed out everywhere since `user` was read: the links would be made
    under the newer password version, and outlive what was to kill them.

    It takes place when the link at the new address was used, and the one at the old address too if that was known to be
    the user's. Whoever has no password needs none here. Whether the address is taken is not looked up: the request does
    the same for every address. The mail to the new one says so to its owner, and the database refuses in the end.
    """
    if user.has_usable_password():
        attempt = attempt_of(user=user, device=device)
        refuse_locked_out(attempt=attempt, at=at)
        if not user.check_password(current_password):
            note_failure(attempt=attempt, at=at)
            raise WrongPassword("current_password")
    lifetime = settings.EMAIL_LINK_LIFETIME
    with transaction.atomic():
        user = lock_signed_in(user=user)
        if email == user.email:
            raise SameAddress
        space_mails(user=user, kind=MessageKind.CONFIRM_EMAIL, at=at)
        withdraw_email_change(user=user, at=at)
        approval = None
        if user.email_verified:
            approval = make_link(purpose=Purpose.APPROVE_EMAIL, user=user, email=user.email, lifetime=lifetime, at=at)
            facts = {"new_email": email}
            tell_user(kind=MessageKind.APPROVE_EMAIL, to=user.email, user=user, link=approval, facts=facts, at=at)
        confirmation = make_link(purpose=Purpose.CONFIRM_EMAIL, user=user, email=email, lifetime=lifetime, at=at)
        tell_user(kind=MessageKind.CONFIRM_EMAIL, to=email, user=user, link=confirmation, at=at)
        EmailChange.objects.create(
            user=user,
            old_email=user.email,
            new_email=email,
            approval=approval,
            confirmation=confirmation,
            created_at=at,
        )
