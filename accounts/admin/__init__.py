"""People in the back office: users with their sign-in sessions, the roles of staff, what users were told, the trail."""

from accounts.admin.attempts import FailureCountAdmin
from accounts.admin.audit import AuditEntryAdmin
from accounts.admin.invitations import InvitationAdmin
from accounts.admin.messages import AccountMessageAdmin
from accounts.admin.roles import RoleAdmin
from accounts.admin.users import UserAdmin

__all__ = ["AccountMessageAdmin", "AuditEntryAdmin", "FailureCountAdmin", "InvitationAdmin", "RoleAdmin", "UserAdmin"]
