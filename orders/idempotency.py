"""Whose Idempotency-Key it is where nobody has signed in; the rest is the toolkit's."""

import orjson
from django.utils.crypto import salted_hmac


def guest_caller(contact: dict[str, str]) -> str:
    """Return the scope of a guest's keys: a digest of who they say they are, of no use to who reads the database."""
    who = orjson.dumps(contact, option=orjson.OPT_SORT_KEYS)
    return "guest:" + salted_hmac("orders.idempotency", who, algorithm="sha256").hexdigest()
