"""Devices that an owner has signed in with before: a signed token that says so, and opens nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponseBase

from accounts.devices import HEADER, Device
from accounts.models import User

SALT = "accounts.known_devices"


def device_token(*, user: User, at: datetime) -> str:
    """Return a new token: the device that sends it with a later sign-in of `user` is a known one.

    Until the user has another password, or was signed out everywhere: whoever knew the one before may have tokens, too.
    """
    facts = (user.pk, user.password_version, token_urlsafe(9), int(at.timestamp()))
    return Signer(salt=SALT, sep=".").sign(":".join(map(str, facts)))


def is_known_device(token: str, *, user: User | None, at: datetime) -> bool:
    """Tell whether a token is of a device of the user's; not if it is forged, another user's or too old.

    Nor if it is of another password than the present one.
    """
    try:
        owner, version, _, issued = Signer(salt=SALT, sep=".").unsign(token).split(":")
    except (BadSignature, ValueError):
        return False
    is_fresh = at - timedelta(days=settings.KNOWN_DEVICE_DAYS) < datetime.fromtimestamp(int(issued), tz=at.tzinfo)
    is_theirs = user is not None and (owner, version) == (str(user.pk), str(user.password_version))
    return is_theirs and is_fresh


def hand_token(response: HttpResponseBase, *, user: User, device: Device, at: datetime) -> None:
    """Give whoever has just signed in a token in the answer's X-Device-Token, unless their device has a good one."""
    if not is_known_device(device.token, user=user, at=at):
        response.headers[HEADER] = device_token(user=user, at=at)
