"""A mail server in tests that hangs up in the middle."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected
from typing import Any, ClassVar

from django.core.mail.backends.base import BaseEmailBackend


class DyingBackend(BaseEmailBackend):
    """As Django's own for SMTP: a connection that has died stays dead until it is closed and opened again."""

    poison = "poison@example.com"
    sent: ClassVar[list[str]] = []
    is_open = is_dead = False

    def open(self) -> bool:
        """Connect, unless it is."""
        was_closed, self.is_open = not self.is_open, True
        if was_closed:
            self.is_dead = False
        return was_closed

    def close(self) -> None:
        """Hang up."""
        self.is_open = False

    def send_messages(self, messages: Any) -> int:
        """Die of one of them."""
        (message,) = messages
        self.open()
        self.is_dead = self.is_dead or self.poison in message.to
        if self.is_dead:
            raise SMTPServerDisconnected("please run connect() first")
        self.sent.extend(message.to)
        return 1
