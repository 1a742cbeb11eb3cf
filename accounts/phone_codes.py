"""The digits of codes to phones, and how many codes there may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.errors import TooManyCodes
from accounts.models import PhoneCode, PhoneCodeCount, User
from electroports.errors import FieldError, InvalidInput

DIGITS = 6


class Window(NamedTuple):
    """At most so many in each window of that length."""

    name: str
    seconds: int
    limit: int


PER_PHONE = (Window("pause", 60, 1), Window("hour", 3600, 5), Window("day", 86_400, 10))


def digits_of(code: PhoneCode) -> str:
    """Return the digits: an HMAC of the code's id, which only whoever has SECRET_KEY can make."""
    mac = salted_hmac("accounts.phone_code", f"{code.pk.hex}:{code.purpose}:{code.phone}", algorithm="sha256")
    return f"{int.from_bytes(mac.digest(), 'big') % 10**DIGITS:0{DIGITS}}"


def is_right(code: PhoneCode, digits: str) -> bool:
    """Tell, in the same time whatever they are, whether these are the code's digits."""
    return constant_time_compare(digits_of(code), digits)


def refuse_foreign_phone(phone: str) -> None:
    """Raise InvalidInput for a number to which no codes are sent."""
    if not phone.startswith(settings.PHONE_CODES.prefixes):
        message = "No codes are sent to this number. Give a mobile number of Kenya, or sign in another way."
        raise InvalidInput(message, errors=[FieldError("phone", "phone_not_served", message)])


def count_code(*, phone: str, at: datetime) -> None:
    """Count a code for that phone; raises TooManyCodes if one of its windows is full. Not in a transaction.

    One statement counts in all windows, so that of any number that come at once none is overlooked.
    """
    name = salted_hmac("accounts.phone_code_count", phone, algorithm="sha256").hexdigest()[:40]
    counts = _count({window: f"{window.name}:{name}" for window in PER_PHONE}, at=at)
    full = [left for window, (count, left) in counts.items() if count > window.limit]
    if full:
        raise TooManyCodes(max(full))


def is_within_budget(*, phone: str, at: datetime) -> bool:
    """Count an SMS of today; return whether the shop still pays for it.

    Phones that customers have shown to be theirs have a budget of their own: who has codes sent to any number that
    comes to mind (SMS pumping) cannot keep customers out.
    """
    known = User.objects.with_verified_phone(phone).exists()
    window = Window("customers" if known else "others", 86_400, settings.PHONE_CODES.per_day)
    ((count, _left),) = _count({window: window.name}, at=at).values()
    return count <= window.limit


def _count(keys: dict[Window, str], *, at: datetime) -> dict[Window, tuple[int, timedelta]]:
    """Add one in each window; return the new counts, and how long each window still lasts."""
    rows, left = [], {}
    for window, key in keys.items():
        number = int(at.timestamp()) // window.seconds
        until = datetime.fromtimestamp((number + 1) * window.seconds, UTC)
        rows.append((f"{key}:{number}", connection.ops.adapt_datetimefield_value(until)))
        left[rows[-1][0]] = (window, until - at)
    rows.sort()  # so that two never wait for each other
    places = ", ".join(["(%s, 1, %s)"] * len(rows))
    table = PhoneCodeCount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, count, until) VALUES {places} "  # noqa: S608  # a name and places
            f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING key, count",
            [value for row in rows for value in row],
        )
        return {left[key][0]: (count, left[key][1]) for key, count in cursor.fetchall()}
