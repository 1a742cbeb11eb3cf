"""Show that a phone is the user's."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError

from accounts.actions.lock_user import lock_signed_in
from accounts.actions.tell_user import tell_user
from accounts.actions.try_phone_code import try_phone_code
from accounts.attempts import attempt_of, note_failure, note_success, refuse_locked_out
from accounts.audit import audit_own
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import CodeNotValid
from accounts.models import FailureCount, PhoneCode, User
from accounts.models.messages import MessageKind
from electroports.transactions import in_transaction


def verify_phone(*, user: User, digits: str, device: Device = UNKNOWN_DEVICE, at: datetime) -> User:
    """Make the phone of `user`'s newest code theirs, and nobody else's.

    Raises CodeNotValid, TooManyAttempts after too many wrong ones, or AccountGone.

    Whoever reads the phone's messages could sign in as its owner so far: the number moves, and the account that had
    it is closed to it. Both are told by mail. Not to be called inside a transaction.
    """
    newest = PhoneCode.objects.filter(user=user, purpose=PhoneCode.Purpose.VERIFY).order_by("-created_at").first()
    attempt = attempt_of(user=user, device=device, kind=FailureCount.Kind.CODE)
    refuse_locked_out(attempt=attempt, at=at)
    try:
        code = try_phone_code(code=newest, digits=digits, at=at)
    except CodeNotValid:
        note_failure(attempt=attempt, at=at)
        raise
    note_success(attempt=attempt, at=at)
    in_transaction(partial(_move, user, code.phone, at), again_after=(IntegrityError,))
    user.phone, user.phone_verified_at = code.phone, at
    return user


def _move(user: User, phone: str, at: datetime) -> None:
    before = User.objects.with_verified_phone(phone).select_for_update().exclude(pk=user.pk)
    owner = lock_signed_in(user=user)
    for other in before.order_by("pk"):
        User.objects.filter(pk=other.pk).update(phone="", phone_verified_at=None)
        audit_own(user=other, changes={"phone": (other.phone, "")}, message="Somebody else showed that it is theirs.")
        _tell(other, MessageKind.PHONE_REMOVED, at=at)
    User.objects.filter(pk=user.pk).update(phone=phone, phone_verified_at=at)
    audit_own(user=user, changes={"phone": (owner.phone, phone)}, message="Showed that a phone is theirs.")
    _tell(user, MessageKind.PHONE_CHANGED, at=at)


def _tell(user: User, kind: MessageKind, *, at: datetime) -> None:
    tell_user(kind=kind, to=user.verified_email, user=user, at=at)
