"""Reading what the documents of products are made from: a fixed number of queries for any number of products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from catalog.documents import ImageFacts, NamedRow, ProductFacts, ShopTerms, VariantFacts
from catalog.files.rows import KIND_COLUMNS
from catalog.layouts import PortRows, load_layouts
from catalog.models import Accessory, Product, ProductImage, SoundDevice, SpecField, StockLevel, TaxClass, Variant
from catalog.ports import purposes_of
from catalog.pricing import usual_tax
from catalog.specs import SpecRule


def shop_terms() -> ShopTerms:
    """Return what documents depend on besides their products, in two queries."""
    classes = list(TaxClass.objects.all())
    percents = {row.pk: row.charged.percent or Decimal(0) for row in classes}
    usual = next((percents[row.pk] for row in classes if row.is_default), usual_tax().percent or Decimal(0))
    return ShopTerms(settings.CURRENCY, usual, spec_rules(), percents)


def spec_rules() -> dict[str, SpecRule]:
    """Return the specification fields in their order, by code, in one query."""
    return {field.code: field.rule for field in SpecField.objects.order_by("position", "pk")}


def accessory_traits(row: Accessory) -> dict[str, Any]:
    """Return the typed fields of an accessory as the API shows them."""
    return {
        "accessory_type": row.accessory_type,
        "length_m": f"{row.length_m:.2f}" if row.length_m is not None else None,
        "watts": f"{row.watts:.1f}" if row.watts is not None else None,
    }


def sound_device_traits(row: SoundDevice) -> dict[str, Any]:
    """Return the typed fields of a sound device as the API shows them."""
    return {
        "form_factor": row.form_factor,
        "connectivity": row.connectivity,
        "impedance_ohms": row.impedance_ohms,
        "driver_mm": f"{row.driver_mm:.1f}" if row.driver_mm is not None else None,
        "battery_hours": f"{row.battery_hours:.1f}" if row.battery_hours is not None else None,
        "noise_cancelling": row.noise_cancelling,
        "microphone": row.microphone,
    }


def load_facts(product_ids: Collection[int]) -> list[ProductFacts]:
    """Return the facts of those of the products that shoppers may see, in nine queries at most."""
    products = list(Product.objects.filter(pk__in=product_ids, is_published=True).select_related("brand", "category"))
    variants: dict[int, list[VariantFacts]] = defaultdict(list)
    rows = list(Variant.objects.filter(product_id__in=product_ids, is_active=True).order_by("position", "id"))
    available = StockLevel.objects.available_by_variant([row.pk for row in rows])
    for row in rows:
        variants[row.product_id].append(
            VariantFacts(
                row.pk,
                row.sku,
                row.name,
                row.options,
                row.condition,
                row.price,
                row.compare_at_price,
                available.get(row.pk, 0),
            )
        )
    images = load_images(product_ids)
    traits = load_traits(products)
    layouts = load_layouts(product_ids)
    return [
        product_facts(product, variants[product.pk], images[product.pk], traits.get(product.pk, {}), layouts)
        for product in products
        if product.pk in variants
    ]


def load_images(product_ids: Collection[int]) -> dict[int, list[ImageFacts]]:
    """Return the pictures of products by their ids, in the order in which pages show them, in one query."""
    images: dict[int, list[ImageFacts]] = defaultdict(list)
    if not product_ids:
        return images
    # Written out, for every look into a cart asks it.
    places = ", ".join(["%s"] * len(product_ids))
    sql = f"SELECT * FROM catalog_productimage WHERE product_id IN ({places}) ORDER BY position, id"  # noqa: S608  # places
    for image in ProductImage.objects.raw(sql, [*product_ids]):
        images[image.product_id].append(ImageFacts(image.variant_id, image.url, image.thumbnail_url, image.alt))
    return images


def load_traits(products: Iterable[Product]) -> dict[int, dict[str, Any]]:
    """Return the typed fields of products by their ids, in one query for each kind of product that has any."""
    of_kind: dict[str, list[int]] = defaultdict(list)
    for product in products:
        of_kind[product.kind].append(product.pk)
    found: dict[int, dict[str, Any]] = {}
    if accessories := of_kind[Product.Kind.ACCESSORY]:
        for accessory in Accessory.objects.filter(pk__in=accessories).only(*KIND_COLUMNS[Product.Kind.ACCESSORY]):
            found[accessory.pk] = accessory_traits(accessory)
    if devices := of_kind[Product.Kind.SOUND_DEVICE]:
        for device in SoundDevice.objects.filter(pk__in=devices).only(*KIND_COLUMNS[Product.Kind.SOUND_DEVICE]):
            found[device.pk] = sound_device_traits(device)
    return found


def product_facts(
    product: Product,
    variants: list[VariantFacts],
    images: list[ImageFacts],
    traits: dict[str, Any],
    layouts: PortRows,
) -> ProductFacts:
    """Return the facts of one product whose rows are loaded."""
    ports = layouts.ports.get(product.pk, [])
    return ProductFacts(
        id=product.pk,
        slug=product.slug,
        kind=product.kind,
        name=product.name,
        brand=NamedRow(product.brand.pk, product.brand.name, product.brand.slug),
        category=NamedRow(product.category.pk, product.category.name, product.category.slug),
        description=product.description,
        specs=product.specs,
        in_the_box=product.in_the_box,
        warranty_months=product.warranty_months,
        newest_on=product.released_on or timezone.localdate(product.created_at),
        popularity=product.popularity,
        rating_average=product.rating_average,
        rating_count=product.rating_count,
        traits=traits,
        typed_specs=product.typed_specs,
        tax_class_id=product.tax_class_id,
        layout=layouts.layout(product.pk, purposes_of(product.kind, traits.get("accessory_type"))) if ports else None,
        connectors={port.connector.code: port.connector.name for port in ports},
        variants=variants,
        images=images,
    )
