"""Failed sign-ins in the back office: which accounts and addresses are locked, and lifting that."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from accounts.actions.lift_locks import lift_locks
from accounts.admin.administrators import may_touch, sees_staff
from accounts.attempts import Kind, Scope, digest_of, network_of
from accounts.models import FailureCount, User
from electroports.admin import LookOnlyMixin, ShopModelAdmin, form_page


@admin.register(FailureCount)
class FailureCountAdmin(LookOnlyMixin, ShopModelAdmin):
    """What has failed lately. An address is kept as a digest: search for the whole of it, and it is found."""

    list_display = ("what", "kind", "state", "failed_at", "locked_until", "forgotten_at")
    list_filter = (("scope", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter))
    list_filter_submit = True
    list_select_related = ("user",)
    search_fields = ("user__username", "=user__email")
    search_help_text = "A user name, an e-mail address, or an IP address."
    ordering = ("-failed_at",)
    fields = (("scope", "kind"), "user", ("failed_at", "locked_until"), ("forgotten_at", "told_at"))
    actions_detail = ("lift",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FailureCount], search_term: str
    ) -> tuple[QuerySet[FailureCount], bool]:
        """Find the rows of users, or that of an address."""
        try:
            digest = digest_of(Scope.ADDRESS, Kind.ANY, network_of(search_term.strip()))
        except ValueError:
            found: tuple[QuerySet[FailureCount], bool] = super().get_search_results(request, queryset, search_term)
            return found
        return queryset.filter(digest=digest), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailureCount]:
        """Read what failed at customers' accounts; at those of staff, for those who may look at them."""
        counts: QuerySet[FailureCount] = super().get_queryset(request)
        return counts if sees_staff(request) else counts.exclude(user__in=User.objects.staff())

    @display(description="Where")
    def what(self, row: FailureCount) -> str:
        """Whose account, or that it is nobody's, or an address."""
        if row.scope == Scope.ADDRESS:
            return "An address, at any account"
        place = "from a known device" if row.scope == Scope.DEVICE else "from elsewhere"
        return f"{row.user.username if row.user else 'No such account'}, {place}"

    @display(description="State", label={"Locked": "danger", "Open": "success"})
    def state(self, row: FailureCount) -> str:
        """Whether nothing is tried now."""
        return "Locked" if row.locked_until and row.locked_until > timezone.now() else "Open"

    def has_lift_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may lift locks: who may delete such rows may."""
        user: Any = request.user
        return bool(user.has_perm("accounts.delete_failurecount"))

    @action(description="Lift the lock", icon="lock_open", url_path="lift", permissions=["lift"])
    def lift(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Forget all failures at the account of a row."""
        row = self.get_object(request, object_id)
        if row is None or row.user is None or not may_touch(request, row.user):
            raise Http404
        owner: User = row.user

        def perform(_entered: dict[str, Any]) -> tuple[User, str]:
            lift_locks(user=owner, acting_user=cast("User", request.user))
            return owner, f"{owner.username} can sign in again."

        return form_page(
            request=request,
            model_admin=self,
            form_class=forms.Form,
            title="Lift the lock",
            submit="Lift",
            facts={"User": owner.username, "Last failure": row.failed_at, "Locked until": row.locked_until},
            perform=perform,
        )
