"""`manage.py sync_roles`: the roles of staff, as accounts/roles.py has them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.actions.sync_roles import sync_roles


class Command(BaseCommand):
    """Repairs the roles of staff. Run at every release, so that permissions that are new reach them."""

    help = "Make the roles of staff and add the permissions that they lack; what was added by hand stays."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--exact", action="store_true", help="take away what the table does not have")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the roles."""
        self.stdout.write(f"Permissions added to roles: {sync_roles(is_exact=options['exact'])}.")
