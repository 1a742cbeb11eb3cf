"""Delete specification fields, with the values that products have of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from catalog.actions.load_spec_fields import products_with
from catalog.actions.lock_product import lock_products
from catalog.actions.refresh_listings import refresh_listings
from catalog.bulk import chunks
from catalog.models import Product, SpecField
from catalog.revision import next_revision


def delete_spec_fields(*, ids: Collection[int], at: datetime) -> None:
    """Delete these fields and all values of them, so that a field of the same code begins without any."""
    with transaction.atomic():
        codes = list(SpecField.objects.filter(pk__in=ids).values_list("code", flat=True))
        shown = list(products_with(codes).values_list("pk", flat=True))
        for some in chunks(sorted(lock_products(shown))):
            products = list(Product.objects.filter(pk__in=some))
            for product in products:
                product.typed_specs = {code: held for code, held in product.typed_specs.items() if code not in codes}
            Product.objects.bulk_update(products, ["typed_specs"], batch_size=200)
        SpecField.objects.filter(pk__in=ids).delete()
        if shown:
            refresh_listings(product_ids=shown, at=at)
        else:
            next_revision()
