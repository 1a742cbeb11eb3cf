"""Id tokens of identity providers: what is checked of one (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare
from jwt.types import Options

from accounts.errors import IdentityTokenNotValid, ProviderNotEnabled
from accounts.models import ExternalIdentity, User
from accounts.provider_keys import ALGORITHM, NoSuchKey, key_set
from electroports.elsewhere import IdentityProvider
from electroports.texts import refuse_unseen

Provider = ExternalIdentity.Provider

LEEWAY = timedelta(seconds=60)  # clocks differ
OLDEST = timedelta(days=1)  # Apple's are good for a day; nobody needs one that is older
LATEST = 253_402_300_799  # the end of the year 9999, in seconds
MAX_EMAIL, MAX_NAME, MAX_SUBJECT = 254, 150, 255
# PyJWT verifies the signature; the rest is verified here, by the time that it is told.
SIGNATURE_ALONE: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class Identity(NamedTuple):
    """Whom a provider vouches for."""

    provider: Provider
    subject: str
    email: str  # in lower case; empty unless the provider has verified it
    is_own_mailbox: bool  # whether the provider runs the mailbox, and so knows whose it is today
    first_name: str
    last_name: str
    digest: str  # of the token
    expires_at: datetime  # of the token, with the leeway


def read_identity_token(*, provider: Provider, token: str, nonce: str | None, at: datetime) -> Identity:
    """Return whom an id token is about; raises ProviderNotEnabled, IdentityTokenNotValid or ProviderUnavailable.

    `nonce` is what the client had put into the token, or what it had put in the SHA-256 of.
    """
    known: IdentityProvider = settings.IDENTITY_PROVIDERS[provider.value]
    if not known.client_ids:
        raise ProviderNotEnabled
    claims = verified_claims(token, known, at=at)
    expires_at = check_times(claims, at=at)
    check_parties(claims, known)
    check_nonce(claims, nonce)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isascii():
        raise IdentityTokenNotValid
    email = verified_address(claims)
    domain = email.rpartition("@")[2]
    return Identity(
        provider=provider,
        subject=subject,
        email=email,
        is_own_mailbox=bool(email) and (domain in known.own_domains or isinstance(claims.get("hd"), str)),
        first_name=readable_name(claims.get("given_name")),
        last_name=readable_name(claims.get("family_name")),
        # Without the signature, whose last letter can be written in several ways.
        digest=sha256(token.rpartition(".")[0].encode()).hexdigest(),
        expires_at=expires_at + LEEWAY,
    )


def verified_claims(token: str, known: IdentityProvider, *, at: datetime) -> dict[str, Any]:
    """Return the claims of a token that the provider has signed.

    Raises IdentityTokenNotValid, or ProviderUnavailable where the provider's keys cannot be had.
    """
    try:
        header = jwt.get_unverified_header(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
            raise IdentityTokenNotValid
        key = key_set(known.keys_url).key(key_id, at=at)
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=[ALGORITHM], options=SIGNATURE_ALONE)
    except (jwt.PyJWTError, NoSuchKey, ValueError, TypeError, RecursionError) as error:
        raise IdentityTokenNotValid from error
    return claims


def check_times(claims: dict[str, Any], *, at: datetime) -> datetime:
    """Return when the token expires; raises IdentityTokenNotValid unless it is good at `at`."""
    expires_at, issued_at = moment(claims.get("exp")), moment(claims.get("iat"))
    not_before = moment(claims.get("nbf", claims.get("iat")))
    if not (at - OLDEST <= issued_at <= at + LEEWAY and not_before <= at + LEEWAY and at < expires_at + LEEWAY):
        raise IdentityTokenNotValid
    return expires_at


def check_parties(claims: dict[str, Any], known: IdentityProvider) -> None:
    """Raise IdentityTokenNotValid for a token by another issuer, or for anybody but us.

    Each of its audiences, and who asked for it, has to be ours.
    """
    audiences = claims.get("aud")
    named = [audiences] if isinstance(audiences, str) else audiences
    if claims.get("iss") not in known.issuers or not isinstance(named, list) or not named:
        raise IdentityTokenNotValid
    if len(named) > 1 and "azp" not in claims:
        raise IdentityTokenNotValid
    if any(name not in known.client_ids for name in [*named, claims.get("azp", named[0])]):
        raise IdentityTokenNotValid


def check_nonce(claims: dict[str, Any], nonce: str | None) -> None:
    """Raise IdentityTokenNotValid for a token whose nonce is not that of the client, as it is or hashed.

    A token with one needs it, and a client with one needs a token with it.
    Hashed it is in hexadecimal digits (as Apple's and Firebase's examples have it) or in base64url.
    """
    claimed = claims.get("nonce")
    if claimed is None and nonce is None:
        return
    if not isinstance(claimed, str) or nonce is None:
        raise IdentityTokenNotValid
    hashed = sha256(nonce.encode())
    forms = (nonce, hashed.hexdigest(), urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode())
    matches = [constant_time_compare(claimed, form) for form in forms]
    if not any(matches):
        raise IdentityTokenNotValid


def verified_address(claims: dict[str, Any]) -> str:
    """Return the e-mail address that the provider has verified, in lower case; empty if there is none to be used.

    One that is not ASCII is not used: the provider may have verified it at another domain than mails from here go to.
    """
    email, said = claims.get("email"), claims.get("email_verified")
    is_verified = said is True or said == "true"  # Apple used to say it as a text
    if not isinstance(email, str) or not email.isascii() or not is_verified:
        return ""
    address = User.objects.normalize_email(email)
    try:
        validate_email(address)
        refuse_unseen(address)
    except ValidationError:
        return ""
    return address if len(address) <= MAX_EMAIL else ""


def readable_name(value: Any) -> str:
    """Return a name as it is kept: what nobody sees is left out, what is too long is cut."""
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable()).strip()[:MAX_NAME]


def moment(seconds: Any) -> datetime:
    """Return a NumericDate of a token; raises IdentityTokenNotValid if it is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LATEST:
        raise IdentityTokenNotValid
    return datetime.fromtimestamp(seconds, UTC)
