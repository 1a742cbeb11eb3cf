"""`manage.py marketing_recipients --channel email`: whom marketing may be sent now, for whatever sends it."""

from __future__ import annotations

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.actions.list_recipients import list_recipients
from accounts.models import Consent
from electroports.spreadsheets import guard

COLUMNS = ("address", "name", "user", "unsubscribe_url")
HEADERS = ("List-Unsubscribe", "List-Unsubscribe-Post")  # which each mail has to have (RFC 8058)


class Command(BaseCommand):
    """Prints who has agreed, and agrees still, with the link by which each of them stops it."""

    help = (
        "Print as CSV whom marketing may be sent now on a channel, each with a link that stops it, and for mails the "
        "headers that they have to have."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--channel", choices=Consent.Channel.values, required=True, help="how it is sent")

    def handle(self, *args: Any, channel: str, **options: Any) -> None:
        """Print the list, and write into the audit trail that it was given out."""
        chosen = Consent.Channel(channel)
        headers = HEADERS if chosen == Consent.Channel.EMAIL else ()
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow([*COLUMNS, *headers])
        for person in list_recipients(channel=chosen, acting_user=None):
            values = [person.headers[name] for name in headers]
            writer.writerow([person.address, guard(person.name), person.user_id, person.unsubscribe_url, *values])
