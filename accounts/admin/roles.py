"""The roles of staff."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.decorators import action, display

from accounts.admin.administrators import is_administrator
from accounts.roles import DUTIES, ROLES
from electroports.admin import ShopModelAdmin

admin.site.unregister(Group)
# Here a group is a role. Django's migrations go by the words that its class was written with.
Group._meta.verbose_name, Group._meta.verbose_name_plural = "role", "roles"


class Row(NamedTuple):
    """Something that people do, and how much of what it takes each role has: `yes`, `partly` or nothing."""

    words: str
    held: list[str]


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, ShopModelAdmin):  # type: ignore[misc]  # the stubs of log_addition and log_change differ
    """The roles of staff: what their members may do in the back office. Only administrators change them."""

    list_display = ("name", "members")
    filter_horizontal = ()
    filter_vertical = ("permissions",)
    actions_list = ("matrix",)

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

    def has_matrix_permission(self, request: HttpRequest) -> bool:
        """Tell whether this user may see what each role may do: who may look at roles may."""
        return bool(self.has_view_permission(request))

    @action(description="Who may do what", icon="table_chart", url_path="matrix", permissions=["matrix"])
    def matrix(self, request: HttpRequest) -> HttpResponse:
        """Show all roles side by side."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        groups = sorted(Group.objects.prefetch_related("permissions__content_type"), key=order_of)
        context = {
            **self.admin_site.each_context(request),
            "title": "Who may do what",
            "opts": self.opts,
            "roles": [group.name for group in groups],
            "rows": list(rows(groups)),
        }
        return TemplateResponse(request, "admin/roles_matrix.html", context)


def order_of(group: Group) -> tuple[int, str]:
    """Return where a role stands among all: the shop's own first, as its table has them."""
    return (ROLES.index(group.name) if group.name in ROLES else len(ROLES), group.name)


def rows(groups: Sequence[Group]) -> Iterator[Row]:
    """Return what roles may do, in the words of the table of duties, and then what stands there in no words.

    Only what some role has: the rest is administrators'. A role that was changed by hand may have a part of a duty.
    """
    held = [{name_of(permission) for permission in group.permissions.all()} for group in groups]
    some = set().union(*held)
    for duty in DUTIES:
        if some & set(duty.permissions):
            yield Row(duty.words, [share(duty.permissions, names) for names in held])
    told = {name for duty in DUTIES for name in duty.permissions}
    others = {name_of(permission): permission for group in groups for permission in group.permissions.all()}
    for name in sorted(others.keys() - told):
        yield Row(others[name].name, [share([name], names) for names in held])


def name_of(permission: Permission) -> str:
    """Return a permission as `app.codename`."""
    return f"{permission.content_type.app_label}.{permission.codename}"


def share(wanted: Collection[str], held: Collection[str]) -> str:
    """Return how much of some permissions is among others."""
    found = sum(name in held for name in wanted)
    return "yes" if found == len(wanted) else "partly" if found else ""
