"""Send what people are to be told of their accounts, each message once."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.account_mail import account_mail
from accounts.account_words import words_for
from accounts.actions.space_mails import HOURLY
from accounts.links import is_still_good
from accounts.models import AccountMessage
from accounts.models.messages import MessageKind
from electroports.outbox import BATCH, Outbox, send_due

# What strangers can cause to be sent, with nothing but an address. Nobody's mailbox is filled by us.
BY_ANYBODY = (MessageKind.VERIFY_EMAIL, MessageKind.RESET_PASSWORD, MessageKind.CONFIRM_EMAIL)


def send_account_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` messages of each channel whose turn it is; return how many were taken in hand.

    Not sent is what invites to follow a link that is no longer good, and what one address has had too much of lately.
    """
    outbox: Outbox[AccountMessage] = Outbox(
        messages=AccountMessage.objects.with_words(),
        mail=account_mail,
        sms=lambda message: words_for(message).sms,
        is_still_true=is_worth_sending,
    )
    return send_due(outbox, at=at, limit=limit)


def is_worth_sending(message: AccountMessage, at: datetime) -> bool:
    """Tell whether a message still holds, and is not one too many for its recipient."""
    if message.link is not None and not is_still_good(message.link, at=at):
        return False
    if message.kind not in BY_ANYBODY:
        return True
    lately = AccountMessage.objects.sent_to(message.recipient, kind=message.kind, since=at - timedelta(hours=1))
    return lately.count() < HOURLY
