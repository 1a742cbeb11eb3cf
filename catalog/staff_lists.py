"""The list of products as staff see it: what may be asked for, and what stands in a row."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog.documents import NamedRow
from catalog.files.cells import shown
from catalog.models import Brand, Category, Product, Variant
from catalog.pricing import money
from electroports.query import choice_of, refusals_into, truth_of
from electroports.rendering import written_time

FILTERS = ("search", "is_published", "kind", "brand", "category", "updated_since")
MAX_SEARCH = 120
SLUG_OR_ID = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)


def asked_products(params: QueryDict) -> QuerySet[Any]:
    """Return the products that the query string asks for, published or not; raises ValidationError.

    A word of `search` is a part of the name, in any case, or the beginning of a SKU; all words have to be there.
    """
    errors: dict[str, Any] = {}
    products = Product.objects.select_related("brand", "category").prefetch_related("variants")
    for name, read in READERS.items():
        if name in params:
            with refusals_into(errors):
                products = products.filter(read(str(params[name])))
    if errors:
        raise ValidationError(errors)
    return products


def listed_document(product: Product) -> dict[str, Any]:
    """Return a product as a row of the list, with its variants, active or not."""
    return {
        "id": product.pk,
        "slug": product.slug,
        "kind": product.kind,
        "name": product.name,
        "brand": NamedRow(product.brand.pk, product.brand.name, product.brand.slug)._asdict(),
        "category": NamedRow(product.category.pk, product.category.name, product.category.slug)._asdict(),
        "is_published": product.is_published,
        "popularity": product.popularity,
        "variants": [
            {
                "id": variant.pk,
                "sku": variant.sku,
                "name": variant.name,
                "price": money(variant.price),
                "compare_at_price": money(variant.compare_at_price) if variant.compare_at_price is not None else None,
                "currency": settings.CURRENCY,
                "is_active": variant.is_active,
            }
            for variant in product.variants.all()
        ],
        "created_at": written_time(product.created_at),
        "updated_at": written_time(product.updated_at),
    }


def _search(text: str) -> Q:
    words = text.split()
    if not words or len(text) > MAX_SEARCH:
        raise _refused("search", f"Give one to {MAX_SEARCH} characters.")
    found = Q()
    for word in words:
        of_sku = Variant.objects.filter(product=OuterRef("pk"), sku__startswith=word.upper())
        found &= Q(name__icontains=word) | Q(Exists(of_sku))
    return found


def _is_published(text: str) -> Q:
    return Q(is_published=truth_of("is_published", text))


def _kind(text: str) -> Q:
    return Q(kind=choice_of("kind", text, Product.Kind.values))


def _brand(text: str) -> Q:
    return Q(brand=_id_of(Brand, text))


def _category(text: str) -> Q:
    return Q(category__in=Category.objects.subtree_ids(_id_of(Category, text)))


def _id_of(model: type[Any], text: str) -> int:
    if SLUG_OR_ID.fullmatch(text) and not (text.isdigit() and len(text) > 18):
        named = {"pk": int(text)} if text.isdigit() else {"slug": text}
        found: int | None = model.objects.filter(**named).order_by().values_list("pk", flat=True).first()
        if found is not None:
            return found
    name = str(model._meta.verbose_name)
    raise _refused(name, f"There is no such {name}: {shown(text)}.")


def _updated_since(text: str) -> Q:
    try:
        moment: datetime | None = parse_datetime(text)
    except ValueError as error:  # it looks like a date, and is none
        raise _refused("updated_since", str(error)) from error
    if moment is None or moment.tzinfo is None:
        raise _refused("updated_since", "Give a time with its offset, such as 2026-03-02T09:30:00Z.")
    return Q(updated_at__gte=moment)


def _refused(name: str, message: str) -> ValidationError:
    return ValidationError({name: [ErrorDetail(message, code="invalid")]})


READERS = {
    "search": _search,
    "is_published": _is_published,
    "kind": _kind,
    "brand": _brand,
    "category": _category,
    "updated_since": _updated_since,
}
