"""Sign in with a code that was sent to a phone."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import IntegrityError

from accounts.actions.open_account import open_account
from accounts.actions.sign_in_elsewhere import Arrived
from accounts.actions.start_session import SignedIn, start_session
from accounts.actions.try_phone_code import try_phone_code
from accounts.attempts import attempt_of, note_failure, note_success, refuse_locked_out
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import CodeNotValid
from accounts.models import FailureCount, PhoneCode, Session, User
from electroports.errors import DomainError
from electroports.transactions import in_transaction


def sign_in_by_phone(
    *, phone: str, digits: str, otp: str = "", device: Device = UNKNOWN_DEVICE, at: datetime
) -> Arrived:
    """Start a session for whoever has shown before that `phone` is theirs; for nobody's, an account is made.

    A code that was right is good again if the sign-in is refused for another reason (staff: a second factor). Raises
    CodeNotValid, also where the account is disabled or no accounts are made; TooManyAttempts; and what `start_session`
    does. Not to be called inside a transaction.
    """
    owner = User.objects.with_verified_phone(phone).first()
    attempt = attempt_of(user=owner, identifier=phone, device=device, kind=FailureCount.Kind.CODE)
    refuse_locked_out(attempt=attempt, at=at)
    unused = PhoneCode.objects.unused(phone=phone, purpose=PhoneCode.Purpose.SIGN_IN)
    newest = unused.order_by("-created_at").first()
    try:
        code = try_phone_code(code=newest, digits=digits, at=at)
        if owner is None and not settings.PHONE_CODES.sign_up:
            raise CodeNotValid
        user, is_new = in_transaction(partial(_owner, phone, at), again_after=(IntegrityError,))
        if not user.is_active:
            raise CodeNotValid
    except CodeNotValid:
        note_failure(attempt=attempt, at=at)
        raise
    note_success(attempt=attempt, at=at)
    try:
        pair = start_session(user=user, device=device, method=Session.Method.PHONE_CODE, otp=otp, at=at)
    except DomainError:
        PhoneCode.objects.filter(pk=code.pk, voided_at=None).update(used_at=None)
        raise
    return Arrived(SignedIn(user, *pair), is_new)


def _owner(phone: str, at: datetime) -> tuple[User, bool]:
    there = User.objects.with_verified_phone(phone).first()
    return (there, False) if there is not None else (open_account(phone=phone, at=at), True)
