"""Who uses the shop: users, their sign-in sessions, their addresses, and the links that are mailed to them."""

from accounts.models.addresses import Address
from accounts.models.answers import AccountAnswer
from accounts.models.consents import Consent
from accounts.models.links import Link
from accounts.models.sessions import Session
from accounts.models.users import User

__all__ = [
    "AccountAnswer",
    "Address",
    "Consent",
    "Link",
    "Session",
    "User",
]
