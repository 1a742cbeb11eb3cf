"""Who uses the shop: users, their sign-in sessions and addresses, and the links and messages that are sent to them."""

from accounts.models.addresses import Address
from accounts.models.answers import AccountAnswer
from accounts.models.attempts import FailureCount
from accounts.models.audit import AuditEntry
from accounts.models.consents import Consent
from accounts.models.email_changes import EmailChange
from accounts.models.identities import ExternalIdentity, SpentIdentityToken
from accounts.models.invitations import Invitation
from accounts.models.links import Link
from accounts.models.messages import AccountMessage
from accounts.models.phone_codes import PhoneCode, PhoneCodeCount
from accounts.models.second_factors import RecoveryCode, SecondFactor
from accounts.models.sessions import Session
from accounts.models.users import User

__all__ = [
    "AccountAnswer",
    "AccountMessage",
    "Address",
    "AuditEntry",
    "Consent",
    "EmailChange",
    "ExternalIdentity",
    "FailureCount",
    "Invitation",
    "Link",
    "PhoneCode",
    "PhoneCodeCount",
    "RecoveryCode",
    "SecondFactor",
    "Session",
    "SpentIdentityToken",
    "User",
]
