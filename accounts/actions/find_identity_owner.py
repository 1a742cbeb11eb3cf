"""Find, or make, the account of an identity."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.actions.open_account import open_account
from accounts.actions.take_over_account import take_over_account
from accounts.actions.tell_of_link import tell_of_link
from accounts.errors import SignInToLink
from accounts.identity_tokens import Identity
from accounts.models import ExternalIdentity, User


class Owner(NamedTuple):
    """The user that an identity is signed in as, and whether the account was made for it."""

    user: User
    is_new: bool = False


def find_identity_owner(*, identity: Identity, at: datetime) -> Owner:
    """Return whom `identity` signs in, in the caller's transaction; raises SignInToLink.

    The subject decides, if it is known; the address never moves it. Otherwise the address does: its account is
    linked, or an account is made. A race with another first sign-in is an IntegrityError: do it again.
    """
    known = ExternalIdentity.objects.select_related("user").filter(provider=identity.provider, subject=identity.subject)
    found = known.first()
    if found is not None:
        ExternalIdentity.objects.filter(pk=found.pk).update(last_used_at=at)
        return Owner(found.user)
    there = User.objects.with_email(identity.email).select_for_update().first()
    if there is None:
        user = open_account(
            email=identity.email,
            email_is_verified=identity.is_own_mailbox,
            first_name=identity.first_name,
            last_name=identity.last_name,
            at=at,
        )
    else:
        user = claim_account(there, identity, at=at)
    linked = ExternalIdentity.objects.create(
        provider=identity.provider,
        subject=identity.subject,
        user=user,
        email=identity.email,
        created_at=at,
        last_used_at=at,
    )
    if there is not None:
        tell_of_link(linked=linked, at=at)
    return Owner(user, is_new=there is None)


def claim_account(user: User, identity: Identity, *, at: datetime) -> User:
    """Return the account of the identity's address, which is to be linked; raises SignInToLink.

    The provider's word is enough for a mailbox that it runs. Of others it knows that they were its user's once, and
    not whose they are today (Google says so of its own tokens). Staff link themselves while they are signed in.
    """
    if user.has_rights or not user.is_active or not identity.is_own_mailbox:
        raise SignInToLink
    if not user.email_verified:
        if user.phone_verified or user.identities.exists():  # somebody who has shown something else: not ours to take
            raise SignInToLink
        take_over_account(user=user, at=at)
    return user
