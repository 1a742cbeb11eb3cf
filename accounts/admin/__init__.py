"""People in the back office: users with their sign-in sessions, and the roles of staff."""

from accounts.admin.roles import RoleAdmin
from accounts.admin.users import UserAdmin

__all__ = ["RoleAdmin", "UserAdmin"]
