"""Record what somebody says about being sent advertising."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.models import Consent, User


def record_consents(
    *, user: User, given: Mapping[str, bool], source: Consent.Source, wording: str = "", at: datetime
) -> list[Consent]:
    """Write a row for each channel of `given` on which this is another word than the last; return these rows.

    Raises AccountGone.

    Nothing said is no, so that a no which comes first is no news. Consent is about an address: one to another address,
    or to other words, is another consent, and written again.
    """
    with transaction.atomic():
        lock_user(user=user)  # two words at once would each be compared with the one before
        newest = Consent.objects.newest(user_id=user.pk)
        said = [
            Consent(
                user=user,
                channel=channel,
                is_given=is_given,
                source=source,
                wording=wording if is_given else "",
                address=user.email if channel == Consent.Channel.EMAIL else user.phone,
                created_at=at,
            )
            for channel, is_given in given.items()
        ]
        news = [row for row in said if _is_news(row, newest.get(row.channel))]
        for row in news:
            row.save()
    return news


def _is_news(row: Consent, last: Consent | None) -> bool:
    if not row.is_given:
        return last is not None and last.is_given
    return last is None or (last.is_given, last.address, last.wording) != (True, row.address, row.wording)
