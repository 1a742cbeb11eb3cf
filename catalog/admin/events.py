"""Sale events in the back office."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from catalog.actions.save_event import delete_event, save_event
from catalog.admin.fields import PictureField, tree_choices
from catalog.clock import whole_second
from catalog.event_documents import EventState, event_state
from catalog.event_preview import DEEP, MOST_LOOKED_AT, preview_event
from catalog.event_rules import EventTerms, event_errors, outline_of, terms_of
from catalog.models import Category, EventPrice, SaleEvent
from catalog.pictures import decode_upload, make_rendition
from catalog.pricing import shown_price
from electroports.admin import ShopModelAdmin
from electroports.errors import DomainError
from electroports.preconditions import ANY_VERSION
from electroports.texts import how_many

PRICE_FIELD = re.compile(r"prices-[0-9]+-price")
BANNER_EDGE = 1600
PREVIEWED = 25
TERMS = ("starts_at", "ends_at", "percent", "fixed_price", "is_published", "products", "categories", "brands")
LISTS = ("products", "categories", "brands")


class SaleEventForm(forms.ModelForm):  # type: ignore[type-arg]
    """A sale event."""

    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 12}),
        help_text="Each with all below it.",
    )
    banner = PictureField(required=False, help_text="Wide, at least 1,600 pixels; kept without metadata.")

    class Meta:
        model = SaleEvent
        fields = "__all__"  # noqa: DJ007  # the admin's fieldsets choose

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "categories" in self.fields:
            field: Any = self.fields["categories"]
            field.choices = tree_choices()

    def clean(self) -> dict[str, Any]:
        """Refuse what may not be, each error at its field."""
        data = super().clean() or self.cleaned_data
        for name in ("starts_at", "ends_at"):
            if data.get(name):
                data[name] = whole_second(data[name])
        before = terms_of(self.instance) if self.instance.pk else None
        after = self._terms(data, before)
        if after is not None:
            for error in event_errors(before, after, at=timezone.now()):
                field = error.field if error.field in self.fields else None
                self.add_error(field, ValidationError(error.message, code=error.code))
        return data

    def _terms(self, data: dict[str, Any], before: EventTerms | None) -> EventTerms | None:
        """Return the terms as they are to be; None if something about them is wrong already."""
        if any(name in self.errors for name in TERMS):
            return None

        def value(name: str) -> Any:
            return data[name] if name in data else getattr(self.instance, name)

        if value("starts_at") is None or value("ends_at") is None:
            return None
        kept = before.scope if before else frozenset()
        scope = {(name, row.pk) for name in LISTS if name in data for row in data[name]}
        scope |= {pair for pair in kept if pair[0] not in data}
        own = {(number, Decimal(1)) for number, name in enumerate(self.data) if self._is_price(name)}
        is_over = before is not None and before.over(timezone.now())
        return EventTerms(
            value("starts_at"),
            value("ends_at"),
            value("percent"),
            value("fixed_price"),
            bool(value("is_published")),
            frozenset(scope),
            before.prices if before is not None and is_over else frozenset(own),
        )

    def _is_price(self, name: str) -> bool:
        deleted = f"{name.rpartition('-')[0]}-DELETE" in self.data
        return bool(PRICE_FIELD.fullmatch(name)) and bool(self.data[name]) and not deleted

    def save(self, commit: bool = True) -> SaleEvent:
        """Save; a new banner gets the rendition that pages show."""
        event: SaleEvent = super().save(commit=False)
        if "banner" in self.changed_data and event.banner:
            upload: Any = self.cleaned_data["banner"]
            upload.seek(0)
            rendition = make_rendition(decode_upload(upload.read()), edge=BANNER_EDGE)
            upload.seek(0)
            event.banner_display.save(f"{PurePath(upload.name).stem[:50]}.webp", ContentFile(rendition), save=False)
        if commit:
            event.save()
            self._save_m2m()  # type: ignore[attr-defined]  # the stubs lack it
        return event


class EventPriceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one variant costs in the event."""

    class Meta:
        model = EventPrice
        fields = ("variant", "price")

    def clean_price(self) -> Decimal:
        """Refuse a price of nothing."""
        price: Decimal = self.cleaned_data["price"]
        if price <= 0:
            raise ValidationError("A price is more than nothing.", code="not_positive")
        return price


class EventPriceInline(TabularInline):
    """Prices of single variants."""

    model = EventPrice
    form = EventPriceForm
    verbose_name_plural = "prices of single variants"
    autocomplete_fields = ("variant",)
    extra = 0
    hide_title = True

    def _may(self, obj: SaleEvent | None) -> bool:
        return obj is None or not outline_of(obj).over(timezone.now())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse new prices in an event that is over."""
        return bool(super().has_add_permission(request, obj)) and self._may(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse other prices in an event that is over."""
        return bool(super().has_change_permission(request, obj)) and self._may(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to take prices out of an event that is over."""
        return bool(super().has_delete_permission(request, obj)) and self._may(obj)


@admin.register(SaleEvent)
class SaleEventAdmin(ShopModelAdmin):
    """Sales with a beginning and an end."""

    form = SaleEventForm
    inlines = (EventPriceInline,)
    list_display = ("name", "state", "starts_at", "ends_at", "reduction", "is_published")
    list_filter = (("is_published", BooleanRadioFilter),)
    search_fields = ("name", "slug")
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"slug": ("name",)}
    autocomplete_fields = ("products", "brands")
    readonly_fields = ("preview",)
    fieldsets = (
        (None, {"fields": (("name", "slug"), "text", ("banner", "banner_alt"))}),
        ("When", {"fields": ("starts_at", "ends_at", "is_published")}),
        ("What", {"fields": (("percent", "fixed_price"), "categories", "brands", "products")}),
        ("What it does", {"fields": ("preview",)}),
    )
    actions = None

    @display(
        description="State",
        label={EventState.NOW: "success", EventState.COMING: "info", EventState.PAST: "", "draft": "warning"},
    )
    def state(self, event: SaleEvent) -> tuple[str, str]:
        """Whether it holds."""
        if not event.is_published:
            return "draft", "Draft"
        found = event_state(event, at=timezone.now())
        return found.value, str(found.label)

    @display(description="Reduction")
    def reduction(self, event: SaleEvent) -> str:
        """What it does to everything that it is over."""
        if event.percent is not None:
            return f"{event.percent} %"
        return shown_price(event.fixed_price) if event.fixed_price is not None else "single prices"

    @display(description="Prices")
    def preview(self, event: SaleEvent) -> str:
        """The largest reductions, by the regular prices of today."""
        if not event.pk:
            return "Save the event as a draft to see what it does."
        found = preview_event(event, limit=PREVIEWED)
        rows = format_html_join(
            "",
            '<tr><td class="pr-6">{}</td><td class="pr-6 whitespace-nowrap">{}</td><td class="pr-6 text-right">{}</td>'
            '<td class="pr-6 text-right font-semibold">{}</td><td class="text-right whitespace-nowrap">−{} %</td></tr>',
            ((row.product, row.sku, f"{row.regular_price:,.2f}", f"{row.price:,.2f}", row.cut) for row in found.rows),
        )
        looked = f", of which {MOST_LOOKED_AT:,} were looked at" if found.product_count > MOST_LOOKED_AT else ""
        return format_html(
            "<p>{}{}; {} lowered. The largest reductions:</p><table>{}</table>",
            how_many(found.product_count, "product"),
            looked,
            f"{how_many(found.lowered_count, 'variant')} {'is' if found.lowered_count == 1 else 'are'}",
            rows,
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with a draft."""
        return {"is_published": False, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: SaleEvent | None = None) -> tuple[str, ...]:
        """Keep what is history."""
        at = timezone.now()
        if obj is None or not (terms := outline_of(obj)).begun(at):
            return self.readonly_fields
        return (*self.readonly_fields, *(TERMS if terms.over(at) else ("starts_at",)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete an event of which shoppers have had prices."""
        is_history = obj is not None and outline_of(obj).begun(timezone.now())
        return bool(super().has_delete_permission(request, obj)) and not is_history

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Show or save the form; what can be refused only when all is written becomes a message."""
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except DomainError as refusal:
            return self._refused(request, refusal)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Ask whether to delete, or delete."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            return self._refused(request, refusal)

    @staticmethod
    def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
        messages.error(request, " ".join(error.message for error in refusal.errors) or refusal.message)
        return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: SaleEvent, form: Any, change: bool) -> None:
        """Wait: the event is written with all that belongs to it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the event with its lists and prices, and bring the shop's prices up to date."""

        def write() -> SaleEvent:
            super(SaleEventAdmin, self).save_model(request, form.instance, form, change)
            super(SaleEventAdmin, self).save_related(request, form, formsets, change)
            event: SaleEvent = form.instance
            return event

        event = save_event(event_id=form.instance.pk if change else None, write=write, at=timezone.now())
        deepest = preview_event(event, limit=1).deepest
        if deepest >= DEEP:
            messages.warning(request, f"The largest reduction is {deepest} %. Is that meant?")

    def delete_model(self, request: HttpRequest, obj: SaleEvent) -> None:
        """Delete an event that has not begun."""
        delete_event(event_id=obj.pk, expected=ANY_VERSION, acting_user=None, at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SaleEvent]) -> None:
        """Delete events that have not begun."""
        for event in queryset:
            self.delete_model(request, event)
