"""Products of every kind in the back office."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display

from catalog.actions.forget_files import forget_files
from catalog.actions.lock_product import lock_product, lock_products
from catalog.actions.write_ports import write_ports
from catalog.admin.filters import CategoryFilter
from catalog.admin.forms import ProductForm, SoundDeviceForm
from catalog.admin.inlines import ImageInline, ProductStockInline, VariantInline
from catalog.admin.ports import PortFormSet, PortInline, PortJoinInline, PowerBudgetInline
from catalog.admin.shopwindow import ShopWindowAdmin, show_changes
from catalog.admin.spec_values import SpecValuesMixin
from catalog.kinds import MODELS
from catalog.models import Accessory, Product, ProductImage, SoundDevice, StockLevel, Variant
from catalog.pricing import shown_amount, shown_price
from electroports.history import record_changes
from electroports.jobs import enqueue

HISTORY_PAGE = 100
NAMES = ("Product", {"fields": (("name", "slug"), ("brand", "category"), "tax_class", "description")})
SHOP_WINDOW = ("Shop window", {"fields": (("is_published", "popularity"), ("released_on", "warranty_months"))})
DETAILS = ("Details", {"fields": ("specs", "in_the_box")})


def shop_price(lowest: Any, highest: Any) -> str:
    """Return a price range."""
    if lowest is None:
        return "–"
    return shown_price(lowest) if lowest == highest else f"{shown_price(lowest)} – {shown_amount(highest)}"


class BaseProductAdmin(SpecValuesMixin, ShopWindowAdmin):
    """What all kinds of products have in common."""

    form = ProductForm
    inlines = (VariantInline, ImageInline, PortInline, PortJoinInline, PowerBudgetInline, ProductStockInline)
    list_display: ClassVar[tuple[str, ...]] = ("title", "kind_label", "prices", "left", "is_published")
    list_filter: tuple[Any, ...] = (
        ("is_published", BooleanRadioFilter),
        CategoryFilter,
        ("brand", AutocompleteSelectFilter),
        ("tax_class", RelatedDropdownFilter),
    )
    list_filter_submit = True
    list_select_related = ("brand", "category")
    search_fields = ("name", "slug", "brand__name")
    search_help_text = "Name, brand or SKU"
    autocomplete_fields = ("brand",)
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"slug": ("name",)}
    actions = ("publish", "unpublish")
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read products with their prices, picture and stock, by the same statement."""
        on_sale = Variant.objects.filter(product=OuterRef("pk"), is_active=True).order_by().values("product")
        stock = StockLevel.objects.filter(variant__product=OuterRef("pk"), location__is_active=True).order_by()
        pictures = ProductImage.objects.filter(product=OuterRef("pk")).exclude(thumbnail="")
        queryset: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = queryset.annotate(
            lowest=Subquery(on_sale.annotate(price_=Min("price")).values("price_")),
            highest=Subquery(on_sale.annotate(price_=Max("price")).values("price_")),
            available=Subquery(
                stock.values("variant__product").annotate(left=Sum(F("on_hand") - F("allocated"))).values("left")
            ),
            picture=Subquery(pictures.values("thumbnail")[:1]),
        )
        return annotated

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by name and brand, and by SKU: apart, for a join would repeat every product by its variants."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term:
            by_sku = Variant.objects.filter(sku__istartswith=search_term).values("product")
            found |= queryset.filter(pk__in=by_sku)
        return found, may_repeat

    @display(description="Product", header=True, ordering="name")
    def title(self, product: Any) -> list[Any]:
        """Picture, name, brand and category."""
        picture = {"path": default_storage.url(product.picture), "squared": True} if product.picture else None
        return [product.name, f"{product.brand} · {product.category}", product.name[:2], picture]

    @display(description="Kind", label={"accessory": "info", "sound_device": "warning"}, ordering="kind")
    def kind_label(self, product: Product) -> tuple[str, str]:
        """What kind of product it is."""
        return product.kind, product.get_kind_display()

    @display(description="Price")
    def prices(self, product: Any) -> str:
        """What its active variants cost, VAT included."""
        return shop_price(product.lowest, product.highest)

    @display(description="Available")
    def left(self, product: Any) -> int:
        """Units of all variants that can still be sold, over the active locations."""
        return int(product.available or 0)

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products themselves."""
        return list(rows.order_by().values_list("pk", flat=True))

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Return the formsets of the page, those of ports acquainted with one another."""
        formsets, inlines = super()._create_formsets(request, obj, change)
        for formset in formsets:
            if isinstance(formset, PortFormSet):
                formset.together_with(formsets)
        return formsets, inlines

    def save_related(self, request: HttpRequest, form: "forms.ModelForm[Any]", formsets: Any, change: bool) -> None:
        """Save the inlines, ports with their ways and power together, before the shop window is refreshed."""
        ports = next((formset for formset in formsets if isinstance(formset, PortFormSet)), None)
        if ports is not None and any(part.has_changed() for part in ports.parts):
            lock_product(form.instance.pk)
            write_ports(wanted={form.instance.pk: ports.described})
        super().save_related(request, form, formsets, change)

    def save_formset(self, request: HttpRequest, form: "forms.ModelForm[Any]", formset: Any, change: bool) -> None:
        """Save an inline; order renditions of new pictures."""
        if formset.model is ProductImage:
            going = [row.instance.pk for row in formset.deleted_forms if row.instance.pk]
            changed = [row.instance.pk for row in formset.initial_forms if "original" in row.changed_data]
            forget_files(ProductImage.objects.filter(pk__in=[*going, *changed]))
        super().save_formset(request, form, formset, change)
        if formset.model is ProductImage:
            replaced = [image for image, changed in formset.changed_objects if "original" in changed]
            for image in (*formset.new_objects, *replaced):
                enqueue("catalog.tasks.make_renditions", image.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was done to a product, whichever of its two tables the entry names: the key is the same in both."""
        types = ContentType.objects.get_for_models(*set(MODELS.values())).values()
        entries = LogEntry.objects.filter(content_type__in=types, object_id=unquote(object_id)).select_related("user")
        paginator = self.get_paginator(request, entries.order_by("action_time", "pk"), HISTORY_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        history = {
            "action_list": page,
            "page_range": paginator.get_elided_page_range(page.number),
            "pagination_required": paginator.num_pages > 1,
        }
        response: HttpResponse = super().history_view(request, object_id, {**history, **(extra_context or {})})
        return response

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete products; the files of their pictures go once that is committed."""
        with transaction.atomic():
            forget_files(ProductImage.objects.filter(product__in=queryset.order_by().values("pk")))
            super().delete_queryset(request, queryset)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Show products in the shop window."""
        self._set_published(request, queryset.filter(is_published=False), published=True)

    @admin.action(description="Unpublish", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take products out of the shop window."""
        self._set_published(request, queryset.filter(is_published=True), published=False)

    def _set_published(self, request: HttpRequest, queryset: QuerySet[Any], *, published: bool) -> None:
        word = "Published" if published else "Unpublished"
        with transaction.atomic():
            chosen = lock_products(queryset.order_by().values_list("pk", flat=True))
            products = list(Product.objects.filter(pk__in=chosen).order_by("pk"))
            Product.objects.filter(pk__in=[product.pk for product in products]).update(is_published=published)
            show_changes([product.pk for product in products], at=timezone.now())
            changes = {product.pk: {"is_published": (product.is_published, published)} for product in products}
            user = cast("AbstractUser", request.user)
            record_changes(acting_user=user, rows=products, flag=CHANGE, message=f"{word}.", changes=changes)
        messages.success(request, f"{word}: {len(products)}.")


@admin.register(Product)
class ProductAdmin(BaseProductAdmin):
    """All products. Those of a kind with fields of its own open on the page of that kind."""

    list_filter = (("kind", ChoicesDropdownFilter), *BaseProductAdmin.list_filter)
    fieldsets = (NAMES, SHOP_WINDOW, DETAILS)
    typed: ClassVar[dict[str, str]] = {"accessory": "accessory", "sound_device": "sounddevice"}

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the product, on the page of its kind."""
        product = self.get_object(request, unquote(object_id))
        if product is not None and product.kind in self.typed:
            return redirect(f"admin:catalog_{self.typed[product.kind]}_change", object_id)
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        return response


@admin.register(Accessory)
class AccessoryAdmin(BaseProductAdmin):
    """Cables, chargers, cases …"""

    list_display = ("title", "accessory_type", "watts", "prices", "left", "is_published")
    list_filter = (("accessory_type", ChoicesDropdownFilter), *BaseProductAdmin.list_filter)
    fieldsets = (
        NAMES,
        ("Accessory", {"fields": (("accessory_type", "length_m", "watts"),)}),
        SHOP_WINDOW,
        DETAILS,
    )


@admin.register(SoundDevice)
class SoundDeviceAdmin(BaseProductAdmin):
    """Headphones, speakers, microphones."""

    form = SoundDeviceForm
    list_display = ("title", "form_factor", "noise_cancelling", "prices", "left", "is_published")
    list_filter = (
        ("form_factor", ChoicesDropdownFilter),
        ("noise_cancelling", BooleanRadioFilter),
        *BaseProductAdmin.list_filter,
    )
    fieldsets = (
        NAMES,
        (
            "Sound device",
            {
                "fields": (
                    ("form_factor", "connectivity"),
                    ("impedance_ohms", "driver_mm", "battery_hours"),
                    ("noise_cancelling", "microphone"),
                )
            },
        ),
        SHOP_WINDOW,
        DETAILS,
    )
