"""Close accounts that nobody uses."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.conf import settings

from accounts.actions.erase_user import erase_held
from accounts.actions.hold_unused import hold_unused
from accounts.models import User
from accounts.uses import shown_period, told, unused_since, with_last_use
from electroports.errors import DomainError
from electroports.jobs import while_time
from electroports.transactions import in_transaction

logger = logging.getLogger(__name__)


def close_unused(*, at: datetime) -> int:
    """Erase customers who have not used their account for UNUSED_ACCOUNT_YEARS and were told so; return how many.

    Each in a transaction of its own, exactly as if they had closed it. Whoever could not close it now, since something
    is open, waits, and so does whoever has used it since they were told.
    """
    period = settings.RETENTION.unused_accounts
    if not period:
        return 0
    unused, closed = unused_since(at - period).filter(told(at=at)), 0
    for key in while_time(unused.values_list("pk", flat=True)):
        try:
            closed += in_transaction(partial(_close, key, at - period, at))
        except DomainError:
            continue
        except Exception:
            logger.exception("an account could not be closed", extra={"facts": {"user": key}})
    return closed


def _close(user_id: int, since: datetime, at: datetime) -> bool:
    user = hold_unused(user_id=user_id, since=since)
    if user is None or not with_last_use(User.objects.filter(pk=user.pk)).filter(told(at=at)).exists():
        return False
    erase_held(user=user, facts={"unused_for": shown_period()}, at=at)
    return True
