"""Filters of the catalogue's lists."""

from typing import Any

from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import F, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from catalog.admin.fields import tree_choices
from catalog.models import Category, StockLevel
from electroports.addresses import parse_id


class CategoryFilter(DropdownFilter):
    """A category, with all below it."""

    title = "category"
    parameter_name = "under"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the indented tree."""
        return [(str(pk), label) for pk, label in tree_choices()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what hangs on the category or below it."""
        if not (value := self.value()):
            return queryset
        if (category_id := parse_id(value)) is None:
            raise IncorrectLookupParameters
        return queryset.filter(category_id__in=Category.objects.subtree_ids(category_id))


class LeftFilter(DropdownFilter):
    """How much is left at a location."""

    title = "what is left"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the words that the shop window uses."""
        low = settings.LOW_STOCK_THRESHOLD
        return [
            ("none", "Nothing"),
            ("low", f"Low (1 to {low})"),
            ("enough", f"More than {low}"),
            ("held", "Held for orders"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
        """Compare both counters."""
        held, low = F("allocated"), settings.LOW_STOCK_THRESHOLD
        match self.value():
            case "none":
                return queryset.filter(on_hand=held)
            case "low":
                return queryset.filter(on_hand__gt=held, on_hand__lte=held + low)
            case "enough":
                return queryset.filter(on_hand__gt=held + low)
            case "held":
                return queryset.filter(allocated__gt=0)
        return queryset
