"""`manage.py reset_second_factor USER`: for an administrator who lost phone and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.reset_second_factor import reset_second_factor
from accounts.models import User


class Command(BaseCommand):
    """Takes away a user's second factor, as administrators do for others in the back office."""

    help = "Forget a user's authenticator app and recovery codes, and sign them out; they set up another at log-in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("user", help="user name or e-mail address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset; raises CommandError if there is no such user."""
        user = User.objects.identified_by(options["user"])
        if user is None:
            raise CommandError(f"Nobody is called {options['user']}.")
        reset_second_factor(user=user, acting_user=None, reason="manage.py reset_second_factor", at=timezone.now())
        self.stdout.write(f"{user.username} sets up a second factor at the next log-in.")
