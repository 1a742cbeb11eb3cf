"""`manage.py export_person`: a copy of everything that the shop holds about somebody who asks by letter."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.exports import export_guest, export_user
from accounts.management.people import find_person, is_guest
from electroports.history import record_event


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
        at, identifier = timezone.now(), str(options["person"])
        user = find_person(identifier)
        copy = export_user(user=user, at=at) if user else export_guest(email=identifier, at=at)
        if user is not None and is_guest(user, identifier):
            copy["as_a_guest"] = export_guest(email=identifier, at=at)
        about = f"user {user.pk}" if user else "a guest"
        record_event(acting_user=None, action="exported", message=f"Everything about {about}.", model="accounts.user")
        self.stdout.write(json.dumps(copy, indent=2, ensure_ascii=False))
