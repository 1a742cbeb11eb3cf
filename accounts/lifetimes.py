"""How long sessions live, by the settings: customers' and, much shorter, those of staff."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings

# How exactly it is known when a session was last used; more often it is not written.
SEEN_EVERY = timedelta(minutes=5)
STAFF_SEEN_EVERY = timedelta(minutes=1)


class SessionBounds(NamedTuple):
    """What a session's times are measured by at one moment, and whether staff need a second factor."""

    began_after: datetime
    staff_began_after: datetime
    staff_seen_after: datetime
    unseen_since: datetime
    staff_unseen_since: datetime
    staff_second_factor: bool


def session_bounds(at: datetime) -> SessionBounds:
    """Return the bounds at `at`. What is changed in the settings holds for sessions that began before, too."""
    return SessionBounds(
        began_after=at - timedelta(days=settings.SESSION_DAYS),
        staff_began_after=at - timedelta(hours=settings.STAFF_SESSION_HOURS),
        staff_seen_after=at - timedelta(minutes=settings.STAFF_IDLE_MINUTES),
        unseen_since=at - SEEN_EVERY,
        staff_unseen_since=at - STAFF_SEEN_EVERY,
        staff_second_factor=settings.STAFF_SECOND_FACTOR,
    )
