"""Keep mails that somebody asks for apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.errors import TooManyMails
from accounts.models import AccountMessage, User
from accounts.models.messages import MessageKind

PAUSE = timedelta(minutes=1)
HOURLY = 5


def space_mails(*, user: User, kind: MessageKind, at: datetime) -> None:
    """Raise TooManyMails if `user` was written one of that kind within the last minute, or five within the hour.

    To be called with the user locked, so that of several requests at once one writes.
    """
    hour = timedelta(hours=1)
    written = AccountMessage.objects.filter(user=user, kind=kind, created_at__gt=at - hour).order_by("-created_at")
    times = list(written.values_list("created_at", flat=True)[:HOURLY])
    if times and times[0] > at - PAUSE:
        raise TooManyMails(retry_after=times[0] + PAUSE - at)
    if len(times) == HOURLY:
        raise TooManyMails(retry_after=times[-1] + hour - at)
