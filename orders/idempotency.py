"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): reading it, and whose request it is."""

import re
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from django.utils.crypto import salted_hmac

from electroports.errors import FieldError, InvalidInput

HEADER = "Idempotency-Key"
BARE = re.compile(r"[\x20-\x7e]{1,255}")
QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')  # an RFC 8941 string


class RequestKey(NamedTuple):
    """What makes two requests the same one: who sends it where, under which key, and (digested) with which body."""

    caller: str
    route: str
    key: str
    body_digest: str


def read_key(header: str | None) -> str | None:
    """Return the key in the header, quoted or bare, or None without the header; raises InvalidInput."""
    if header is None:
        return None
    quoted = QUOTED.fullmatch(header)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else header
    if not BARE.fullmatch(key):
        message = "Give 1 to 255 printable ASCII characters."
        raise InvalidInput(f"The {HEADER} is not one.", errors=[FieldError(HEADER, "invalid", message)])
    return key


def user_caller(user_id: int) -> str:
    """Return the scope of an account's keys."""
    return f"user:{user_id}"


def guest_caller(contact: dict[str, str]) -> str:
    """Return the scope of a guest's keys: a digest of who they say they are, of no use to who reads the database."""
    who = orjson.dumps(contact, option=orjson.OPT_SORT_KEYS)
    return "guest:" + salted_hmac("orders.idempotency", who, algorithm="sha256").hexdigest()


def body_digest(body: Any) -> str:
    """Return a digest of a decoded JSON body that spaces and the order of its fields do not change."""
    return sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
