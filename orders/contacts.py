"""How to reach who ordered."""

from accounts.models import User
from electroports.errors import FieldError, InvalidInput

NEEDED_OF_GUESTS = ("email", "phone")


def contact_of(user: User | None, sent: dict[str, str]) -> dict[str, str]:
    """Return name, e-mail and phone: what was sent with the order, and for the rest what the account says.

    A guest (`user` is None) has no account to fall back on: raises InvalidInput without an e-mail address and a phone.
    """
    if user is not None:
        return {"name": user.get_full_name() or user.username, "email": user.email, "phone": user.phone, **sent}
    missing = [name for name in NEEDED_OF_GUESTS if not sent.get(name)]
    if missing:
        raise InvalidInput(
            "An order without an account needs a contact.",
            errors=[
                FieldError(f"contact.{name}", "required", "Without an account this is needed.") for name in missing
            ],
        )
    return {"name": "", **sent}
