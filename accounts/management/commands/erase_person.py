"""`manage.py erase_person`: erase somebody who asks by letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.erase_person import erase_person
from accounts.exports import counts_of_guest, counts_of_user
from accounts.management.people import find_person, is_guest
from electroports.errors import DomainError


class Command(BaseCommand):
    """Says what there is about a person, and with --really erases it."""

    help = "Say what the shop holds about a user, or about a guest by e-mail address; with --really, erase it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("person", help="a user name or an e-mail address")
        parser.add_argument("--really", action="store_true", help="erase; without it nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what there is, and erase it if that is meant; raises CommandError where something is open."""
        identifier = str(options["person"])
        user = find_person(identifier)
        guest_email = identifier if is_guest(user, identifier) else ""
        if user is not None:
            self._say(counts_of_user(user), "")
        if guest_email:
            self._say(counts_of_guest(guest_email), "as a guest, " if user else "")
        if not options["really"]:
            self.stdout.write("Nothing was changed. Add --really to erase it.")
            return
        try:
            erase_person(user=user, guest_email=guest_email, acting_user=None, at=timezone.now())
        except DomainError as error:
            reasons = [row.message for row in error.errors]
            raise CommandError(" ".join([error.message, *reasons])) from error
        self.stdout.write(f"Erased user {user.pk}." if user else "Erased a guest.")

    def _say(self, counts: Mapping[str, int], whose: str) -> None:
        for kind, count in counts.items():
            self.stdout.write(f"{whose}{kind}: {count}")
