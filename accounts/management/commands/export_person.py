"""`manage.py export_person`: a copy of everything that the shop holds about somebody who asks by letter."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.actions.export_person import export_person
from accounts.management.people import find_person, is_guest


class Command(BaseCommand):
    """Prints what the API gives to the person themselves; for an address without an account, what a guest left."""

    help = (
        "Print everything that the shop holds about a user, or about whoever bought under an e-mail address, as JSON."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("person", help="a user name or an e-mail address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the copy, and write into the audit trail that it was made."""
        identifier = str(options["person"])
        user = find_person(identifier)
        guest_email = identifier if is_guest(user, identifier) else ""
        copy = export_person(user=user, guest_email=guest_email, acting_user=None, at=timezone.now())
        self.stdout.write(json.dumps(copy, indent=2, ensure_ascii=False))
