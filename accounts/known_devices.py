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
    """Return a new token: the device that sends it with a later sign-in of `user` is a known one."""
    return Signer(salt=SALT, sep=".").sign(f"{user.pk}:{token_urlsafe(9)}:{int(at.timestamp())}")


def known_device(token: str, *, user: User | None, at: datetime) -> str | None:
    """Return which of the user's devices a token is of; None if it is forged, another user's or too old."""
    try:
        owner, name, issued = Signer(salt=SALT, sep=".").unsign(token).split(":")
    except (BadSignature, ValueError):
        return None
    is_fresh = at - timedelta(days=settings.KNOWN_DEVICE_DAYS) < datetime.fromtimestamp(int(issued), tz=at.tzinfo)
    return name if user is not None and owner == str(user.pk) and is_fresh else None


def hand_token(response: HttpResponseBase, *, user: User, device: Device, at: datetime) -> None:
    """Give whoever has just signed in a token in the answer's X-Device-Token, unless their device has a good one."""
    if known_device(device.token, user=user, at=at) is None:
        response.headers[HEADER] = device_token(user=user, at=at)
