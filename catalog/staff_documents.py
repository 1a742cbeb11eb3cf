"""The documents that staff read and change: whole rows, published or not, with what no shopper sees.

Each has an entity tag that follows from it (`electroports.preconditions`), so what stands in one must not depend on
when it is read. Stock is not in them: it moves with every order, and an order is no reason to read a product again.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from catalog.documents import NamedRow
from catalog.facts import accessory_traits, sound_device_traits
from catalog.models import Accessory, Product, ProductImage, SoundDevice, Variant
from catalog.pricing import money
from catalog.specs import spec_text
from electroports.preconditions import entity_tag
from electroports.rendering import written_time


def product_document(product_id: int) -> dict[str, Any]:
    """Return the staff document of a product, by four queries; raises Product.DoesNotExist."""
    product = Product.objects.select_related("brand", "category", "tax_class").get(pk=product_id)
    variants = [variant_document(row) for row in product.variants.order_by("position", "pk")]
    images = [image_document(row) for row in product.images.order_by("position", "pk")]
    return {
        "id": product.pk,
        "slug": product.slug,
        "kind": product.kind,
        "name": product.name,
        "brand": NamedRow(product.brand.pk, product.brand.name, product.brand.slug)._asdict(),
        "category": NamedRow(product.category.pk, product.category.name, product.category.slug)._asdict(),
        "description": product.description,
        "specs": [{"name": name, "value": value} for name, value in product.specs],
        "typed_specs": {code: spec_text(value) for code, value in sorted(product.typed_specs.items())},
        "in_the_box": product.in_the_box,
        "warranty_months": product.warranty_months,
        "released_on": product.released_on.isoformat() if product.released_on else None,
        "popularity": product.popularity,
        "is_published": product.is_published,
        "tax_class": product.tax_class.code if product.tax_class is not None else None,
        **read_traits(product),
        "variants": [{**row, "etag": entity_tag(row)} for row in variants],
        "images": [{**row, "etag": entity_tag(row)} for row in images],
        "created_at": written_time(product.created_at),
        "updated_at": written_time(product.updated_at),
    }


def read_traits(product: Product) -> dict[str, Any]:
    """Return the typed fields of a product's kind, as its own list shows them."""
    if product.kind == Product.Kind.ACCESSORY:
        return accessory_traits(Accessory.objects.get(pk=product.pk))
    if product.kind == Product.Kind.SOUND_DEVICE:
        return sound_device_traits(SoundDevice.objects.get(pk=product.pk))
    return {}


def variant_document(variant: Variant) -> dict[str, Any]:
    """Return a variant as staff see it."""
    return {
        "id": variant.pk,
        "product": variant.product_id,
        "sku": variant.sku,
        "name": variant.name,
        "options": [{"name": name, "value": value} for name, value in variant.options],
        "condition": variant.condition,
        "price": money(variant.price),
        "compare_at_price": money(variant.compare_at_price) if variant.compare_at_price is not None else None,
        "shipping_grams": variant.shipping_grams,
        "max_per_customer": variant.max_per_customer,
        "currency": settings.CURRENCY,
        "is_active": variant.is_active,
        "position": variant.position,
    }


def image_document(image: ProductImage) -> dict[str, Any]:
    """Return a picture as staff see it; `url` and `thumbnail` are the original until the renditions are made."""
    return {
        "id": image.pk,
        "product": image.product_id,
        "variant": image.variant_id,
        "alt": image.alt,
        "position": image.position,
        "width": image.width,
        "height": image.height,
        "url": image.url,
        "thumbnail": image.thumbnail_url,
        "is_rendered": bool(image.display and image.thumbnail),
    }
