"""Specification fields in the back office."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from catalog.actions.delete_spec_fields import delete_spec_fields
from catalog.actions.load_spec_fields import products_with
from catalog.admin.fields import LinesField
from catalog.admin.shopwindow import ShopWindowAdmin
from catalog.models import Product, SpecField
from catalog.specs import SpecRefused, SpecRule, spec_text

DECIDES = ("type", "unit", "decimals", "minimum", "maximum", "choices", "is_multiple", "trait")


class SpecFieldForm(forms.ModelForm):  # type: ignore[type-arg]
    """A specification field."""

    choices = LinesField(rows=6, help_text="One a line, the lowest first. Only for choices.")

    class Meta:
        model = SpecField
        fields = "__all__"  # noqa: DJ007

    def _post_clean(self) -> None:
        """Refuse what would make values wrong that products have, at the input that was changed."""
        super()._post_clean()  # type: ignore[misc]
        changed = [name for name in self.changed_data if name in DECIDES]
        if self.errors or not changed or self.instance.pk is None:
            return
        rule = self.instance.rule
        found = Product.objects.with_specs([rule.code]).values_list("typed_specs", flat=True)
        if wrong := sum(not still_holds(rule, values[rule.code]) for values in found):
            self.add_error(
                changed[0], f"{wrong} product{'s have a value' if wrong > 1 else ' has a value'} against this."
            )


def still_holds(rule: SpecRule, value: Any) -> bool:
    """Tell whether a value that a product has is one of the field as it is to be."""
    try:
        return not rule.trait and rule.parse(spec_text(value)) == value
    except SpecRefused:
        return False


@admin.register(SpecField)
class SpecFieldAdmin(ShopWindowAdmin):
    """The fields of typed specifications."""

    form = SpecFieldForm
    list_display = ("name", "code", "group", "type_label", "unit", "is_filterable", "better")
    list_filter = (("type", ChoicesDropdownFilter), ("is_filterable", BooleanRadioFilter))
    list_filter_submit = True
    search_fields = ("name", "code", "group")
    autocomplete_fields = ("categories",)
    fieldsets = (
        (None, {"fields": (("name", "code"), ("group", "position"), "categories")}),
        (
            "Values",
            {"fields": (("type", "unit"), ("decimals", "minimum", "maximum"), "choices", "is_multiple", "trait")},
        ),
        ("Use", {"fields": (("is_filterable", "better"),)}),
    )
    ordering: ClassVar[tuple[str, ...]] = ("position", "pk")

    @display(description="Type", label=True, ordering="type")
    def type_label(self, field: SpecField) -> str:
        """What its values are."""
        return field.get_type_display()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of a field that there is: files, filters and values name it."""
        return ("code",) if obj else ()

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products whose pages show these fields."""
        codes = list(rows.order_by().values_list("code", flat=True))
        return list(products_with(codes).values_list("pk", flat=True))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete fields with their values."""
        delete_spec_fields(ids=list(queryset.order_by().values_list("pk", flat=True)), at=timezone.now())
