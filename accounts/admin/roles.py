"""The roles of staff."""

from collections.abc import Iterable, Iterator
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


class Section(NamedTuple):
    """What concerns one model, in the table of all roles."""

    title: str
    rows: list[tuple[str, str, list[bool]]]  # what it is in words, the permission's name, and which roles have it


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, ShopModelAdmin):  # type: ignore[misc]  # the stubs
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
        groups = sorted(Group.objects.prefetch_related("permissions"), key=order_of)
        context = {
            **self.admin_site.each_context(request),
            "title": "Who may do what",
            "opts": self.opts,
            "roles": [group.name for group in groups],
            "sections": list(sections(groups)),
        }
        return TemplateResponse(request, "admin/roles_matrix.html", context)


def order_of(group: Group) -> tuple[int, str]:
    """Return where a role stands among all: the shop's own first, as its table has them."""
    return (ROLES.index(group.name) if group.name in ROLES else len(ROLES), group.name)


def sections(groups: Iterable[Group]) -> Iterator[Section]:
    """Return what roles may do, model by model: only what some role has, the rest being administrators'."""
    held = [{permission.pk for permission in group.permissions.all()} for group in groups]
    words = {name: duty.words for duty in DUTIES for name in duty.permissions}
    permissions = Permission.objects.filter(pk__in=set().union(*held)).select_related("content_type")
    found: dict[str, Section] = {}
    for permission in permissions.order_by("content_type__app_label", "content_type__model", "pk"):
        kind = permission.content_type
        name = f"{kind.app_label}.{permission.codename}"
        section = found.setdefault(f"{kind.app_label}.{kind.model}", Section(title_of(permission), []))
        section.rows.append((words.get(name, permission.name), name, [permission.pk in pks for pks in held]))
    yield from found.values()


def title_of(permission: Permission) -> str:
    """Return what rows of a permission's model are called."""
    model = permission.content_type.model_class()
    name = model._meta.verbose_name_plural if model is not None else permission.content_type.model
    return str(name).capitalize()
