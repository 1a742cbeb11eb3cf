"""Forget sessions that are over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.models import Session, User
from accounts.querysets import KNOWN_USE
from accounts.uses import SESSION_USE
from electroports.retention import delete_in_batches


def forget_sessions(*, at: datetime) -> int:
    """Delete the sessions all of whose tokens have expired; return how many. Ended ones stay until then: for reuse.

    When they were last used stays with the account. Here, and not when somebody signs in or asks for something: that
    is as cheap as it was.
    """
    return delete_in_batches(Session.objects.filter(expires_at__lte=at), before=keep_last_use)


def keep_last_use(sessions: QuerySet[Any]) -> None:
    """Note with their users when these sessions were last used, in the caller's transaction.

    The users are locked first, in one order: an erasure deletes sessions while it has the user, and another such sweep
    may be under way.
    """
    owners = User.objects.filter(pk__in=sessions.values("user"), erased_at=None)
    keys = list(owners.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    newest = sessions.filter(user=OuterRef("pk")).values("user").annotate(newest=Max(SESSION_USE)).values("newest")
    User.objects.filter(pk__in=keys).update(last_used_at=Greatest(KNOWN_USE, Subquery(newest)))
