"""`manage.py erase_person`: erase somebody who asks by letter."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.actions.erase_guest import erase_guest
from accounts.actions.erase_user import erase_user
from accounts.exports import counts_of, export_guest, export_user
from accounts.management.people import find_person, is_guest
from accounts.models import User
from electroports.errors import DomainError
from electroports.history import record_event


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
        self._say_what_there_is(user, identifier)
        if not options["really"]:
            self.stdout.write("Nothing was changed. Add --really to erase it.")
            return
        at = timezone.now()
        about = f"user {user.pk}" if user else "a guest"
        try:
            if is_guest(user, identifier):
                erase_guest(email=identifier, at=at)
            if user is not None:
                erase_user(user=user, at=at)
        except DomainError as error:
            reasons = [row.message for row in error.errors]
            raise CommandError(" ".join([error.message, *reasons])) from error
        with transaction.atomic():
            record_event(acting_user=None, action="deleted", message=f"Erased {about}.", model="accounts.user")
        self.stdout.write(f"Erased {about}.")

    def _say_what_there_is(self, user: User | None, identifier: str) -> None:
        at = timezone.now()
        if user is not None:
            self._say(export_user(user=user, at=at), "")
        if is_guest(user, identifier):
            self._say(export_guest(email=identifier, at=at), "as a guest, " if user else "")

    def _say(self, held: dict[str, Any], whose: str) -> None:
        for kind, count in counts_of(held).items():
            self.stdout.write(f"{whose}{kind}: {count}")
