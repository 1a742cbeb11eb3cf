"""Text messages: what a back end is, and those that the shop has. SMS_BACKEND names the one that is used."""

from __future__ import annotations

import logging
import sys
import unicodedata
from typing import Any, NamedTuple, Protocol, cast

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

LENGTH = 160  # of one message in the GSM 7-bit alphabet
# 3GPP TS 23.038, section 6.2.1, without its extension table, whose characters count twice.
ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TIMEOUT = httpx.Timeout(15, connect=4)


class Sms(NamedTuple):
    """A text message: to a phone in E.164, in one piece."""

    to: str
    text: str


class SmsRefused(Exception):
    """The message will never be taken: the phone does not exist, or takes no messages of ours."""


class SmsNotSent(Exception):
    """The message was not taken now; later it may be."""


class SmsBackend(Protocol):
    """What sends text messages."""

    def send(self, sms: Sms) -> None:
        """Hand a message over; raises SmsRefused or SmsNotSent."""


def sms_backend() -> SmsBackend:
    """Return the back end that SMS_BACKEND names."""
    return cast("SmsBackend", import_string(settings.SMS_BACKEND)())


def gsm_text(text: str) -> str:
    """Return a text in the GSM 7-bit alphabet and in one piece: accents are left out, what is too long is cut."""
    plain = (
        char if char in ALPHABET else "".join(c for c in unicodedata.normalize("NFKD", char) if c in ALPHABET)
        for char in text
    )
    return "".join(plain)[:LENGTH]


class ConsoleBackend:
    """Prints messages: for development."""

    def send(self, sms: Sms) -> None:
        """Print it."""
        sys.stdout.write(f"SMS to {sms.to}: {sms.text}\n")
        sys.stdout.flush()


class NullBackend:
    """Sends nothing: for shops that only write e-mail."""

    def send(self, sms: Sms) -> None:
        """Forget it."""


class AfricasTalkingBackend:
    """Africa's Talking: https://developers.africastalking.com/docs/sms/sending/bulk."""

    TAKEN = frozenset({100, 101, 102})  # processed, sent, queued
    # Risk hold and an empty balance pass; a phone that is none, or that refuses, does not.
    NEVER = frozenset({403, 404, 406, 409})

    def send(self, sms: Sms) -> None:
        """Post it; raises SmsRefused or SmsNotSent."""
        form = {"username": settings.SMS_USERNAME, "to": sms.to, "message": sms.text}
        if settings.SMS_SENDER:
            form["from"] = settings.SMS_SENDER
        headers = {"apiKey": settings.SMS_API_KEY, "Accept": "application/json"}
        try:
            answer = httpx.post(settings.SMS_URL, data=form, headers=headers, timeout=TIMEOUT)
            answer.raise_for_status()
            recipients: list[dict[str, Any]] = answer.json()["SMSMessageData"]["Recipients"]
            code = int(recipients[0]["statusCode"])
        except httpx.HTTPStatusError as error:
            raise SmsNotSent(f"HTTP {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise SmsNotSent(type(error).__name__) from error
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise SmsNotSent("An answer that cannot be read.") from error
        if code in self.NEVER:
            raise SmsRefused(f"Code {code}: {recipients[0].get('status', '')}")
        if code not in self.TAKEN:
            raise SmsNotSent(f"Code {code}: {recipients[0].get('status', '')}")
