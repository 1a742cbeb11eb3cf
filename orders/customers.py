"""Who a customer is to a limit: an account, or a guest by e-mail and phone."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from accounts.models import User


class CustomerKeys(NamedTuple):
    """What tells a customer from others; what is not known is empty.

    Digests, so that they can stay when the personal data of an account go: they tell that somebody comes again, and not
    who it was.
    """

    user_id: int | None
    email_key: str
    phone_key: str


def customer_keys(user: User | None, *, email: str, phone: str) -> CustomerKeys:
    """Return the keys of who buys. An account is known by itself and its own e-mail address, a guest by what they say.

    So a guest is the same as the account with that e-mail address; accounts may share a phone, as families do.
    """
    if user is not None:
        return CustomerKeys(user.pk, _key(User.objects.normalize_email(user.email)), "")
    return CustomerKeys(None, _key(User.objects.normalize_email(email)), _key(phone))


def _key(name: str) -> str:
    text = name.strip().casefold()
    return blake2b(text.encode(), digest_size=16, person=b"customer").hexdigest() if text else ""
