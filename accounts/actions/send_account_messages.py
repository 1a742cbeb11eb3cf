"""Send what people are to be told of their accounts, each message once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from accounts.account_mail import account_mail
from accounts.account_words import code_of, words_for
from accounts.actions.space_mails import HOURLY
from accounts.links import is_still_good
from accounts.models import AccountMessage, PhoneCode, User
from accounts.models.messages import MessageChannel, MessageKind
from accounts.phone_codes import is_within_budget
from accounts.uses import unused_since
from electroports.outbox import BATCH, Outbox, send_due

logger = logging.getLogger(__name__)

# What strangers can cause to be sent, with nothing but an address. Nobody's mailbox is filled by us.
BY_ANYBODY = (MessageKind.VERIFY_EMAIL, MessageKind.RESET_PASSWORD, MessageKind.CONFIRM_EMAIL)
WITH_CODES = (MessageKind.SIGN_IN_CODE, MessageKind.PHONE_CODE)


def send_account_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` messages of each channel whose turn it is; return how many were taken in hand.

    Not sent is what invites to follow a link that is no longer good, what one address has had too much of lately,
    and that an account is not used to whoever has used it meanwhile.
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
    if message.channel == MessageChannel.SMS and message.kind in WITH_CODES:
        return is_code_worth_sending(code_of(message), at)
    if message.kind == MessageKind.ACCOUNT_UNUSED:
        waiting = unused_since(message.created_at).filter(pk=message.user_id, email=message.recipient)
        return message.user is not None and waiting.exists()
    if message.kind not in BY_ANYBODY:
        return True
    lately = AccountMessage.objects.sent_to(message.recipient, kind=message.kind, since=at - timedelta(hours=1))
    return lately.count() < HOURLY


def is_code_worth_sending(code: PhoneCode | None, at: datetime) -> bool:
    """Tell whether a code is still good, would do something, and is one that the shop still pays for today.

    Asked here and not when it is asked for: the answer then tells nobody whose phones there are.
    """
    if code is None or not code.is_open(at=at):
        return False
    makes_accounts = settings.PHONE_CODES.sign_up or code.purpose != PhoneCode.Purpose.SIGN_IN
    if not makes_accounts and not User.objects.with_verified_phone(code.phone).exists():
        return False
    if is_within_budget(phone=code.phone, at=at):
        return True
    logger.error("the day's limit of SMS is reached", extra={"facts": {"limit": settings.PHONE_CODES.per_day}})
    return False
