"""Use up a code of a second factor."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.tell_user import tell_user
from accounts.attempts import attempt_of, note_failure, note_success, refuse_locked_out
from accounts.devices import UNKNOWN_DEVICE, Device, device_words
from accounts.errors import SecondFactorWrong
from accounts.models import AccountMessage, FailureCount, User
from accounts.second_factor import is_app_code, use_app_code, use_recovery_code


def spend_code(*, user: User, otp: str, device: Device = UNKNOWN_DEVICE, at: datetime) -> None:
    """Use up a code of `user`; raises SecondFactorWrong, or TooManyAttempts after too many wrong ones.

    Not to be called inside a transaction: a wrong code is counted whatever becomes of the call. The owner is told of a
    recovery code that was used.
    """
    attempt = attempt_of(user=user, device=device, kind=FailureCount.Kind.SECOND_FACTOR)
    refuse_locked_out(attempt=attempt, at=at)
    typed = "".join(otp.split())
    use = use_app_code if is_app_code(typed) else use_recovery_code
    if not use(user=user, code=typed, at=at):
        note_failure(attempt=attempt, at=at)
        raise SecondFactorWrong
    note_success(attempt=attempt, at=at)
    if not is_app_code(typed):
        facts = {"device": device_words(device.user_agent)} if device.user_agent else {}
        tell_user(kind=AccountMessage.Kind.RECOVERY_CODE_USED, to=user.email, user=user, facts=facts, at=at)
