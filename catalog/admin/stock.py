"""Stock in the back office: counters and movements to look at, and the two forms that move stock."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.receive_stock import receive_stock
from catalog.admin.filters import LeftFilter
from catalog.admin.inlines import MovementInline
from catalog.admin.shopwindow import ShopWindowAdmin
from catalog.models import Product, StockLevel, StockLocation, StockMovement, Variant
from electroports.admin import DaysFilter, KeySelect, LookOnlyMixin, ReasonField, ShopModelAdmin, form_page

MOST = 1_000_000
MOST_LEVELS = 1_000  # whose movements one search lists


class AdjustForm(forms.Form):
    """By how much what lies on the shelf differs from the books, and why."""

    change = forms.IntegerField(
        min_value=-MOST,
        max_value=MOST,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="Units to add, or with a minus sign to take away.",
    )
    reason = ReasonField(max_length=StockMovement.REFERENCE_LENGTH, help_text="Counted, broken, lost, found …")

    def clean_change(self) -> int:
        """Refuse a change of nothing."""
        change: int = self.cleaned_data["change"]
        if change == 0:
            raise forms.ValidationError("Nothing would change.", code="no_change")
        return change


class ReceiveForm(forms.Form):
    """What was delivered, and where it lies."""

    variant = forms.ModelChoiceField(
        queryset=Variant.objects.all(),
        widget=KeySelect(StockLevel._meta.get_field("variant"), admin.site),
    )
    location = forms.ModelChoiceField(queryset=StockLocation.objects.all(), widget=UnfoldAdminSelectWidget())
    quantity = forms.IntegerField(min_value=1, max_value=MOST, widget=UnfoldAdminIntegerFieldWidget())
    reference = forms.CharField(
        max_length=StockMovement.REFERENCE_LENGTH,
        widget=UnfoldAdminTextInputWidget(),
        help_text="The delivery note.",
    )


@admin.register(StockLocation)
class StockLocationAdmin(ShopWindowAdmin):
    """Shops and warehouses."""

    list_display = ("name", "code", "county", "priority", "is_active")
    search_fields = ("name", "code")

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products that have stock there: whether a location is active decides what can be sold."""
        levels = StockLevel.objects.filter(location__in=rows.order_by())
        return list(
            Product.objects.filter(variants__stock_levels__in=levels).order_by().values_list("pk", flat=True).distinct()
        )


class LookOnlyAdmin(LookOnlyMixin, ShopModelAdmin):
    """Rows that only actions write."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True


@admin.register(StockLevel)
class StockLevelAdmin(LookOnlyAdmin):
    """How much of what lies where. Counters change by an adjustment or a receipt, never by hand."""

    inlines = (MovementInline,)
    list_display = ("title", "location", "on_hand", "allocated", "left")
    list_filter = (("location", RelatedDropdownFilter), LeftFilter)
    list_select_related = ("variant__product", "location")
    search_fields = ("variant__sku", "variant__product__name")
    ordering = ("-id",)
    fields = (("variant", "product"), "location", ("on_hand", "allocated", "left"))
    readonly_fields = ("product", "left")
    actions_list = ("receive",)
    actions_row = ("adjust",)
    actions_detail = ("adjust",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        """Read levels with what names them."""
        queryset: QuerySet[StockLevel] = super().get_queryset(request)
        return queryset.select_related("variant__product", "location")

    @display(description="Variant", header=True, ordering="variant__sku")
    def title(self, level: StockLevel) -> list[str]:
        """SKU, product and options."""
        named = (level.variant.product.name, level.variant.name)
        return [level.variant.sku, " · ".join(part for part in named if part)]

    @display(description="Available")
    def left(self, level: StockLevel) -> int:
        """Units that can still be sold."""
        return level.available

    @display(description="Product")
    def product(self, level: StockLevel) -> str:
        """What the variant is one of."""
        return level.variant.product.name

    def has_adjust_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may move stock."""
        user: Any = request.user
        return bool(user.has_perm("catalog.change_stocklevel"))

    @action(description="Adjust", icon="tune", url_path="adjust", permissions=["adjust"])
    def adjust(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Correct what lies on the shelf."""
        level = self.get_object(request, object_id)
        if level is None:
            raise Http404

        def perform(entered: dict[str, Any]) -> tuple[models.Model, str]:
            adjust_stock(
                level=level,
                change=entered["change"],
                reason=entered["reason"],
                acting_user=cast("AbstractUser", request.user),
                at=timezone.now(),
            )
            return level, f"{level.variant.sku} at {level.location}: {entered['change']:+d}, {entered['reason']}."

        return form_page(
            request=request,
            model_admin=self,
            instance=level,
            form_class=AdjustForm,
            title="Adjust stock",
            submit="Adjust",
            facts={
                "Variant": f"{level.variant.sku} · {level.variant.product.name}",
                "Location": level.location,
                "On hand": level.on_hand,
                "Allocated": level.allocated,
                "Available": level.available,
            },
            perform=perform,
        )

    @action(description="Receive stock", icon="inventory", url_path="receive", permissions=["adjust"])
    def receive(self, request: HttpRequest) -> HttpResponse:
        """Take in what was delivered."""

        def perform(entered: dict[str, Any]) -> tuple[models.Model, str]:
            variant, location = entered["variant"], entered["location"]
            receive_stock(
                variant_id=variant.pk,
                location_id=location.pk,
                quantity=entered["quantity"],
                reference=entered["reference"],
                acting_user=cast("AbstractUser", request.user),
                at=timezone.now(),
            )
            level = StockLevel.objects.get(variant=variant, location=location)
            return level, f"{variant.sku} at {location}: {entered['quantity']} received, {entered['reference']}."

        return form_page(
            request=request,
            model_admin=self,
            form_class=ReceiveForm,
            initial={"variant": request.GET.get("variant", "")},
            title="Receive stock",
            submit="Receive",
            perform=perform,
        )


@admin.register(StockMovement)
class StockMovementAdmin(LookOnlyAdmin):
    """The books of the stock."""

    # One row for every unit that ever moved: counting them costs more than reading a page of them.
    paginator = InfinitePaginator
    list_display = ("created_at", "title", "location", "type_label", "on_hand", "allocated", "reference", "who")
    list_filter = (
        ("type", ChoicesDropdownFilter),
        ("level__location", RelatedDropdownFilter),
        ("created_at", DaysFilter),
    )
    list_select_related = ("level__variant__product", "level__location", "acting_user")
    search_fields = ("reference",)  # see get_search_results
    search_help_text = "SKU, or the whole reference"
    ordering = ("-id",)
    fields = (
        "created_at",
        ("sku", "location"),
        "type",
        ("on_hand_change", "allocated_change"),
        "reference",
        "acting_user",
    )
    readonly_fields = ("sku", "location")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the beginning of a SKU or by the whole reference, both through an index."""
        if not search_term:
            return queryset, False
        levels = StockLevel.objects.filter(variant__sku__istartswith=search_term).values_list("pk", flat=True)
        ids = list(levels[:MOST_LEVELS])
        return queryset.filter(models.Q(level__in=ids) | models.Q(reference=search_term)), False

    @display(description="Variant", header=True)
    def title(self, movement: StockMovement) -> list[str]:
        """SKU and product."""
        return [movement.level.variant.sku, movement.level.variant.product.name]

    @display(description="Variant")
    def sku(self, movement: StockMovement) -> str:
        """SKU of what moved."""
        return movement.level.variant.sku

    @display(description="Location")
    def location(self, movement: StockMovement) -> str:
        """Where it moved."""
        return str(movement.level.location)

    @display(
        description="Type",
        label={
            "receipt": "success",
            "return": "success",
            "allocation": "warning",
            "release": "info",
            "sale": "primary",
            "adjustment": "danger",
            "transfer": "info",
        },
    )
    def type_label(self, movement: StockMovement) -> tuple[str, str]:
        """Why it moved."""
        return movement.type, movement.get_type_display()

    @display(description="On hand", ordering="on_hand_change")
    def on_hand(self, movement: StockMovement) -> str:
        """Units that came or went."""
        return f"{movement.on_hand_change:+d}" if movement.on_hand_change else ""

    @display(description="Allocated", ordering="allocated_change")
    def allocated(self, movement: StockMovement) -> str:
        """Units that were promised or given back."""
        return f"{movement.allocated_change:+d}" if movement.allocated_change else ""

    @display(description="By")
    def who(self, movement: StockMovement) -> str:
        """Who moved it; the shop itself when nobody did."""
        return str(movement.acting_user or "–")
