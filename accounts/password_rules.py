"""Which new passwords are too easy to guess, beside what Django's own validators say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

DECORATION = 6  # characters at the ends that turn no known password into a good one
# `1` stands for i and for l.
LEET = tuple(str.maketrans("@48310$5!|7+", f"aabe{letter}ossiitt") for letter in "il")
# What anybody would try first at this shop, beside its own name (ASVS 5, 6.2.11); docs/email-and-password.md has them.
CONTEXT_WORDS = (
    "electroports",
    "pins",
    "electronics",
    "shop",
    "duka",
    "kenya",
    "nairobi",
    "mombasa",
    "safaricom",
    "mpesa",
)


class DisguisedPasswordValidator(password_validation.CommonPasswordValidator):
    """Refuse Django's 20,000 most common passwords, also as people disguise them: `P@ssw0rd!`, `dragon2026`."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError, with the code `password_too_common`."""
        for form in disguised(password):
            super().validate(form, user)


class ContextWordValidator:
    """Refuse passwords of which nothing is left but words of this shop, digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError, with the code `password_too_common`."""
        words = {*CONTEXT_WORDS, *re.findall(r"[a-z]{4,}", settings.SHOP_NAME.casefold())}
        known = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
        for form in disguised(password):
            rest, found = known.subn("", form)
            if found and len(re.sub(r"\s", "", rest)) <= DECORATION:
                raise ValidationError("This password is too easy to guess at this shop.", code="password_too_common")

    def get_help_text(self) -> str:
        """Return what people are told beforehand."""
        return "Your password can’t be made of the shop’s name and the like."


class OwnPhoneValidator:
    """Refuse the user's own phone number, however it is written."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError, with the code `password_too_similar`."""
        own = re.sub(r"\D", "", getattr(user, "phone", ""))[-9:]
        if own and own in re.sub(r"\D", "", password) and len(re.sub(r"[\d\s+()-]", "", password)) <= DECORATION:
            raise ValidationError("The password is too similar to the phone number.", code="password_too_similar")

    def get_help_text(self) -> str:
        """Return what people are told beforehand."""
        return "Your password can’t be your phone number."


def disguised(password: str) -> Iterator[str]:
    """Return what a password may be made of: in lower case, without what was put around it, repeated or exchanged."""
    plain = password.casefold().strip()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    forms = [plain, core] if len(plain) - len(core) <= DECORATION else [plain]
    for form in forms:
        once = form[: period(form)]
        yield once
        yield from (once.translate(table) for table in LEET)
        yield re.sub(r"[\s._-]", "", once)


def period(text: str) -> int:
    """Return the length of the shortest text of which `text` is a repetition."""
    return (text + text).find(text, 1) if text else 0
