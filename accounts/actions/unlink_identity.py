"""Unlink an identity from an account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.actions.tell_user import tell_user
from accounts.audit import audit_own
from accounts.models import ExternalIdentity, User
from accounts.models.messages import MessageKind
from accounts.ways_in import refuse_last_way
from electroports.errors import NoSuchRow


def unlink_identity(*, user: User, identity_id: int, at: datetime) -> None:
    """Have one of `user`'s identities sign in no more; raises NoSuchRow, LastWayToSignIn or AccountGone.

    Sessions that it began go on: they can be ended one by one.
    """
    with transaction.atomic():
        owner = lock_user(user=user)
        identity = ExternalIdentity.objects.filter(user=owner, pk=identity_id).first()
        if identity is None:
            raise NoSuchRow
        refuse_last_way(user=owner, identity=identity)
        identity.delete()
        audit_own(user=owner, changes={identity.provider: ("linked", None)}, message="Unlinked an account elsewhere.")
        tell_user(
            kind=MessageKind.IDENTITY_UNLINKED,
            to=owner.verified_email,
            user=owner,
            facts={"provider": identity.get_provider_display()},
            at=at,
        )
