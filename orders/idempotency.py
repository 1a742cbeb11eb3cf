"""Whose Idempotency-Key it is where nobody has signed in; the rest is the toolkit's."""

import orjson
from django.conf import settings
from django.utils.crypto import salted_hmac

from orders.models import IdempotencyRecord


def guest_caller(contact: dict[str, str], *, key: str) -> str:
    """Return the scope of a guest's keys: a digest of who they say they are, of no use to who reads the database.

    While SECRET_KEY is being changed, a key that came under the one before goes on being the same guest's.
    """
    who = orjson.dumps(contact, option=orjson.OPT_SORT_KEYS)
    newest, *older = (_scope(who, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    if older:
        taken = IdempotencyRecord.objects.filter(caller__in=older, key=key).values_list("caller", flat=True).first()
        return taken or newest
    return newest


def _scope(who: bytes, secret: str) -> str:
    return "guest:" + salted_hmac("orders.idempotency", who, secret=secret, algorithm="sha256").hexdigest()
