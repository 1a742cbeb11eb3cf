"""Reusable reads of users, sessions and links."""

from accounts.querysets.addresses import AddressQuerySet
from accounts.querysets.consents import ConsentQuerySet
from accounts.querysets.links import LinkQuerySet
from accounts.querysets.sessions import SessionQuerySet
from accounts.querysets.users import UserManager

__all__ = [
    "AddressQuerySet",
    "ConsentQuerySet",
    "LinkQuerySet",
    "SessionQuerySet",
    "UserManager",
]
