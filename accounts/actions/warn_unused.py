"""Tell people that their account will be closed, since they do not use it."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from accounts.actions.erase_user import refuse_erasure
from accounts.actions.hold_unused import hold_unused
from accounts.actions.tell_user import tell_user
from accounts.models import AccountMessage, User
from accounts.models.messages import MessageKind
from accounts.uses import shown_period, untold, unused_since, with_last_use
from electroports.errors import DomainError
from electroports.jobs import while_time
from electroports.transactions import in_transaction

# In one sweep, of which there is one every hour: a shop that begins with this has years of such accounts. A mail server
# that sends them all at once is soon taken for a spammer's, and ten times as many can be closed in an hour.
MOST_TOLD = 100
MOST_LOOKED_AT = 500

logger = logging.getLogger(__name__)


def warn_unused(*, at: datetime) -> int:
    """Tell the owners of accounts that nobody has used for UNUSED_ACCOUNT_YEARS, once each; return how many.

    By mail, to the address that is theirs, or that nobody has shown to be theirs where nothing else is known of them.
    Whoever has none, or a phone alone that is, cannot be told, and keeps the account. So does for now whoever could not
    close it either, since something is open: they are looked at again a week later.
    """
    period = settings.RETENTION.unused_accounts
    if not period:
        return 0
    reached = Q(email_verified_at__isnull=False) | Q(phone_verified_at=None)
    unused, count = unused_since(at - period).filter(untold(at=at), reached).exclude(email=""), 0
    for key in while_time(unused.values_list("pk", flat=True)[:MOST_LOOKED_AT]):
        try:
            count += in_transaction(partial(_warn, key, at - period, at))
        except DomainError:
            User.objects.filter(pk=key).update(unused_warned_at=at)
        except Exception:
            logger.exception("an account could not be warned", extra={"facts": {"user": key}})
        if count == MOST_TOLD:
            break
    return count


def _warn(user_id: int, since: datetime, at: datetime) -> bool:
    user = hold_unused(user_id=user_id, since=since)
    if user is None or not with_last_use(User.objects.filter(pk=user.pk)).filter(untold(at=at)).exists():
        return False
    refuse_erasure(user=user, at=at)
    User.objects.filter(pk=user.pk).update(unused_warned_at=at, unused_told_at=None)
    facts = {"unused_for": shown_period()}
    return tell_user(kind=MessageKind.ACCOUNT_UNUSED, to=user.email, user=user, facts=facts, at=at) is not None


def note_told() -> int:
    """Note who was sent such a mail since it was noted last; return how many.

    A mail that was never sent tells nobody, whatever became of it.
    """
    sent = AccountMessage.objects.filter(
        kind=MessageKind.ACCOUNT_UNUSED, status=AccountMessage.Status.SENT, recipient=OuterRef("email")
    )
    mine = sent.filter(user=OuterRef("pk"), created_at=OuterRef("unused_warned_at")).values("sent_at")[:1]
    waiting = User.objects.filter(unused_told_at=None, unused_warned_at__isnull=False)
    went_out = waiting.annotate(sent_at=Subquery(mine)).filter(sent_at__isnull=False)
    return in_transaction(lambda: went_out.update(unused_told_at=Subquery(mine)))
