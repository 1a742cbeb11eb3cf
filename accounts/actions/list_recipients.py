"""Give out the list of those who may be sent marketing."""

from __future__ import annotations

from typing import NamedTuple

from accounts.consents import address_of, recipients, unsubscribe_headers, unsubscribe_url
from accounts.models import AuditEntry, Consent, User
from electroports.history import label_of, record_event
from electroports.texts import how_many


class Recipient(NamedTuple):
    """Somebody who may be sent marketing, and what a message to them has to have."""

    address: str
    name: str
    user_id: int
    unsubscribe_url: str
    headers: dict[str, str]  # of a mail; of an SMS there are none


def list_recipients(*, channel: Consent.Channel, acting_user: User | None) -> list[Recipient]:
    """Return whom marketing may be sent on a channel now, in the order of their ids.

    The audit trail keeps that the list was given out, and how long it was; without `acting_user`, on the command line.
    """
    found = [_recipient(user, channel) for user in recipients(channel).order_by("pk")]
    message = f"{how_many(len(found), 'recipient')} of marketing by {channel.label}."
    record_event(acting_user=acting_user, action=AuditEntry.Action.EXPORTED, message=message, model=label_of(Consent))
    return found


def _recipient(user: User, channel: Consent.Channel) -> Recipient:
    headers = unsubscribe_headers(user_id=user.pk) if channel == Consent.Channel.EMAIL else {}
    url = unsubscribe_url(user_id=user.pk, channel=channel)
    return Recipient(address_of(user, channel), user.get_full_name(), user.pk, url, headers)
