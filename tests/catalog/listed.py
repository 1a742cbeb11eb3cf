"""Random catalogues for the tests of reading: facts of products, listed as the shop lists them, and random queries.

Values come from small pools, so that ties, empty answers and whole catalogues are all likely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from catalog.documents import NamedRow, ProductFacts, VariantFacts, listing_row
from catalog.facts import shop_terms
from catalog.models import Brand, Category, ProductListing, SpecField
from catalog.revision import next_revision
from catalog.window import window
from electroports import hot

# id: (slug, parent). Three levels, and a root of its own.
CATEGORIES: dict[int, tuple[str, int | None]] = {
    1: ("electronics", None),
    2: ("audio", 1),
    3: ("headphones", 2),
    4: ("speakers", 2),
    5: ("power", 1),
    6: ("phones", None),
}
BRANDS = {1: "anker", 2: "jbl", 3: "Nothing_Tech"}
BELOW = {1: {1, 2, 3, 4, 5}, 2: {2, 3, 4}, 3: {3}, 4: {4}, 5: {5}, 6: {6}}

PRICES = [Decimal(text) for text in ("99.99", "100.00", "100.01", "1500.00", "2500.50", "99999.00", "9999999999.99")]
DATES = [date(2023, 1, 1), date(2024, 6, 30), date(2024, 7, 1)]
RATINGS = [None, Decimal("3.50"), Decimal("4.25"), Decimal("5.00")]
NAMES = ["Alpha", "alpha", "Beta", "Straße 9", "strasse 9", "Écouteurs", "Zed"]
WATTS = [None, "5.0", "65.0", "65.5", "100.0"]
LENGTHS = [None, "0.50", "1.00", "2.00"]
HOURS = [None, "8.0", "30.5", "60.0"]
FORMS = ["over_ear", "in_ear", "soundbar"]
WAYS = ["bluetooth", "wired", "usb"]
TYPES = ["cable", "charger", "hub"]
RAM = [[4], [8], [4, 8], [12], [8, 16.5]]
PANELS = ["LCD", "OLED"]
CONDITIONS = ["new", "open_box", "refurbished", "used"]


def variants() -> st.SearchStrategy[list[dict[str, Any]]]:
    """One to three variants of a product."""
    one = st.fixed_dictionaries(
        {
            "price": st.sampled_from(PRICES),
            "available": st.sampled_from([0, 0, 3, 50]),
            "condition": st.sampled_from(CONDITIONS),
            "on_sale": st.booleans(),
        }
    )
    return st.lists(one, min_size=1, max_size=3)


def traits(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """The typed fields of a kind, as the API shows them."""
    if kind == "accessory":
        return st.fixed_dictionaries(
            {
                "accessory_type": st.sampled_from(TYPES),
                "length_m": st.sampled_from(LENGTHS),
                "watts": st.sampled_from(WATTS),
            }
        )
    if kind == "sound_device":
        return st.fixed_dictionaries(
            {
                "form_factor": st.sampled_from(FORMS),
                "connectivity": st.lists(st.sampled_from(WAYS), min_size=1, unique=True),
                "impedance_ohms": st.sampled_from([None, 32]),
                "driver_mm": st.sampled_from([None, "40.0"]),
                "battery_hours": st.sampled_from(HOURS),
                "noise_cancelling": st.booleans(),
                "microphone": st.booleans(),
            }
        )
    return st.just({})


def specs() -> st.SearchStrategy[dict[str, Any]]:
    """Values of the specification fields that `make_taxonomy` makes, each known or not."""
    return st.fixed_dictionaries(
        {},
        optional={"ram": st.sampled_from(RAM), "panel": st.sampled_from(PANELS), "nfc": st.booleans()},
    )


@st.composite
def looks(draw: st.DrawFn) -> dict[str, Any]:
    """Everything of a product but its id."""
    kind = draw(st.sampled_from(["device", "accessory", "sound_device"]))
    return {
        "kind": kind,
        "name": draw(st.sampled_from(NAMES)),
        "brand": draw(st.sampled_from(sorted(BRANDS))),
        "category": draw(st.sampled_from(sorted(CATEGORIES))),
        "newest_on": draw(st.sampled_from(DATES)),
        "popularity": draw(st.sampled_from([0, 0, 7, 2**31 - 1])),
        "rating": draw(st.sampled_from(RATINGS)),
        "traits": draw(traits(kind)),
        "specs": draw(specs()),
        "variants": draw(variants()),
    }


def facts_of(product_id: int, look: dict[str, Any]) -> ProductFacts:
    """The facts of the product with this id that looks like this."""
    return ProductFacts(
        id=product_id,
        slug=f"product-{product_id}",
        kind=look["kind"],
        name=look["name"],
        brand=NamedRow(look["brand"], BRANDS[look["brand"]].title(), BRANDS[look["brand"]]),
        category=NamedRow(look["category"], CATEGORIES[look["category"]][0].title(), CATEGORIES[look["category"]][0]),
        description="",
        specs=[],
        in_the_box=[],
        warranty_months=12,
        newest_on=look["newest_on"],
        popularity=look["popularity"],
        rating_average=look["rating"],
        rating_count=0 if look["rating"] is None else 3,
        traits=look["traits"],
        typed_specs=look["specs"],
        variants=[
            VariantFacts(
                product_id * 10 + place,
                f"SKU-{product_id}-{place}",
                f"Option {place}",
                [],
                each["condition"],
                each["price"],
                each["price"] + 1 if each["on_sale"] and each["price"] < PRICES[-1] else None,
                each["available"],
            )
            for place, each in enumerate(look["variants"])
        ],
    )


def make_taxonomy() -> None:
    """The brands, categories and specification fields of this module."""
    make = {"group": "General", "is_filterable": True}
    SpecField.objects.create(code="ram", name="RAM", type="number", is_multiple=True, **make)
    SpecField.objects.create(code="panel", name="Panel", type="choice", choices=PANELS, **make)
    SpecField.objects.create(code="nfc", name="NFC", type="boolean", **make)
    Brand.objects.bulk_create([Brand(pk=pk, slug=slug, name=slug.title()) for pk, slug in BRANDS.items()])
    Category.objects.bulk_create(
        [Category(pk=pk, slug=slug, name=slug.title(), parent_id=parent) for pk, (slug, parent) in CATEGORIES.items()]
    )


def list_products(products: Iterable[ProductFacts], *, gone: Iterable[int] = ()) -> int:
    """Write the listings of products, and unlist those that are gone, as one change; return its revision."""
    terms = shop_terms()
    revision = next_revision()
    rows = [listing_row(facts, terms)._asdict() for facts in products]
    fields = ["revision", *(name for name in rows[0] if name != "product_id")] if rows else None
    ProductListing.objects.bulk_create(
        [ProductListing(revision=revision, **row) for row in rows],
        update_conflicts=bool(rows),
        update_fields=fields,
        unique_fields=["product_id"] if rows else None,
    )
    ProductListing.objects.filter(pk__in=list(gone)).update(is_listed=False, revision=revision)
    return revision


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Undo what is written inside, and begin and end like a new process: for each of many examples in one test."""
    window._reset()
    hot.store.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    window._reset()
    hot.store.clear()
