"""Change a user's own profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.lock_user import lock_user
from accounts.actions.tell_user import tell_user
from accounts.audit import audit_own
from accounts.errors import AccountGone, AlreadyTaken
from accounts.models import User
from accounts.models.messages import MessageKind
from accounts.ways_in import gives_up_phone, refuse_last_way
from electroports.snapshots import diff


def change_profile(*, user: User, changes: Mapping[str, str], at: datetime) -> User:
    """Write the changed fields of `user`'s own profile; raises AlreadyTaken, LastWayToSignIn or AccountGone.

    The UPDATE looks once more whether the account is there: nothing is written into one that was erased meanwhile.
    Another phone is one that nobody has shown to be theirs: codes to it sign nobody in until that is done. The owner is
    told by mail that codes to the one before no longer do.
    """
    written = dict[str, object](changes)
    try:
        with transaction.atomic():
            if "phone" in changes:
                owner = lock_user(user=user)
                if gives_up_phone(owner, changes):
                    refuse_last_way(user=owner, without_phone=True)
                    written["phone_verified_at"] = None
                    tell_user(kind=MessageKind.PHONE_GIVEN_UP, to=owner.verified_email, user=owner, at=at)
            if written and not User.objects.filter(pk=user.pk, is_active=True).update(**written):
                raise AccountGone
            changed = diff({name: getattr(user, name) for name in changes}, changes)
            audit_own(user=user, changes=changed, message="Changed their own profile.")
    except IntegrityError as error:
        raise AlreadyTaken(["username"]) from error
    for name, value in written.items():
        setattr(user, name, value)
    return user
