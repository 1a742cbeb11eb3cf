"""What a product's page holds besides the product: its variants, pictures and stock."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.contrib.inlines.admin import NonrelatedTabularInline

from catalog.admin.forms import ImageForm, ImageFormSet, VariantForm, VariantFormSet
from catalog.models import Product, ProductImage, StockLevel, StockMovement, Variant
from electroports.admin import LookOnlyMixin


class VariantInline(TabularInline):
    """What is bought, with prices."""

    model = Variant
    form = VariantForm
    formset = VariantFormSet
    fields = ("sku", "name", "options", "condition", "price", "compare_at_price", "is_active", "position")
    hide_title = True
    extra = 0
    tab = True
    show_change_link = True
    ordering_field = "position"
    hide_ordering_field = True


class ImageInline(TabularInline):
    """Pictures, in the order in which the page shows them."""

    model = ProductImage
    verbose_name = "picture"
    form = ImageForm
    formset = ImageFormSet
    fields = ("preview", "original", "alt", "variant", "position")
    readonly_fields = ("preview",)
    extra = 0
    tab = True
    hide_title = True
    ordering_field = "position"
    hide_ordering_field = True

    def preview(self, image: ProductImage) -> str:
        """Show the picture."""
        if not image.original:
            return ""
        return format_html(
            '<img src="{}" alt="{}" width="56" height="56" loading="lazy">', image.thumbnail_url, image.alt
        )


class LookOnlyInlineMixin(LookOnlyMixin):
    """Rows that are looked at: an action changes them."""

    extra = 0
    tab = True
    hide_title = True


class StockColumnsMixin(LookOnlyInlineMixin):
    """Stock, location by location."""

    model = StockLevel
    verbose_name_plural = "stock"

    def sku(self, level: StockLevel) -> str:
        """Link to the variant."""
        return format_html(
            '<a class="text-link" href="{}">{}</a>',
            reverse("admin:catalog_variant_change", args=[level.variant_id]),
            level.variant.sku,
        )

    def available(self, level: StockLevel) -> int:
        """Units that can still be sold."""
        return level.available

    def adjust(self, level: StockLevel) -> str:
        """Link to where stock is adjusted."""
        return format_html(
            '<a class="text-link" href="{}">Adjust</a> · <a class="text-link" href="{}">Movements</a>',
            reverse("admin:catalog_stocklevel_adjust", args=[level.pk]),
            reverse("admin:catalog_stocklevel_change", args=[level.pk]),
        )


class ProductStockInline(StockColumnsMixin, NonrelatedTabularInline):
    """The stock of all variants of a product."""

    fields = readonly_fields = ("sku", "location", "on_hand", "allocated", "available", "adjust")

    def get_form_queryset(self, obj: Product) -> QuerySet[StockLevel]:
        """Read the stock of the product with what the columns show of it."""
        levels = StockLevel.objects.filter(variant__product=obj.pk)
        return levels.select_related("variant", "location").order_by(
            "variant__position", "variant", "location__priority"
        )

    def save_new_instance(self, parent: Product, instance: StockLevel) -> None:
        """Refuse: stock comes by receipt."""
        raise NotImplementedError


class VariantStockInline(StockColumnsMixin, TabularInline):
    """The stock of one variant."""

    fields = readonly_fields = ("location", "on_hand", "allocated", "available", "adjust")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        """Read the levels with their locations."""
        levels: QuerySet[StockLevel] = super().get_queryset(request)
        return levels.select_related("variant", "location")


class MovementInline(LookOnlyInlineMixin, TabularInline):
    """What made a level what it is, newest first."""

    model = StockMovement
    fields = readonly_fields = ("created_at", "type", "on_hand_change", "allocated_change", "reference", "acting_user")
    per_page = 20
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        """Read the movements with who made them."""
        movements: QuerySet[StockMovement] = super().get_queryset(request)
        return movements.select_related("acting_user")
