"""Search's synonyms in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from unfold.contrib.filters.admin import BooleanRadioFilter

from catalog.admin.shopwindow import ShopWindowAdmin
from catalog.models import SearchSynonym


@admin.register(SearchSynonym)
class SearchSynonymAdmin(ShopWindowAdmin):
    """What shoppers write, and what the catalogue calls it. A change holds for the next search, in every process."""

    list_display = ("term", "means", "both_ways", "is_active")
    list_filter = (("is_active", BooleanRadioFilter), ("both_ways", BooleanRadioFilter))
    list_filter_submit = True
    search_fields = ("term", "means")
    fields = ("term", "means", ("both_ways", "is_active"))

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return none: no product's listing depends on synonyms."""
        return []
