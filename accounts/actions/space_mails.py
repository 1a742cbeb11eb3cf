"""Keep mails that somebody asks for apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.errors import TooManyMails
from accounts.models import AccountMessage, User
from accounts.models.messages import MessageKind
from accounts.querysets import AccountMessageQuerySet

PAUSE = timedelta(minutes=1)
HOURLY = 5


def space_mails(*, user: User, kind: MessageKind, at: datetime) -> None:
    """Raise TooManyMails if `user` was written one of that kind within the last minute, or five within the hour.

    To be called with the user locked, so that of several requests at once one writes.
    """
    _space(AccountMessage.objects.filter(user=user, kind=kind), at=at)


def space_mails_to(*, recipient: str, kind: MessageKind, at: datetime) -> None:
    """Raise TooManyMails as above, of an address that may be nobody's."""
    _space(AccountMessage.objects.filter(recipient=recipient, kind=kind), is_to_other=True, at=at)


def _space(written: AccountMessageQuerySet, *, is_to_other: bool = False, at: datetime) -> None:
    hour = timedelta(hours=1)
    times = list(
        written.filter(created_at__gt=at - hour).order_by("-created_at").values_list("created_at", flat=True)[:HOURLY]
    )
    if times and times[0] > at - PAUSE:
        raise TooManyMails(retry_after=times[0] + PAUSE - at, is_to_other=is_to_other)
    if len(times) == HOURLY:
        raise TooManyMails(retry_after=times[-1] + hour - at, is_to_other=is_to_other)
