"""Sign in with what an identity provider says."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError

from accounts.actions.find_identity_owner import Owner, find_identity_owner
from accounts.actions.spend_identity_token import spend_identity_token
from accounts.actions.start_session import SignedIn, start_session
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import InvalidCredentials
from accounts.identity_tokens import Identity
from accounts.models import Session, SpentIdentityToken
from electroports.errors import DomainError
from electroports.transactions import in_transaction


class Arrived(NamedTuple):
    """Who signed in, and whether the account was made for it."""

    signed_in: SignedIn
    is_new: bool


def sign_in_elsewhere(*, identity: Identity, otp: str = "", device: Device = UNKNOWN_DEVICE, at: datetime) -> Arrived:
    """Start a session for the owner of `identity`, for whom an account is made if there is none.

    Its token is used up, unless the sign-in is refused: who was asked for a second factor sends the same again. Of
    two first sign-ins at once one makes the account. Raises IdentityTokenNotValid, InvalidCredentials for a disabled
    account, SignInToLink, and what `start_session` does. Not to be called inside a transaction.
    """
    owner = in_transaction(partial(_owner, identity, at), again_after=(IntegrityError,))
    try:
        if not owner.user.is_active:
            raise InvalidCredentials
        pair = start_session(user=owner.user, device=device, method=Session.Method(identity.provider), otp=otp, at=at)
    except DomainError:
        SpentIdentityToken.objects.filter(digest=identity.digest).delete()
        raise
    return Arrived(SignedIn(owner.user, *pair), owner.is_new)


def _owner(identity: Identity, at: datetime) -> Owner:
    spend_identity_token(identity=identity)
    return find_identity_owner(identity=identity, at=at)
