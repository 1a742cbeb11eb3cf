"""What a session is begun from: a device, as far as a request tells."""

from __future__ import annotations

from typing import NamedTuple

from rest_framework.request import Request

from electroports.throttling import client_address

HEADER = "X-Device-Token"
USER_AGENT_LENGTH = 200
TOKEN_LENGTH = 200


class Device(NamedTuple):
    """What the client calls itself, printable and cut to fit, the address that it calls from, and its token.

    The token is what it was given when its owner signed in before (accounts/known_devices.py); nobody has checked it.
    """

    user_agent: str = ""
    address: str | None = None
    token: str = ""


UNKNOWN_DEVICE = Device()


def device_of(request: Request) -> Device:
    """Return the device of a request, for the owner to recognise a session by."""
    claimed = request.headers.get("User-Agent", "")
    printable = "".join(character for character in claimed if character.isprintable())
    address = client_address(request._request)
    token = request.headers.get(HEADER, "")[:TOKEN_LENGTH]
    return Device(printable[:USER_AGENT_LENGTH], None if address is None else str(address), token)


# In this order: nearly every browser also calls itself by the names of those whose pages it wants to be given.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Opera Mini", "Opera Mini"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("PHX/", "Phoenix"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("KAIOS", "KaiOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "Unknown device"


def device_words(user_agent: str) -> str:
    """Return a device in words that its owner knows it by, such as "Chrome on Android"; an app by its own name."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or user_agent.partition("/")[0].strip()[:40] or UNKNOWN
