"""Promotions and coupons in the back office."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextareaWidget

from catalog.admin.fields import tree_choices
from catalog.models import Category
from catalog.pricing import shown_price
from electroports.admin import ShopModelAdmin
from electroports.admin_history import Told
from orders.models import Promotion
from orders.promotion_words import sentence

NEWEST = 10  # orders that the page of a promotion lists
STATE_COLOURS = {
    Promotion.State.RUNNING: "success",
    Promotion.State.COMING: "info",
    Promotion.State.OVER: "",
    Promotion.State.USED_UP: "warning",
    Promotion.State.OFF: "danger",
}


class TiersField(forms.CharField):
    """Steps of quantity, one a line: `3: 5` for 5 % off from three units on."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        super().__init__(required=False, widget=widget, help_text="One a line, units: percent off. 3: 5", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the lines of stored steps."""
        return value if isinstance(value, str) else "\n".join(f"{units}: {percent}" for units, percent in value or [])

    def clean(self, value: Any) -> list[list[Any]]:
        """Return the steps as they are stored; raises ValidationError."""
        steps = []
        for line in filter(str.strip, str(super().clean(value)).splitlines()):
            units, colon, percent = (part.strip() for part in line.partition(":"))
            if not (colon and units.isdecimal() and units.isascii() and len(units) < 6):
                raise ValidationError(f"{line.strip()}: write units, a colon, and the percent off.")
            steps.append([int(units), percent.removesuffix("%").strip()])
        return steps


class PromotionForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """A promotion."""

    tiers = TiersField(label="Steps")
    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 10}),
        help_text="Each with all below it.",
    )

    class Meta:
        model = Promotion
        fields = "__all__"  # noqa: DJ007  # the admin's fieldsets choose

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "categories" in self.fields:
            field: Any = self.fields["categories"]
            field.choices = tree_choices()

    def clean(self) -> dict[str, Any]:
        """Refuse a promotion of goods that names none, and a bundle of one."""
        data = super().clean() or self.cleaned_data
        named = [name for name in ("categories", "brands", "products") if data.get(name)]
        if data.get("scope") == Promotion.Scope.SELECTION and not named:
            self.add_error("scope", "Name categories, brands or products below.")
        if data.get("scope") == Promotion.Scope.BUNDLE and len(data.get("products") or ()) < 2:
            self.add_error("products", "Name the products that are bought together, two at least.")
        return data


class StateFilter(DropdownFilter):
    """Promotions by whether customers get them."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states."""
        return list(Promotion.State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Keep those of the state that is asked for."""
        kept: QuerySet[Any] = queryset.in_state(self.value() or "", at=timezone.now())
        return kept


@admin.register(Promotion)
class PromotionAdmin(ShopModelAdmin):
    """What is taken off orders, by itself or for a code."""

    form = PromotionForm
    list_display = ("name", "state_badge", "coupon", "kind", "times_used", "starts_at", "ends_at")
    list_filter = (StateFilter, ("kind", ChoicesDropdownFilter))
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "code")
    search_help_text = "Name or code"
    autocomplete_fields = ("brands", "products")
    readonly_fields = ("rule", "times_used", "newest_orders")
    fieldsets = (
        (None, {"fields": (("name", "code"), ("is_active", "rule"))}),
        (
            "What it gives",
            {"fields": ("kind", ("percent", "amount"), ("buy_quantity", "get_quantity"), "tiers")},
        ),
        ("Which goods", {"fields": ("scope", "categories", "brands", "products")}),
        ("Conditions", {"fields": (("min_spend", "first_order_only"), ("is_exclusive", "priority"))}),
        ("When and how often", {"fields": ("starts_at", "ends_at", ("usage_limit", "per_customer_limit"))}),
        ("Orders", {"fields": ("times_used", "newest_orders")}),
    )
    actions: ClassVar[tuple[str, ...]] = ("switch_on", "switch_off")

    @display(description="State", label=STATE_COLOURS)
    def state_badge(self, promotion: Promotion) -> tuple[str, str]:
        """Whether customers get it."""
        state = promotion.state(at=timezone.now())
        return state.value, str(state.label)

    @display(description="Code", ordering="code")
    def coupon(self, promotion: Promotion) -> str:
        """What customers type."""
        return promotion.code or "automatic"

    @display(description="Orders", ordering="uses")
    def times_used(self, promotion: Promotion) -> str:
        """How many orders have it, of how many that may."""
        limit = promotion.usage_limit
        return f"{promotion.uses:,}" if limit is None else f"{promotion.uses:,} of {limit:,}"

    @display(description="In a sentence")
    def rule(self, promotion: Promotion) -> str:
        """The rule, as it is stored."""
        return sentence(promotion) if promotion.pk else "Save it to read the rule in a sentence."

    @display(description="The newest")
    def newest_orders(self, promotion: Promotion) -> SafeString:
        """Links to the last orders that took it."""
        if not promotion.pk:
            return SafeString("–")
        uses = promotion.used_by.select_related("order").order_by("-pk")[:NEWEST]
        return format_html_join(
            SafeString("<br>"),
            '<a class="text-link" href="{}">{}</a> −{}{}',
            (
                (
                    reverse("admin:orders_order_change", args=[use.order_id]),
                    use.order.number,
                    shown_price(use.amount),
                    " (given back)" if use.released_at else "",
                )
                for use in uses
            ),
        ) or SafeString("None yet.")

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:
        """Write what was entered, and not how often it was used when the form was opened: orders go on counting."""
        entered = [field.name for field in obj._meta.concrete_fields if field.editable and not field.primary_key]
        obj.save(update_fields=entered if change else None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what orders have taken; switch it off instead."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.used_by.exists())

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let customers have these."""
        self._switch(request, queryset.filter(is_active=False), is_active=True)

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let customers have these no longer."""
        self._switch(request, queryset.filter(is_active=True), is_active=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Any], *, is_active: bool) -> None:
        word = "Switched on" if is_active else "Switched off"
        rows = list(queryset)
        Promotion.objects.filter(pk__in=[row.pk for row in rows]).update(is_active=is_active)
        for row in rows:
            self.log_change(request, row, Told(f"{word}.", {"is_active": (not is_active, is_active)}))
        self.message_user(request, f"{word}: {len(rows)}.")
