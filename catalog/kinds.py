"""The kinds of products: which table holds the typed fields of each, and which fields these are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.files.rows import KIND_COLUMNS, TYPED_COLUMNS
from catalog.models import Accessory, Product, SoundDevice
from electroports.errors import FieldError

MODELS: Mapping[str, type[Product]] = {
    Product.Kind.DEVICE: Product,
    Product.Kind.ACCESSORY: Accessory,
    Product.Kind.SOUND_DEVICE: SoundDevice,
}


def foreign_traits(kind: str, values: Mapping[str, Any]) -> list[FieldError]:
    """Return an error for each typed field among `values` that a product of this kind does not have."""
    return [
        FieldError(name, "not_allowed", f"A product of the kind {kind} has no such field.")
        for name in TYPED_COLUMNS
        if name in values and name not in KIND_COLUMNS[kind]
    ]
