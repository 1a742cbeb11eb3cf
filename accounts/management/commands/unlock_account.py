"""`manage.py unlock_account USER`: for somebody who cannot sign in after too many failures."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.lift_address_locks import lift_address_locks
from accounts.actions.lift_locks import lift_locks
from accounts.models import User


class Command(BaseCommand):
    """Forgets the failed sign-ins at an account, as staff do in the back office, or those of an address."""

    help = "Forget the failed sign-ins at an account, or of an address, so that signing in works again at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("user", nargs="?", help="user name or e-mail address")
        parser.add_argument("--address", help="an IP address, whose failures at all accounts are forgotten")

    def handle(self, *args: Any, user: str | None, address: str | None, **options: Any) -> None:
        """Unlock; raises CommandError if there is no such user, or no such thing as that address."""
        if not user and not address:
            raise CommandError("Name a user, or an --address.")
        if address:
            try:
                lifted = lift_address_locks(address=address, acting_user=None)
            except ValueError as error:
                raise CommandError(f"{address} is no address.") from error
            self.stdout.write(f"Failures of {address} forgotten: {lifted}.")
        if user:
            found = User.objects.identified_by(user)
            if found is None:
                raise CommandError(f"Nobody is called {user}.")
            forgotten = lift_locks(user=found, acting_user=None)
            self.stdout.write(f"Counts of {found.username} forgotten: {forgotten}.")
