"""Tax classes in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from catalog.actions.save_tax_class import save_tax_class
from catalog.models import TaxClass
from electroports.admin import ShopModelAdmin


@admin.register(TaxClass)
class TaxClassAdmin(ShopModelAdmin):
    """How VAT is charged on which goods."""

    list_display = ("name", "code", "rate", "is_default", "products")
    fields = (("name", "code"), ("percent", "is_exempt"), "is_default")
    search_fields = ("name", "code")

    @display(description="Rate")
    def rate(self, row: TaxClass) -> str:
        """What this shop charges."""
        percent = row.charged.percent
        return "No VAT" if percent is None else f"{percent.normalize():f} %"

    @display(description="Products")
    def products(self, row: TaxClass) -> str:
        """Link to the products that name the class."""
        address = f"{reverse('admin:catalog_product_changelist')}?tax_class__id__exact={row.pk}"
        return format_html('<a class="text-link" href="{}">Show</a>', address)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of a class that there is, and the default until another one takes its place."""
        if obj is None:
            return ()
        return ("code", "is_default") if obj.is_default else ("code",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the default class."""
        return (obj is None or not obj.is_default) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: TaxClass, form: Any, change: bool) -> None:
        """Write the class; pages follow."""
        save_tax_class(row=obj)
