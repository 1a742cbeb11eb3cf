"""Send a code to a phone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.tell_user import tell_user
from accounts.models import PhoneCode, User
from accounts.models.messages import MessageChannel, MessageKind
from accounts.phone_codes import count_code, refuse_foreign_phone

KINDS = {PhoneCode.Purpose.SIGN_IN: MessageKind.SIGN_IN_CODE, PhoneCode.Purpose.VERIFY: MessageKind.PHONE_CODE}


def send_phone_code(*, phone: str, purpose: PhoneCode.Purpose, user: User | None = None, at: datetime) -> None:
    """Have a new code sent to `phone`, which takes the place of the one before; raises InvalidInput or TooManyCodes.

    Whether the phone is anybody's is not asked here, so that the answer, and the time that it takes, do not tell it:
    that is asked when the message is sent. Not to be called inside a transaction.
    """
    refuse_foreign_phone(phone)
    count_code(phone=phone, at=at)
    with transaction.atomic():
        PhoneCode.objects.unused(phone=phone, purpose=purpose).filter(user=user).update(voided_at=at)
        code = PhoneCode.objects.create(
            phone=phone, purpose=purpose, user=user, created_at=at, expires_at=at + PhoneCode.LIFETIME
        )
        tell_user(
            kind=KINDS[purpose], to=phone, user=user, facts={"code": str(code.pk)}, channel=MessageChannel.SMS, at=at
        )
