"""Tell people that their account will be closed, since they do not use it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Q

from accounts.actions.erase_user import refuse_erasure
from accounts.actions.hold_unused import hold_unused
from accounts.actions.tell_user import tell_user
from accounts.models import User
from accounts.models.messages import MessageChannel, MessageKind
from accounts.uses import shown_period, untold, unused_since
from electroports.errors import DomainError
from electroports.jobs import while_time
from electroports.transactions import in_transaction

# In one sweep, of which there is one every hour: a shop that begins with this has years of such accounts. A mail server
# that sends them all at once is soon taken for a spammer's, and ten times as many can be closed in an hour.
MOST_TOLD = 100


def warn_unused(*, at: datetime) -> int:
    """Tell the owners of accounts that nobody has used for UNUSED_ACCOUNT_YEARS, once each; return how many.

    By mail, verified or not; to a phone that is verified where there is no address. Whoever has neither cannot be told,
    and keeps the account. So does for now whoever could not close it either, since something is open.
    """
    period = settings.RETENTION.unused_accounts
    if not period:
        return 0
    reached = ~Q(email="") | ~Q(phone="") & Q(phone_verified_at__isnull=False)
    unused, count = unused_since(at - period).filter(untold(at=at), reached), 0
    for key in while_time(unused.values_list("pk", flat=True)):
        try:
            count += in_transaction(partial(_warn, key, at - period, at))
        except DomainError:
            continue
        if count == MOST_TOLD:
            break
    return count


def _warn(user_id: int, since: datetime, at: datetime) -> bool:
    user = hold_unused(user_id=user_id, since=since)
    if user is None or not User.objects.filter(untold(at=at), pk=user.pk).exists():
        return False
    refuse_erasure(user=user, at=at)
    User.objects.filter(pk=user.pk).update(unused_warned_at=at)
    by_mail = bool(user.email)
    message = tell_user(
        kind=MessageKind.ACCOUNT_UNUSED,
        to=user.email if by_mail else user.phone,
        user=user,
        facts={"unused_for": shown_period()},
        channel=MessageChannel.EMAIL if by_mail else MessageChannel.SMS,
        at=at,
    )
    return message is not None
