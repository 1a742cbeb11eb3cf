"""People in the back office: users with their sign-in sessions, the roles of staff, and what users were told."""

from accounts.admin.messages import AccountMessageAdmin
from accounts.admin.roles import RoleAdmin
from accounts.admin.users import UserAdmin

__all__ = ["AccountMessageAdmin", "RoleAdmin", "UserAdmin"]
