"""Mail on the console, to be read: what is for programs alone is left out."""

from __future__ import annotations

from typing import Any

from django.core.mail.backends.console import EmailBackend

LINE = "-" * 79


class ReadableConsoleBackend(EmailBackend):
    """Prints the text of a mail and what it is called; of HTML and attachments only that they are there."""

    def write_message(self, message: Any) -> None:
        """Print one mail."""
        told = [
            f"Mail to {', '.join(message.recipients())}: {message.subject}",
            "",
            message.body.strip(),
            *(["", f"Attached: {', '.join(map(attachment_name, message.attachments))}"] if message.attachments else []),
        ]
        self.stream.write("\n".join([LINE, *told, LINE, ""]))


def attachment_name(attachment: Any) -> str:
    """Return what a file is called that goes with a mail."""
    return str(attachment.get_filename() if hasattr(attachment, "get_filename") else attachment[0])
