"""Decide about requests for new passwords."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.actions.space_mails import space_mails
from accounts.actions.tell_user import tell_user
from accounts.errors import AccountGone, TooManyMails
from accounts.links import Purpose, void_links
from accounts.models import Link, User
from accounts.models.messages import MessageKind
from electroports.outbox import BATCH


def answer_resets(*, at: datetime, limit: int = BATCH) -> int:
    """Mail a link to those who asked for a new password and have an account; return how many requests were decided.

    A request for an address that nobody has, or whose account is disabled, leaves nothing behind; neither does one too
    many. Staff are answered like everybody: a new password does not sign in, and leaves the second factor as it is.
    """
    asked = list(Link.objects.undecided().order_by("created_at", "pk")[:limit])
    for link in asked:
        with transaction.atomic():
            _answer(link, at)
    return len(asked)


def _answer(link: Link, at: datetime) -> None:
    request = Link.objects.undecided().filter(pk=link.pk)
    found = User.objects.identified_by(link.email)
    if found is None or not link.is_open(at=at):
        request.delete()
        return
    try:
        user = lock_user(user=found)
        if user.email.lower() != link.email.lower():  # changed meanwhile: it is nobody's any more
            raise AccountGone
        space_mails(user=user, kind=MessageKind.RESET_PASSWORD, at=at)
    except (AccountGone, TooManyMails):
        request.delete()
        return
    void_links(user=user, purposes=(Purpose.RESET_PASSWORD,), at=at)
    if request.update(user=user, email=user.email, password_version=user.password_version):
        link.user = user
        tell_user(kind=MessageKind.RESET_PASSWORD, to=user.email, user=user, link=link, at=at)
