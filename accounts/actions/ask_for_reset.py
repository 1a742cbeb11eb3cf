"""Ask for a new password."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.links import Purpose, make_link
from electroports.jobs import enqueue


def ask_for_reset(*, email: str, at: datetime) -> None:
    """Note that somebody asked for a new password for that address.

    Whose address it is, if anybody's, is not looked up here: one row and one job, the same for every address, so that
    neither the answer nor its time tells who has an account. The job decides (answer_resets), and is told no address.
    """
    with transaction.atomic():
        make_link(
            purpose=Purpose.RESET_PASSWORD,
            user=None,
            email=email,
            lifetime=settings.PASSWORD_RESET_LIFETIME,
            at=at,
        )
        enqueue("accounts.tasks.answer_resets")
