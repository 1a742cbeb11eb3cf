"""Try a code that was sent to a phone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from accounts.errors import CodeNotValid
from accounts.models import PhoneCode
from accounts.phone_codes import is_right


def try_phone_code(*, code: PhoneCode | None, digits: str, at: datetime) -> PhoneCode:
    """Return the code if these are its digits, and use it up; raises CodeNotValid.

    A try is counted before it is judged, and stays counted: of any number at once, five are judged. Not to be called
    inside a transaction.
    """
    if code is None:
        raise CodeNotValid
    there = PhoneCode.objects.filter(pk=code.pk, used_at=None, voided_at=None, expires_at__gt=at)
    if not there.filter(tries__lt=PhoneCode.TRIES).update(tries=F("tries") + 1):
        raise CodeNotValid
    if not is_right(code, digits) or not there.update(used_at=at):
        raise CodeNotValid
    return code
