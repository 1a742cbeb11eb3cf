"""Hold an account that nobody uses, so that nobody begins to use it at the same moment."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Session, User
from electroports.people import keepers


def hold_unused(*, user_id: int, since: datetime) -> User | None:
    """Lock an account until the end of the caller's transaction, and return it; None if it was used since then.

    None as well if somebody else has it just now, or it is no active customer's any more. A sign-in that comes later
    waits, and so does whoever uses or refreshes a session: only then is it asked what was there first. What other apps
    know of the last use, such as an order of a guest, is noted, so that the next sweep has no need to ask.
    """
    mine = User.objects.customers().filter(pk=user_id, is_active=True, erased_at=None)
    user = mine.select_for_update(skip_locked=True).first()
    if user is None:
        return None
    list(Session.objects.select_for_update().filter(user=user_id).order_by("pk").values_list("pk", flat=True))
    last = max(used for _, keeper in keepers() if (used := keeper.last_use(user=user)) is not None)
    if last < since:
        return user
    User.objects.filter(pk=user_id).update(last_used_at=last)
    return None
