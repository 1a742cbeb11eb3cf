"""Take the proof that an e-mail address is somebody's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.prove_email import prove_email
from accounts.actions.take_link import take_link
from accounts.links import Purpose


def verify_email(*, token: str, at: datetime) -> None:
    """Note that an address is its user's, which the holder of the mail shows; raises LinkNotValid.

    Only if it is still the address that was mailed. What follows in other apps follows in the same transaction.
    """
    with transaction.atomic():
        _link, user = take_link(token=token, purpose=Purpose.VERIFY_EMAIL, at=at)
        prove_email(user=user, at=at)
