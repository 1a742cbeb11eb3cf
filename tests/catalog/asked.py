"""Random queries of lists, and the plain answer to them: a filter and a sort over all products, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from catalog.documents import ProductFacts, VariantFacts
from tests.catalog.listed import (
    BELOW,
    BRANDS,
    CATEGORIES,
    CONDITIONS,
    FORMS,
    HOURS,
    LENGTHS,
    PRICES,
    TYPES,
    WATTS,
    WAYS,
)

ENDPOINTS = {"/api/products": None, "/api/accessories": "accessory", "/api/sound-devices": "sound_device"}
COMMON = ["category", "brand", "min_price", "max_price", "condition", "in_stock", "on_sale", "rating", "spec"]
TYPED = {
    "accessory": ["accessory_type", "min_watts", "max_watts", "min_length", "max_length"],
    "sound_device": ["form_factor", "connectivity", "noise_cancelling", "microphone", "min_battery_hours"],
}
AMOUNTS = [str(price) for price in PRICES] + ["0", "100", "100.1", "1500.01", "1"]
CATEGORY_OF = {name: pk for pk, (slug, _) in CATEGORIES.items() for name in (slug, str(pk))}
BRAND_OF = {name: pk for pk, slug in BRANDS.items() for name in (slug, str(pk))}


def words(pool: Iterable[str]) -> st.SearchStrategy[str]:
    """One to three values, comma separated."""
    return st.lists(st.sampled_from(sorted(pool)), min_size=1, max_size=3).map(",".join)


VALUES: dict[str, st.SearchStrategy[str]] = {
    "kind": words(["device", "accessory", "sound_device"]),
    "category": words(CATEGORY_OF),
    "brand": words(BRAND_OF),
    "min_price": st.sampled_from(AMOUNTS),
    "max_price": st.sampled_from(AMOUNTS),
    "condition": words(CONDITIONS),
    "in_stock": st.sampled_from(["true", "false"]),
    "on_sale": st.sampled_from(["true", "false"]),
    "rating": st.sampled_from(["1", "3.5", "3.51", "4.25", "5"]),
    "accessory_type": words(TYPES),
    "min_watts": st.sampled_from([text for text in WATTS if text] + ["65.01"]),
    "max_watts": st.sampled_from([text for text in WATTS if text] + ["64.99"]),
    "min_length": st.sampled_from([text for text in LENGTHS if text] + ["1"]),
    "max_length": st.sampled_from([text for text in LENGTHS if text] + ["0.99"]),
    "form_factor": words(FORMS),
    "connectivity": words(WAYS),
    "noise_cancelling": st.sampled_from(["true", "false"]),
    "microphone": st.sampled_from(["true", "false"]),
    "min_battery_hours": st.sampled_from([text for text in HOURS if text] + ["30.51"]),
}


CONDITIONS_ON = {
    "ram": st.sampled_from(["4", "8..", "..8", "8..12", "16.5", "9..", "12..8"]),
    "panel": st.sampled_from(["LCD", "OLED", "LCD|OLED"]),
    "nfc": st.sampled_from(["true", "false"]),
}
VALUES["spec"] = (
    st.lists(st.sampled_from(sorted(CONDITIONS_ON)), unique=True, min_size=1)
    .flatmap(lambda codes: st.tuples(*(CONDITIONS_ON[code].map(f"{code}:{{}}".format) for code in codes)))
    .map(",".join)
)


def has_specs(product: ProductFacts, text: str) -> bool:
    """Tell whether a product meets all conditions, by looking at each value of it."""
    return all(has_spec(product, *condition.split(":")) for condition in text.split(","))


def has_spec(product: ProductFacts, code: str, wanted: str) -> bool:
    value = product.typed_specs.get(code)
    if isinstance(value, bool):
        return spelled(value) == wanted
    if isinstance(value, list):
        low, dots, high = wanted.partition("..")
        ends = (float(low or 0), float(high or "inf")) if dots else (float(wanted), float(wanted))
        return any(ends[0] <= float(each) <= ends[1] for each in value)
    return value in wanted.split("|")


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A path and some of the filters that it knows, with an ordering and a page size."""
    path = draw(st.sampled_from(sorted(ENDPOINTS)))
    kind = ENDPOINTS[path]
    known = COMMON + (TYPED[kind] if kind else ["kind", *TYPED["accessory"], *TYPED["sound_device"]])
    names = draw(st.lists(st.sampled_from(known), unique=True, max_size=4))
    params = {name: draw(VALUES[name]) for name in names}
    params["ordering"] = draw(st.sampled_from(["", "-"])) + draw(st.sampled_from(sorted(SORTS)))
    params["page_size"] = draw(st.sampled_from(["1", "2", "3", "7", "100"]))
    return path, params


def shown(product: ProductFacts) -> VariantFacts:
    """The variant whose price stands for the product."""
    purchasable = [variant for variant in product.variants if variant.available > 0]
    return min(purchasable or product.variants, key=lambda variant: (variant.price, variant.id))


def spelled(value: bool) -> str:
    return "true" if value else "false"


def at_least(trait: str) -> Callable[[ProductFacts, str], bool]:
    return lambda product, text: bool(product.traits.get(trait)) and Decimal(product.traits[trait]) >= Decimal(text)


def at_most(trait: str) -> Callable[[ProductFacts, str], bool]:
    return lambda product, text: bool(product.traits.get(trait)) and Decimal(product.traits[trait]) <= Decimal(text)


def switch(trait: str) -> Callable[[ProductFacts, str], bool]:
    return lambda product, text: trait in product.traits and spelled(product.traits[trait]) == text


PASSES: dict[str, Callable[[ProductFacts, str], bool]] = {
    "kind": lambda p, text: p.kind in text.split(","),
    "category": lambda p, text: any(p.category.id in BELOW[CATEGORY_OF[word]] for word in text.split(",")),
    "brand": lambda p, text: p.brand.id in [BRAND_OF[word] for word in text.split(",")],
    "min_price": lambda p, text: shown(p).price >= Decimal(text),
    "max_price": lambda p, text: shown(p).price <= Decimal(text),
    "condition": lambda p, text: any(variant.condition in text.split(",") for variant in p.variants),
    "in_stock": lambda p, text: spelled(any(variant.available > 0 for variant in p.variants)) == text,
    "on_sale": lambda p, text: spelled(shown(p).compare_at_price is not None) == text,
    "spec": has_specs,
    "rating": lambda p, text: (p.rating_average or Decimal(0)) >= Decimal(text),
    "accessory_type": lambda p, text: p.traits.get("accessory_type") in text.split(","),
    "min_watts": at_least("watts"),
    "max_watts": at_most("watts"),
    "min_length": at_least("length_m"),
    "max_length": at_most("length_m"),
    "form_factor": lambda p, text: p.traits.get("form_factor") in text.split(","),
    "connectivity": lambda p, text: bool(set(p.traits.get("connectivity", ())) & set(text.split(","))),
    "noise_cancelling": switch("noise_cancelling"),
    "microphone": switch("microphone"),
    "min_battery_hours": at_least("battery_hours"),
}
# Ties: the newest entry first; `-` is exactly the reverse.
SORTS: dict[str, Callable[[ProductFacts], Any]] = {
    "newest": lambda p: (-p.newest_on.toordinal(), -p.id),
    "price": lambda p: (shown(p).price, -p.id),
    "rating": lambda p: (-(p.rating_average or 0), -p.id),
    "name": lambda p: (p.name.casefold(), -p.id),
    "popularity": lambda p: (-p.popularity, -p.id),
}


def plain_answer(products: Iterable[ProductFacts], path: str, params: dict[str, str]) -> list[int]:
    """The ids of all products that answer to a query, in order."""
    kind = ENDPOINTS[path]
    filters = {name: text for name, text in params.items() if name in PASSES}
    found = [
        product
        for product in products
        if kind in (None, product.kind) and all(PASSES[name](product, text) for name, text in filters.items())
    ]
    ordering = params["ordering"]
    ordered = sorted(found, key=SORTS[ordering.removeprefix("-")], reverse=ordering.startswith("-"))
    return [product.id for product in ordered]
