"""Reusable reads of users, sessions, links, invitations, messages and the audit trail."""

from accounts.querysets.addresses import AddressQuerySet
from accounts.querysets.audit import AuditEntryQuerySet
from accounts.querysets.consents import ConsentQuerySet
from accounts.querysets.email_changes import EmailChangeQuerySet
from accounts.querysets.invitations import InvitationQuerySet
from accounts.querysets.links import LinkQuerySet
from accounts.querysets.messages import AccountMessageQuerySet
from accounts.querysets.phone_codes import PhoneCodeQuerySet
from accounts.querysets.sessions import SessionQuerySet
from accounts.querysets.users import KNOWN_USE, UserManager

__all__ = [
    "KNOWN_USE",
    "AccountMessageQuerySet",
    "AddressQuerySet",
    "AuditEntryQuerySet",
    "ConsentQuerySet",
    "EmailChangeQuerySet",
    "InvitationQuerySet",
    "LinkQuerySet",
    "PhoneCodeQuerySet",
    "SessionQuerySet",
    "UserManager",
]
