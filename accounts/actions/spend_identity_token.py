"""Use up an id token."""

from __future__ import annotations

from accounts.errors import IdentityTokenNotValid
from accounts.identity_tokens import Identity
from accounts.models import SpentIdentityToken
from electroports.sql import insert_rows


def spend_identity_token(*, identity: Identity) -> None:
    """Use up the token of `identity` in the caller's transaction; raises IdentityTokenNotValid if it was before.

    Of two that come with one token at the same time, the later waits for what becomes of the other.
    """
    spent = SpentIdentityToken(digest=identity.digest, expires_at=identity.expires_at)
    if not insert_rows([spent], unless_taken=("digest",)):
        raise IdentityTokenNotValid
