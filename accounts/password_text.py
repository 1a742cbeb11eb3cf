"""How a password is written: one form for each text, however a keyboard composes it."""

from __future__ import annotations

import unicodedata


def normal_form(password: str) -> str:
    """Return the password as it is hashed: its characters in NFKC (NIST SP 800-63B), spaces and case as they are.

    `é` is one character on one keyboard and two on another, and full-width letters look like any others; the person
    types the same. Nothing is cut, trimmed or folded (ASVS 5, 6.2.8).
    """
    return unicodedata.normalize("NFKC", password)


def readings(password: str) -> list[str]:
    """Return the texts of which a stored hash may be: the normal form, and what was typed, if that is another one.

    Hashes from before passwords were normalised are of what was typed.
    """
    normal = normal_form(password)
    return [normal] if normal == password else [normal, password]
