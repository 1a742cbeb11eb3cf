"""When accounts were last used, which nobody has used for long, and what is said of that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import AccountMessage, Session, User
from accounts.models.messages import MessageKind
from accounts.querysets import KNOWN_USE
from electroports.periods import YEAR
from electroports.texts import how_many

# A month, and for as long as the mail may be on its way: whoever gets it has the month.
NOTICE = timedelta(days=30) + AccountMessage.TRIED_FOR
# Whoever was told longer ago is told again: the period was changed meanwhile, or what was open has kept the account.
NOTICE_HOLDS = timedelta(days=180)

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
    """Return the condition of users who were told that their account will be closed, and had the time to keep it."""
    return Q(unused_warned_at__gte=at - NOTICE_HOLDS, unused_warned_at__lte=at - NOTICE) & ~_unsent()


def untold(*, at: datetime) -> Q:
    """Return the condition of users who are still to be told that; of no user both conditions are true."""
    return Q(unused_warned_at=None) | Q(unused_warned_at__lt=at - NOTICE_HOLDS) | _unsent()


def _unsent() -> Q:
    """Given up without an attempt: the mail server was away for all that time, and the address is not to blame."""
    messages = AccountMessage.objects.filter(user=OuterRef("pk"), created_at=OuterRef("unused_warned_at"))
    dead = AccountMessage.Status.DEAD
    return Q(Exists(messages.filter(kind=MessageKind.ACCOUNT_UNUSED, status=dead, attempts=0)))


def shown_period() -> str:
    """Return for how long an account has to be unused, in words."""
    return how_many(round(settings.RETENTION.unused_accounts / YEAR), "year")
