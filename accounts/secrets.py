"""Secrets that have to be read again, and are therefore encrypted at rest: those of authenticator apps."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(secret: str) -> str:
    """Return `secret` encrypted and authenticated (Fernet) under a key that is derived from SECRET_KEY."""
    return _cipher().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed under SECRET_KEY or one of its fallbacks; raises cryptography.fernet.InvalidToken."""
    return _cipher().decrypt(sealed.encode()).decode()


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """Return a key of its own for this purpose: a leak of one use of SECRET_KEY is none of the others."""
    return urlsafe_b64encode(salted_hmac("accounts.secrets", "fernet", secret=key, algorithm="sha256").digest())
