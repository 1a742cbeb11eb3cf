"""Who uses the shop: users, their sign-in sessions, and the links that are mailed to them."""

from accounts.models.consents import Consent
from accounts.models.links import Link
from accounts.models.sessions import Session
from accounts.models.users import User

__all__ = ["Consent", "Link", "Session", "User"]
