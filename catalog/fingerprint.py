"""What all listings depend on besides their products: the code that makes them, and settings."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from catalog import documents, facts, layouts, offers, port_documents, pricing, sales, specs, stock
from catalog.ports import layouts as port_layouts
from catalog.ports import purposes, vocabulary
from catalog.search import document, text

SOURCES = (
    *(documents, facts, layouts, offers, port_documents, port_layouts, pricing, purposes, sales, specs, stock),
    *(vocabulary, document, text),
)


def listing_fingerprint() -> str:
    """Return a digest that differs when the same product would now get another listing.

    It takes the code as a whole, so a changed comment counts too: rewriting listings in vain costs a minute, and
    forgetting to do it would leave old prices without VAT in the window.
    """
    digest = blake2b(digest_size=32)
    for module in SOURCES:
        digest.update(Path(str(module.__file__)).read_bytes())
    terms = (
        settings.CURRENCY,
        settings.VAT_PERCENT,
        settings.VAT_REGISTERED,
        settings.LOW_STOCK_THRESHOLD,
        settings.TIME_ZONE,
        default_storage.url("picture"),
    )
    digest.update(repr(terms).encode())
    return digest.hexdigest()
