"""The roles of staff."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from accounts.admin.administrators import is_administrator
from electroports.admin import ShopModelAdmin

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, ShopModelAdmin):  # type: ignore[misc]  # the stubs
    """The roles of staff: what their members may do in the back office. Only administrators change them."""

    list_display = ("name", "members")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave new roles to administrators."""
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Leave roles to administrators: whoever changes their own role gives themselves rights."""
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Leave roles to administrators."""
        return is_administrator(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Read the roles with the number of their members."""
        queryset: QuerySet[Group] = super().get_queryset(request)
        return queryset.annotate(member_count=Count("user"))

    @display(description="Members", ordering="member_count")
    def members(self, group: Any) -> int:
        """How many users have the role."""
        return int(group.member_count)
