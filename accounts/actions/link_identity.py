"""Link an identity with an account."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError

from accounts.actions.lock_user import lock_signed_in
from accounts.actions.spend_identity_token import spend_identity_token
from accounts.actions.tell_of_link import tell_of_link
from accounts.audit import audit_own
from accounts.errors import IdentityTaken
from accounts.identity_tokens import Identity
from accounts.models import ExternalIdentity, User
from electroports.transactions import in_transaction


def link_identity(*, user: User, identity: Identity, at: datetime) -> tuple[ExternalIdentity, bool]:
    """Have `identity` sign in as `user`; return the link, and whether it is new.

    Its token is used up. Raises IdentityTokenNotValid, IdentityTaken if it signs in to another account, or
    AccountGone. Not to be called inside a transaction.
    """
    return in_transaction(partial(_link, user, identity, at), again_after=(IntegrityError,))


def _link(user: User, identity: Identity, at: datetime) -> tuple[ExternalIdentity, bool]:
    lock_signed_in(user=user)
    spend_identity_token(identity=identity)
    linked, is_new = ExternalIdentity.objects.get_or_create(
        provider=identity.provider,
        subject=identity.subject,
        defaults={"user": user, "email": identity.email, "created_at": at, "last_used_at": at},
    )
    if linked.user_id != user.pk:
        raise IdentityTaken
    if is_new:
        audit_own(user=user, changes={linked.provider: (None, "linked")}, message="Linked an account elsewhere.")
        tell_of_link(linked=linked, at=at)
    return linked, is_new
