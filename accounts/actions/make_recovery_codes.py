"""Give a member of staff new recovery codes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_signed_in
from accounts.actions.tell_user import tell_user
from accounts.models import RecoveryCode, User
from accounts.models.messages import MessageKind
from accounts.second_factor import RECOVERY_CODES, new_recovery_code, recovery_digest
from electroports.history import record


def make_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Return ten new recovery codes of `user`, to be shown this once; those of before are worthless. They are told.

    Raises AccountGone if they were disabled, or signed out everywhere, meanwhile. Of several requests at once the codes
    of the last are good.
    """
    with transaction.atomic():
        user = lock_signed_in(user=user)
        codes = write_recovery_codes(user=user, at=at)
        changes = {"recovery codes": ("as they were", "new")}
        record(acting_user=user, row=user, changes=changes, message="New recovery codes.")
        tell_user(kind=MessageKind.RECOVERY_CODES_MADE, to=user.email, user=user, at=at)
    return codes


def write_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Return ten new recovery codes, which are kept as hashes alone; those of before are worthless.

    In the caller's transaction, which has the user locked.
    """
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=recovery_digest(user, code), created_at=at) for code in codes
    )
    return codes
