"""What a session is begun from: a device, as far as a request tells."""

from __future__ import annotations

from typing import NamedTuple

from rest_framework.request import Request

from electroports.throttling import client_address

USER_AGENT_LENGTH = 200


class Device(NamedTuple):
    """What the client calls itself, printable and cut to fit, and the address that it calls from."""

    user_agent: str = ""
    address: str | None = None


UNKNOWN_DEVICE = Device()


def device_of(request: Request) -> Device:
    """Return the device of a request, for the owner to recognise a session by."""
    claimed = request.headers.get("User-Agent", "")
    printable = "".join(character for character in claimed if character.isprintable())
    address = client_address(request._request)
    return Device(printable[:USER_AGENT_LENGTH], None if address is None else str(address))
