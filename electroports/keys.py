"""The keys that sign: which are too weak to start with."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT_KEY = "development-only-key-never-used-outside-debug"
MIN_LENGTH = 43  # 256 bits in base64: what HS256 needs (RFC 7518, section 3.2)
MIN_DISTINCT = 10
HOW = (
    f"must be random and at least {MIN_LENGTH} characters long: "
    'python -c "import secrets; print(secrets.token_hex(32))".'
)


def refuse_weak_keys(keys: Sequence[str]) -> None:
    """Raise ImproperlyConfigured if one of the keys can be guessed; older ones too, for what they signed counts."""
    for key in keys:
        if key == DEVELOPMENT_KEY or len(key) < MIN_LENGTH or len(set(key)) < MIN_DISTINCT:
            raise ImproperlyConfigured(f"SECRET_KEY and each of SECRET_KEY_FALLBACKS {HOW}")
