"""E-mail addresses, in the one form in which mails are addressed to them."""

from __future__ import annotations

from email.headerregistry import Address
from re import sub
from stringprep import in_table_b1
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.encoding import punycode

LONGEST = 320  # characters that EmailValidator takes (RFC 3696): nobody has us work on more
# Two domains at once: IDNA 2003 (RFC 3490), by which mails are addressed here, writes others for them than IDNA 2008.
DEVIATING = frozenset("ßς")


def mailbox(address: str) -> str:
    """Return an address with its domain in ASCII and lower case (IDNA), and without quotation marks that it needs not.

    `"ann"@gmail.com` is `ann@gmail.com`, and so is one whose g is a full-width one: a mail goes there, and whoever
    counts by mailbox, or asks whether somebody has the address, has to see that. Raises ValidationError, with the code
    `invalid`, for what no mail server takes or what is read in two ways. Else judges nothing: that is for
    EmailValidator, afterwards.
    """
    local, at_sign, domain = address.rpartition("@")
    if not at_sign or len(address) > LONGEST:
        return address
    if not local.isascii():
        _refuse("Only letters from a to z, digits and signs before the @, please: mail servers take no others.")
    if any(in_table_b1(character) or character in DEVIATING for character in domain):
        _refuse("This domain is read in two ways: write it in ASCII, as in xn--….")
    try:
        ascii_domain = domain if domain.isascii() else punycode(domain)
        return _joined(local, ascii_domain.lower())
    except ValueError:  # a part that is empty or too long; a line break
        _refuse("Enter a valid email address.")


def _joined(local: str, domain: str) -> str:
    """Put an address together as Django's mails do; raises ValueError."""
    if len(local) > 1 and local[0] == local[-1] == '"':
        return Address(username=sub(r"\\(.)", r"\1", local[1:-1]), domain=domain).addr_spec
    return f"{local}@{domain}"


def _refuse(message: str) -> NoReturn:
    raise ValidationError(message, code="invalid")
