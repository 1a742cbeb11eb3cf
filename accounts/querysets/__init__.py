"""Reusable reads of users, sessions, links, messages and the audit trail."""

from accounts.querysets.addresses import AddressQuerySet
from accounts.querysets.audit import AuditEntryQuerySet
from accounts.querysets.consents import ConsentQuerySet
from accounts.querysets.email_changes import EmailChangeQuerySet
from accounts.querysets.links import LinkQuerySet
from accounts.querysets.messages import AccountMessageQuerySet
from accounts.querysets.sessions import SessionQuerySet
from accounts.querysets.users import UserManager

__all__ = [
    "AccountMessageQuerySet",
    "AddressQuerySet",
    "AuditEntryQuerySet",
    "ConsentQuerySet",
    "EmailChangeQuerySet",
    "LinkQuerySet",
    "SessionQuerySet",
    "UserManager",
]
