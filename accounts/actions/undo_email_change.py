"""Take the old address back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.forget_other_ways import forget_other_ways
from accounts.actions.move_to_email import move_to_email
from accounts.actions.replace_password import replace_password
from accounts.actions.take_link import take_link
from accounts.actions.tell_user import tell_user
from accounts.actions.withdraw_email_change import withdraw_email_change
from accounts.errors import LinkNotValid
from accounts.links import Purpose
from accounts.models import EmailChange
from accounts.models.messages import MessageKind


def undo_email_change(*, token: str, at: datetime) -> None:
    """Give the user of a link the address back that they had before, and lock everybody out; raises LinkNotValid.

    Whoever changed the address knew the password, so that goes too, with every session and every other way in: the
    holder of the old address asks for a new one.
    """
    with transaction.atomic():
        link, user = take_link(token=token, purpose=Purpose.UNDO_EMAIL, at=at)
        change = EmailChange.objects.filter(undo=link).first()
        if change is None or user.email != change.new_email:
            raise LinkNotValid
        EmailChange.objects.filter(pk=change.pk).update(undone_at=at)
        withdraw_email_change(user=user, at=at)
        move_to_email(user=user, email=change.old_email, at=at)
        replace_password(user=user, hashed=make_password(None), at=at)
        forget_other_ways(user=user)
        tell_user(kind=MessageKind.EMAIL_RESTORED, to=change.old_email, user=user, at=at)
        tell_user(kind=MessageKind.EMAIL_CHANGED, to=change.new_email, at=at)
