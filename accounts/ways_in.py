"""How an account can be signed in to: one of the ways has to remain."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.errors import LastWayToSignIn
from accounts.models import ExternalIdentity, User


def refuse_last_way(*, user: User, identity: ExternalIdentity | None = None, without_phone: bool = False) -> None:
    """Raise LastWayToSignIn unless `user` can still sign in without that identity, or without the phone.

    By a password, another identity, or a code to a phone that is verified. In a transaction that holds the user's row:
    of two ways that are given up at once, one stays.
    """
    if user.has_usable_password() or (user.phone_verified and not without_phone):
        return
    others = user.identities.all() if identity is None else user.identities.exclude(pk=identity.pk)
    if not others.exists():
        raise LastWayToSignIn


def gives_up_phone(user: User, changes: Mapping[str, str]) -> bool:
    """Tell whether these changes would take away the phone by which `user` can sign in."""
    return user.phone_verified and changes.get("phone", user.phone) != user.phone
