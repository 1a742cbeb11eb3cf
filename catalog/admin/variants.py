"""Variants in the back office: found by SKU, with their stock."""

from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from catalog.actions.lock_product import lock_product
from catalog.admin.forms import VariantForm
from catalog.admin.inlines import VariantStockInline
from catalog.admin.shopwindow import ShopWindowAdmin
from catalog.models import StockLevel, Variant


@admin.register(Variant)
class VariantAdmin(ShopWindowAdmin):
    """What is bought, one by one."""

    form = VariantForm
    inlines = (VariantStockInline,)
    list_display = ("sku", "title", "condition", "price", "left", "is_active")
    list_filter = (
        ("is_active", BooleanRadioFilter),
        ("condition", ChoicesDropdownFilter),
        ("product__brand", AutocompleteSelectFilter),
    )
    list_filter_submit = True
    search_fields = ("sku", "product__name")
    autocomplete_fields = ("product",)
    ordering = ("-id",)
    fields = (
        ("product", "sku"),
        ("name", "condition"),
        ("price", "compare_at_price"),
        ("shipping_grams", "max_per_customer"),
        "options",
        ("is_active", "position"),
    )
    actions_detail = ("receive",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Read variants with their products and what is left of them."""
        stock = StockLevel.objects.filter(variant=OuterRef("pk"), location__is_active=True).order_by().values("variant")
        queryset: QuerySet[Variant] = super().get_queryset(request)
        left = Subquery(stock.annotate(left=Sum(F("on_hand") - F("allocated"))).values("left"))
        return queryset.select_related("product").annotate(available=left)

    def save_model(self, request: HttpRequest, obj: Variant, form: Any, change: bool) -> None:
        """Save, with the product locked first, as all do who change a variant."""
        lock_product(obj.product_id)
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Variant | None = None) -> tuple[str, ...]:
        """Keep a variant with the product that it was bought as."""
        return ("product",) if obj else ()

    @display(description="Product", header=True, ordering="product__name")
    def title(self, variant: Variant) -> list[str]:
        """Name of the product and of the variant."""
        return [variant.product.name, variant.name]

    @display(description="Available")
    def left(self, variant: Any) -> int:
        """Units that can still be sold, over the active locations."""
        return int(variant.available or 0)

    def autocomplete_label(self, variant: Variant) -> str:
        """Return what a suggestion says: SKU, product and options."""
        return " · ".join(part for part in (variant.sku, variant.product.name, variant.name) if part)

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the variants' products."""
        return list(rows.order_by().values_list("product_id", flat=True).distinct())

    def has_receive_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may take in stock."""
        user: Any = request.user
        return bool(user.has_perm("catalog.change_stocklevel"))

    @action(description="Receive stock", icon="inventory", permissions=["receive"])
    def receive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to where stock is taken in, for this variant."""
        return redirect(f"{reverse('admin:catalog_stocklevel_receive')}?variant={object_id}")
