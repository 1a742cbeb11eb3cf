"""`manage.py create_demo_staff`: the account with which a developer looks at the back office."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User

USERNAME = "admin"
EMAIL = "admin@example.com"


class Command(BaseCommand):
    """Makes sure that the demo administrator exists and has the given password. For development alone."""

    help = "Create the demo administrator, or give it the password again. Only with DEBUG."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--password", default="electroports", help="its password (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create or mend the account and print how to log in; raises CommandError outside DEBUG."""
        if not settings.DEBUG:
            raise CommandError("A password that everybody knows is for development only: set DEBUG=true.")
        password: str = options["password"]
        user = User.objects.identified_by(USERNAME) or User(username=USERNAME, email=EMAIL)
        user.is_active = user.is_staff = user.is_superuser = True
        if not user.check_password(password):  # setting it again would sign everybody out
            user.set_password(password)
        user.save()
        self.stdout.write(f"Back office: user name {user.username}, password {password}")
