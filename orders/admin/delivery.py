"""Delivery in the back office: methods with their rates, pick-up stations with their hours, public holidays."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.pricing import shown_price
from electroports.admin import DaysFilter, ShopModelAdmin
from electroports.counties import COUNTIES_BY_CODE
from electroports.phones import InvalidPhone, parse_phone
from orders.delivery import KEYS, InvalidHours, Rate, parse_periods, rate_gaps, written_periods
from orders.models import DeliveryMethod, DeliveryRate, Holiday, PickupStation

HOURS = tuple(f"hours_{day}" for day in KEYS)


def hours_of(day: str, example: str = "") -> forms.CharField:
    """Return the field for the hours of a day."""
    closed = UnfoldAdminTextInputWidget(attrs={"placeholder": "closed"})
    return forms.CharField(label=day, required=False, max_length=80, widget=closed, help_text=example)


class RateFormSet(PaginationInlineFormSet):
    """The rates of a method, a page of them at a time."""

    def clean(self) -> None:
        """Refuse two rates for the same, and rates that leave small orders of a county and weight without a price."""
        super().clean()
        if any(self.errors):
            return
        rates = self._rates_to_be()
        twice = [key for key, count in Counter(rate[:3] for rate in rates).items() if count > 1]
        for county, up_to_grams, value_from in twice:
            message = f"{_band(county, up_to_grams)}: there is a rate for goods from {value_from:,.2f} on already."
            raise ValidationError(message, code="unique")
        for county, up_to_grams in rate_gaps(rates):
            message = "there is no price for goods from 0 on, so smaller orders could not be sent."
            raise ValidationError(f"{_band(county, up_to_grams)}: {message}", code="gap")

    def _rates_to_be(self) -> list[Rate]:
        """Return the rates that there will be, on this page and on others."""
        shown = {form.instance.pk for form in self.forms}
        others = DeliveryRate.objects.filter(method_id=self.instance.pk).exclude(pk__in=shown)
        rates = [rate.terms for rate in others] if self.instance.pk else []
        here = [form for form in self.forms if form.has_changed() or form.instance.pk]
        return rates + [form.instance.terms for form in here if not self._should_delete_form(form)]


def _band(county: str, up_to_grams: int | None) -> str:
    where = COUNTIES_BY_CODE[county].name if county else "all other counties"
    return f"{where}, {f'up to {up_to_grams:,} g' if up_to_grams else 'of any weight'}"


class RateInline(TabularInline):
    """What the method costs."""

    model = DeliveryRate
    formset = RateFormSet
    fields = ("county", "up_to_grams", "value_from", "price")
    verbose_name_plural = "rates in KES, VAT included"
    extra = 0
    per_page = 60  # each has half a dozen fields, and Django takes a thousand of a page
    hide_title = True


@admin.register(DeliveryMethod)
class DeliveryMethodAdmin(ShopModelAdmin):
    """The ways in which goods get to customers."""

    inlines = (RateInline,)
    list_display = ("name", "kind_label", "days", "cut_off", "cheapest", "stations_link", "is_active", "position")
    list_filter = (("kind", ChoicesDropdownFilter), ("is_active", BooleanRadioFilter))
    list_filter_submit = True
    list_editable = ("is_active", "position")
    search_fields = ("name", "code")
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "code"), ("kind", "is_active", "position"), "description")}),
        (
            "When it arrives",
            {"fields": (("min_days", "max_days", "cut_off_hour"), ("works_saturdays", "works_sundays"))},
        ),
        ("What it takes and costs", {"fields": (("max_grams", "free_from"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeliveryMethod]:
        """Read methods with the least that each costs."""
        methods: QuerySet[DeliveryMethod] = super().get_queryset(request)
        return methods.annotate(least=Min("rates__price", filter=Q(rates__value_from=0)))

    def get_readonly_fields(self, request: HttpRequest, obj: DeliveryMethod | None = None) -> tuple[str, ...]:
        """Keep the code and the kind that orders and frontends know it by."""
        return ("code", "kind") if obj else ()

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: DeliveryMethod | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Propose a code for what is new."""
        return {} if obj else self.prepopulated_fields

    @display(description="Kind", ordering="kind")
    def kind_label(self, method: DeliveryMethod) -> str:
        """Who brings the goods where."""
        return method.get_kind_display()

    @display(description="Working days")
    def days(self, method: DeliveryMethod) -> str:
        """From and to."""
        return f"{method.min_days} to {method.max_days}"

    @display(description="Same day until", ordering="cut_off_hour")
    def cut_off(self, method: DeliveryMethod) -> str:
        """The hour of Nairobi."""
        return f"{method.cut_off_hour:02d}:00"

    @display(description="From", ordering="least")
    def cheapest(self, method: Any) -> str:
        """The lowest price of a small order."""
        return "no rates: not offered" if method.least is None else shown_price(method.least)

    @display(description="Stations")
    def stations_link(self, method: DeliveryMethod) -> str:
        """Link to the stations, where the kind has them."""
        if method.kind == DeliveryMethod.Kind.COURIER:
            return ""
        address = f"{reverse('admin:orders_pickupstation_changelist')}?method__id__exact={method.pk}"
        return format_html('<a class="text-link" href="{}">Show</a>', address)


class StationForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """A station, with a field for the hours of each day."""

    hours_mon = hours_of("Monday", "08:00-13:00, 14:00-18:00")
    hours_tue = hours_of("Tuesday")
    hours_wed = hours_of("Wednesday")
    hours_thu = hours_of("Thursday")
    hours_fri = hours_of("Friday")
    hours_sat = hours_of("Saturday")
    hours_sun = hours_of("Sunday")
    hours_holiday = hours_of("Public holidays")

    class Meta:
        model = PickupStation
        fields = (
            *("name", "code", "method", "is_active", "county", "town", "address", "landmark", "phone"),
            *("hours_note", "max_grams", "max_value"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in KEYS:
            self.initial.setdefault(f"hours_{day}", written_periods((self.instance.hours or {}).get(day, ())))
        if "method" in self.fields:
            field: Any = self.fields["method"]
            field.queryset = DeliveryMethod.objects.exclude(kind=DeliveryMethod.Kind.COURIER)

    def clean_phone(self) -> str:
        """Return E.164."""
        typed: str = self.cleaned_data["phone"]
        try:
            return parse_phone(typed) if typed else ""
        except InvalidPhone as error:
            raise ValidationError(error.reason, code="invalid_phone") from error

    def clean(self) -> dict[str, Any]:
        """Read the hours, each wrong day at its field."""
        data = super().clean() or self.cleaned_data
        hours = {}
        for day in KEYS:
            try:
                hours[day] = parse_periods(data.get(f"hours_{day}", ""))
            except InvalidHours as error:
                self.add_error(f"hours_{day}", ValidationError(str(error), code="invalid"))
        self.instance.hours = {day: periods for day, periods in hours.items() if periods}
        return data


@admin.register(PickupStation)
class PickupStationAdmin(ShopModelAdmin):
    """Where customers fetch their orders."""

    form = StationForm
    list_display = ("name", "town", "county", "method", "is_active")
    list_filter = (
        ("method", RelatedDropdownFilter),
        ("county", ChoicesDropdownFilter),
        ("is_active", BooleanRadioFilter),
    )
    list_filter_submit = True
    list_select_related = ("method",)
    search_fields = ("name", "code", "town", "landmark")
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "code"), ("method", "is_active"))}),
        ("Where it is", {"fields": (("county", "town"), ("address", "landmark"), "phone")}),
        (
            "Opening hours",
            {"fields": (HOURS[:4], HOURS[4:], "hours_note")},
        ),
        ("What it takes", {"fields": (("max_grams", "max_value"),)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: PickupStation | None = None) -> tuple[str, ...]:
        """Keep the code that frontends know it by."""
        return ("code",) if obj else ()

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: PickupStation | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Propose a code for what is new."""
        return {} if obj else self.prepopulated_fields


@admin.register(Holiday)
class HolidayAdmin(ShopModelAdmin):
    """The days on which nothing is delivered."""

    list_display = ("date", "weekday", "name", "is_provisional", "notes")
    list_filter = (("date", DaysFilter), ("is_provisional", BooleanRadioFilter))
    list_filter_submit = True
    search_fields = ("name",)
    ordering = ("-date",)
    fields = (("date", "name"), "is_provisional", "notes")

    @display(description="Day", ordering="date")
    def weekday(self, holiday: Holiday) -> str:
        """The day of the week."""
        return f"{holiday.date:%A}"
