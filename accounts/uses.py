"""When accounts were last used, which nobody has used for long, and what is said of that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import AccountMessage, Session, User
from accounts.querysets import KNOWN_USE
from electroports.periods import YEAR
from electroports.texts import how_many

# A month, and as long as the mail may have been on its way: nobody is closed before the day that it names.
NOTICE = timedelta(days=30) + AccountMessage.TRIED_FOR
# Whoever was told longer ago is told again: the period was changed meanwhile, or what was open has kept the account.
NOTICE_HOLDS = timedelta(days=180)
# A try that came to nothing: the mail was given up, or something was open.
TRIED_AGAIN_AFTER = AccountMessage.TRIED_FOR + timedelta(days=1)
AHEAD = timedelta(days=1)  # what is later than that was written by a clock that was wrong, and not by another worker

SESSION_USE = Greatest("rotated_at", Coalesce("last_seen_at", "rotated_at"))


def with_last_use(users: QuerySet[User]) -> QuerySet[Any]:
    """Add `last_use` to users: when they registered, signed in or used a session, whichever was last.

    By their rows and by the sessions that are there; to within five minutes.
    """
    sessions = Session.objects.filter(user=OuterRef("pk")).order_by().values("user")
    newest = Subquery(sessions.annotate(newest=Max(SESSION_USE)).values("newest"))
    # Each may be null, and the greatest of null and anything is null on SQLite.
    known = (Coalesce(each, "date_joined") for each in ("last_used_at", "last_login", newest))
    return users.annotate(last_use=Greatest(*known))


def unused_since(moment: datetime) -> QuerySet[Any]:
    """Return the customers who have not used their account since `moment`, as far as accounts know; the longest first.

    Not those whom staff have disabled: they could not keep it by signing in, and somebody has decided about them.
    """
    customers = User.objects.customers().filter(is_active=True, erased_at=None)
    # By the index first: the sessions are then asked of few.
    long_known = customers.alias(known=KNOWN_USE).filter(known__lt=moment)
    return with_last_use(long_known).filter(last_use__lt=moment).order_by("known", "pk")


def told(*, at: datetime) -> Q:
    """Return the condition of users, with their `last_use`, who were told of it and have had the time to prevent it.

    Told is who was sent the mail, not for whom it was written; and whoever has used the account since is so no more.
    """
    in_time = Q(unused_told_at__gte=at - NOTICE_HOLDS, unused_told_at__lte=at - NOTICE)
    return in_time & Q(unused_told_at__gt=F("last_use"))


def untold(*, at: datetime) -> Q:
    """Return the condition of users, with their `last_use`, who are still to be told that; never true with `told`."""
    until = at + AHEAD
    holds = Q(unused_told_at__gte=at - NOTICE_HOLDS, unused_told_at__lte=until, unused_told_at__gt=F("last_use"))
    under_way = Q(unused_warned_at__gt=at - TRIED_AGAIN_AFTER, unused_warned_at__lte=until)
    never = Q(unused_told_at=None)
    return (never | ~holds) & (Q(unused_warned_at=None) | ~under_way)


def shown_period() -> str:
    """Return for how long an account has to be unused, in words."""
    return how_many(round(settings.RETENTION.unused_accounts / YEAR), "year")
