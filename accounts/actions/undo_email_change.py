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
from accounts.audit import audit_own
from accounts.errors import LinkNotValid
from accounts.links import Purpose
from accounts.models import EmailChange, Link, User
from accounts.models.messages import MessageKind


def undo_email_change(*, token: str, at: datetime) -> None:
    """Give the user of a link the address back that they had before, and lock everybody out; raises LinkNotValid.

    Whoever changed the address knew the password, so that goes too, with every session and every other way in: the
    holder of the old address asks for a new one. Further changes since are undone with it: else whoever took the
    account over would only have to change its address twice.
    """
    with transaction.atomic():
        link, user = take_link(token=token, purpose=Purpose.UNDO_EMAIL, at=at)
        changes = changes_since(link, user)
        change = changes[0]
        EmailChange.objects.filter(pk__in=[each.pk for each in changes]).update(undone_at=at)
        withdraw_email_change(user=user, at=at)
        move_to_email(user=user, email=change.old_email, at=at)
        replace_password(user=user, hashed=make_password(None), at=at)
        audit_own(user=user, changes={"password": ("as it was", "none")}, message="Undid a change of address.")
        forget_other_ways(user=user)
        tell_user(kind=MessageKind.EMAIL_RESTORED, to=change.old_email, user=user, at=at)
        tell_user(kind=MessageKind.EMAIL_CHANGED, to=changes[-1].new_email, at=at)


def changes_since(link: Link, user: User) -> list[EmailChange]:
    """Return the change of a link and those after it, oldest first; raises LinkNotValid.

    Each has to begin with the address in which the one before ended, and the last to end in the present one: what
    staff wrote in between is not undone.
    """
    change = EmailChange.objects.filter(undo=link, undone_at=None, changed_at__isnull=False).first()
    if change is None:
        raise LinkNotValid
    made = EmailChange.objects.filter(user=user, undone_at=None, changed_at__gte=change.changed_at)
    later = list(made.exclude(pk=change.pk).order_by("changed_at", "pk"))
    addresses = [change.new_email, *(each.new_email for each in later)]
    if [*(each.old_email for each in later), user.email] != addresses:
        raise LinkNotValid
    return [change, *later]
