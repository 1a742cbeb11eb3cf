"""Kinds of connectors in the back office."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from catalog.admin.shopwindow import ShopWindowAdmin
from catalog.models import Connector, ConnectorPin, Port


class PinInline(TabularInline):
    """The pin-out, in the order of the table."""

    model = ConnectorPin
    fields = ("pin", "signal", "description", "position")
    ordering_field = "position"
    hide_ordering_field = True
    hide_title = True
    extra = 0


@admin.register(Connector)
class ConnectorAdmin(ShopWindowAdmin):
    """The kinds of connectors, each with its pin-out."""

    inlines = (PinInline,)
    list_display = ("name", "code", "family_label", "pins", "is_wireless")
    list_filter = (("family", ChoicesDropdownFilter), ("is_wireless", BooleanRadioFilter))
    list_filter_submit = True
    search_fields = ("name", "code")
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"code": ("name",)}
    fields = (("name", "code"), ("family", "shape", "is_wireless"), "description", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read connectors with how many pins they have."""
        queryset: QuerySet[Any] = super().get_queryset(request).annotate(pin_count=Count("pins"))
        return queryset

    @display(description="Family", label=True, ordering="family")
    def family_label(self, connector: Connector) -> str:
        """What it is mostly for."""
        return connector.get_family_display()

    @display(description="Pins", ordering="pin_count")
    def pins(self, connector: Any) -> int:
        """How many contacts it has."""
        return int(connector.pin_count)

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products whose ports are of these connectors: their pages show the names."""
        return list(Port.objects.filter(connector__in=rows).order_by().values_list("product_id", flat=True).distinct())
