"""The second factor of staff: who needs one, and whether a code is right. Codes are good once."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import quote, urlencode

import pyotp
from cryptography.fernet import InvalidToken
from django.conf import settings

from accounts.models import RecoveryCode, SecondFactor, User
from accounts.secrets import seal, unseal

STEP_SECONDS = 30
DRIFT = 1  # steps that a phone's clock may be off, either way (RFC 6238, section 5.2)
RECOVERY_CODES = 10
RECOVERY_BYTES = 15  # 120 bits: too many to be found by trying, so that a plain hash will do (ASVS 5, 6.5.2)
APP_CODE = re.compile(r"[0-9]{6}")


def needs_second_factor(user: User) -> bool:
    """Tell whether `user` signs in with a second factor: staff do, unless STAFF_SECOND_FACTOR is off."""
    return bool(settings.STAFF_SECOND_FACTOR and user.has_rights)


def has_second_factor(user: User) -> bool:
    """Tell whether `user` has set up an authenticator app."""
    return SecondFactor.objects.filter(pk=user.pk).exists()


def is_app_code(typed: str) -> bool:
    """Tell whether this looks like a code of an authenticator app, and not like a recovery code."""
    return APP_CODE.fullmatch(typed) is not None


def use_app_code(*, user: User, code: str, at: datetime) -> bool:
    """Use up a code of the authenticator app; return whether it was good.

    The UPDATE holds only while no code of that step or a later one was used: of two requests with one code, in
    whichever processes, one goes through. The secret is sealed anew with it, so that an old key falls out of use.
    """
    factor = SecondFactor.objects.filter(pk=user.pk).first()
    if factor is None:
        return False
    try:
        secret = unseal(factor.secret)
    except InvalidToken:  # SECRET_KEY was changed without a fallback: only a recovery code, or a reset, helps
        return False
    step = matching_step(secret, code, at=at)
    if step is None:
        return False
    unused = SecondFactor.objects.filter(pk=user.pk, secret=factor.secret, last_step__lt=step)
    return unused.update(last_step=step, secret=seal(secret)) == 1


def matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the step, of those that a clock may be off by, whose code this is."""
    now = int(at.timestamp()) // STEP_SECONDS
    app = pyotp.HOTP(secret)
    matches = [
        step for step in range(now - DRIFT, now + DRIFT + 1) if compare_digest(app.at(step).encode(), code.encode())
    ]
    return matches[-1] if matches else None


def use_recovery_code(*, user: User, code: str, at: datetime) -> bool:
    """Use up a recovery code; return whether it was good. One conditional UPDATE: of two at once one goes through."""
    unused = RecoveryCode.objects.filter(user=user, digest=recovery_digest(user, code), used_at=None)
    return unused.update(used_at=at) == 1


def recovery_digest(user: User, code: str) -> str:
    """Return what is kept of a recovery code. Hyphens and case do not matter."""
    plain = code.replace("-", "").upper()
    return sha256(f"{user.pk}:{plain}".encode()).hexdigest()


def new_recovery_code() -> str:
    """Return a recovery code: 24 characters without look-alikes (base 32 has no 0, 1, 8 and 9), in groups of four."""
    text = b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_secret() -> str:
    """Return a secret for an authenticator app: 160 bits in base 32 (RFC 4226, section 4)."""
    return pyotp.random_base32()


def provisioning_uri(user: User, secret: str) -> str:
    """Return what the QR code says: `otpauth://totp/…`, as authenticator apps read it."""
    label = quote(f"{settings.SHOP_NAME}:{user.username}", safe=":")
    return f"otpauth://totp/{label}?" + urlencode({"secret": secret, "issuer": settings.SHOP_NAME}, quote_via=quote)
