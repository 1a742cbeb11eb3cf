"""Synthetic products for trying the shop at scale: modelled on the real ones, skewed as a real shop's are. Pure.

Few brands and categories have most of the products (Zipf), prices are log-normal around those of the model, few
products are popular and most are not. To be quick, products come in families of a few that share all but their number,
popularity and date: a family is written out once, by the same function as every listing, and each product filled in.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

import orjson

from catalog.bulk import LATER, NULL
from catalog.documents import EPOCH, NamedRow, ProductFacts, ShopTerms, VariantFacts, listing_row
from catalog.ports import Layout
from catalog.search.document import search_document
from catalog.search.text import words_of
from catalog.specs import SpecValues

SLUG = "synthetic-"
SERIES = (
    *("Acacia", "Amani", "Aster", "Atlas", "Baobab", "Bora", "Cedar", "Chapa", "Coral", "Delta"),
    *("Dune", "Elgon", "Ember", "Falcon", "Fika", "Flint", "Garnet", "Gecko", "Halo", "Harrier"),
    *("Imara", "Indigo", "Jade", "Jasiri", "Kestrel", "Kifaru", "Kito", "Lumen", "Lynx", "Maji"),
    *("Mara", "Mwanga", "Nova", "Nyota", "Orbit", "Osprey", "Pamoja", "Pulse", "Quartz", "Rafiki"),
)
TIERS = ("", "", "", " Lite", " Neo", " Plus", " Pro", " Max")
OWN_WORDS = {word.written for text in (*SERIES, *TIERS) for word in words_of(text)}  # of the names made up here
CONDITIONS = ("new", "refurbished", "open_box", "used")
VARIANT_COUNTS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
FAMILY = 8  # products, on average
TABLES = (
    "catalog_product",
    "catalog_accessory",
    "catalog_sounddevice",
    "catalog_variant",
    "catalog_stocklevel",
    "catalog_stockmovement",
    "catalog_searchdocument",
    "catalog_port",
    "catalog_portjoin",
    "catalog_powerbudget",
    "catalog_productlisting",
)
TYPED_TABLES = {"accessory": "catalog_accessory", "sound_device": "catalog_sounddevice"}
BETWEEN_TABLES = "\x03"

# What stands for a product's own numbers while its family is written out: longer than any real one.
PRODUCT_MARK = 9_100_000_000_000_000_001
VARIANT_MARK = 9_200_000_000_000_000_000
PORT_MARK = 9_300_000_000_000_000_000


class Ports(NamedTuple):
    """How a real product is laid out, with the keys and names of its connectors."""

    layout: Layout
    layout_id: int
    connector_ids: dict[str, int]
    connectors: dict[str, str]


class Model(NamedTuple):
    """A real product that synthetic ones are modelled on."""

    kind: str
    name: str
    category: NamedRow
    specs: list[list[str]]
    in_the_box: list[str]
    warranty_months: int
    traits: dict[str, Any]  # as documents show them
    typed_specs: SpecValues
    price: Decimal
    options: list[list[list[str]]]  # of its variants
    ports: Ports | None = None
    tax_class_id: int | None = None


@dataclass(slots=True)
class Shelf:
    """A category with its models, and its brands with the running sums of their weights."""

    category: NamedRow
    models: list[Model]
    brands: list[NamedRow]
    weights: list[float]


class Shape(NamedTuple):
    """How a batch is built: the number of locations of each variant of each family; the family of each product."""

    families: list[list[int]]
    chosen: list[int]

    @property
    def variants(self) -> int:
        """How many variants the batch has."""
        return sum(len(self.families[family]) for family in self.chosen)

    @property
    def levels(self) -> int:
        """How many stock levels the batch has."""
        return sum(sum(self.families[family]) for family in self.chosen)


class Ids(NamedTuple):
    """Keys for the rows of a batch: variants and levels as its shape has, ports for the most that it can have."""

    products: Sequence[int]
    variants: Sequence[int]
    levels: Sequence[int]
    ports: Sequence[int]


def draw_shape(size: int, *, locations: int, rng: random.Random) -> Shape:
    """Draw how a batch of `size` products is built: one to three variants each, at up to two of the locations."""
    counts = rng.choices(VARIANT_COUNTS, k=max(1, size // FAMILY))
    families = [rng.choices((1, 1, min(2, locations)), k=count) for count in counts]
    return Shape(families, rng.choices(range(len(families)), k=size))


def shelves_by_category(
    models: Sequence[Model], *, brands: dict[str, list[NamedRow]], ranks: dict[int, int]
) -> list[Shelf]:
    """Return a shelf per category, those with most models first; `brands` are by category, `ranks` from 1 by brand."""
    by_category: dict[NamedRow, list[Model]] = {}
    for model in models:
        by_category.setdefault(model.category, []).append(model)
    shelves = [
        Shelf(category, found, brands[category.slug], list(accumulate(1 / ranks[b.id] for b in brands[category.slug])))
        for category, found in by_category.items()
    ]
    return sorted(shelves, key=lambda shelf: (-len(shelf.models), shelf.category.slug))


class Factory:
    """Makes batches of products. A batch follows from its ids, its shape and the seed of its random numbers."""

    def __init__(
        self, shelves: Sequence[Shelf], *, location_ids: Sequence[int], terms: ShopTerms, at: datetime
    ) -> None:
        self.shelves = shelves
        self.location_ids = location_ids[:2]
        self.terms = terms
        self.stamp = at.strftime("%Y-%m-%d %H:%M:%S.%f")  # UTC
        self.today = at.date()
        self.targets = {
            "catalog_brand": {brand.id for shelf in shelves for brand in shelf.brands},
            "catalog_category": {shelf.category.id for shelf in shelves},
            "catalog_stocklocation": set(self.location_ids),
        }
        models = [model for shelf in shelves for model in shelf.models]
        self.targets["catalog_connector"] = {pk for m in models if m.ports for pk in m.ports.connector_ids.values()}
        self.most_ports = max(len(model.ports.layout.ports) if model.ports else 0 for model in models)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(shelves) + 1)))

    def make(self, ids: Ids, shape: Shape, *, seed: int) -> dict[str, str]:
        """Return the rows of every table, as lines of cells with tabs between; LATER stands for the revision."""
        rng = random.Random(seed)  # noqa: S311
        families = [_Family(self, rng, spread) for spread in shape.families]
        templates = [family.template() for family in families]
        variants, levels, ports = iter(ids.variants), iter(ids.levels), iter(ids.ports)
        products: list[str] = []
        for product_id, family in zip(ids.products, shape.chosen, strict=True):
            released_on = self.today - timedelta(days=int(rng.expovariate(1 / 700)))
            values: dict[str, object] = {
                "product": product_id,
                "popularity": min(1000, int(2 / (1.0001 - rng.random()))),
                "released_on": released_on,
                "newest_key": (released_on - EPOCH).days,
            }
            level = 0
            for place, locations in enumerate(shape.families[family]):
                values[f"variant{place}"] = next(variants)
                for _ in range(locations):
                    values[f"level{level}"] = next(levels)
                    level += 1
            for place in range(families[family].port_count):
                values[f"port{place}"] = next(ports)
            products.append(templates[family] % values)
        tables = zip(*(product.split(BETWEEN_TABLES) for product in products), strict=True)
        return {name: "".join(lines) for name, lines in zip(TABLES, tables, strict=True)}

    def shelf(self, number: float) -> Shelf:
        """Return the shelf that a random number from 0 to 1 falls on."""
        return self.shelves[bisect(self._weights, number * self._weights[-1])]


class _Family:
    """Products that are alike, as lines with `%(product)s` and the like where each puts its own numbers."""

    def __init__(self, factory: Factory, rng: random.Random, spread: Sequence[int]) -> None:
        draw = rng.random
        self.factory = factory
        self.rng = rng
        self.shelf = shelf = factory.shelf(draw())
        self.model = shelf.models[int(draw() * len(shelf.models))]
        self.brand = shelf.brands[bisect(shelf.weights, draw() * shelf.weights[-1])]
        series = SERIES[int(draw() * len(SERIES))] + TIERS[int(draw() * len(TIERS))]
        self.name = f"{plain(self.brand.name)} {series} {PRODUCT_MARK}"
        self.description = (
            "A synthetic product that shows how the shop does with very many of them; "
            f"it is modelled on {plain(self.model.name)}."
        )
        self.tables: dict[str, list[str]] = {name: [] for name in TABLES}
        self.levels = 0
        self.variants = self._make_variants(spread)
        self.port_count = len(self.model.ports.layout.ports) if self.model.ports else 0

    def template(self) -> str:
        """Return the lines of all tables, each table's end marked."""
        self._make_product()
        if self.model.ports:
            self._make_ports(self.model.ports)
        self._make_listing()
        text = BETWEEN_TABLES.join("".join(lines) for lines in self.tables.values()).replace("%", "%%")
        for mark in ("popularity", "released_on", "newest_key", *(f"level{place}" for place in range(self.levels))):
            text = text.replace(_own(mark), f"%({mark})s")
        for place in range(len(self.variants)):
            text = text.replace(str(VARIANT_MARK + place), f"%(variant{place})s")
        for place in range(self.port_count):
            text = text.replace(str(PORT_MARK + place), f"%(port{place})s")
        return text.replace(str(PRODUCT_MARK), "%(product)s")

    def _write(self, table: str, *cells: object) -> None:
        self.tables[table].append("\t".join(map(_cell, cells)) + "\n")

    def _make_product(self) -> None:
        model, stamp = self.model, self.factory.stamp
        self._write(
            "catalog_product",
            *(PRODUCT_MARK, model.kind, f"{SLUG}{PRODUCT_MARK}", self.name, self.brand.id, self.shelf.category.id),
            model.tax_class_id,
            *(
                self.description,
                _json(model.specs),
                _json(model.typed_specs),
                _json(model.in_the_box),
                model.warranty_months,
            ),
            *(_own("released_on"), _own("popularity"), None, 0, True, stamp, stamp),
        )
        if model.traits:
            self._write(TYPED_TABLES[model.kind], PRODUCT_MARK, *model.traits.values())

    def _make_ports(self, ports: Ports) -> None:
        layout = ports.layout
        for place, port in enumerate(layout.ports):
            connector = ports.connector_ids[port.connector]
            carries = _json([list(lane) for lane in port.lanes])
            self._write(
                "catalog_port",
                *(
                    PORT_MARK + place,
                    PRODUCT_MARK,
                    place + 1,
                    port.name,
                    connector,
                    port.gender,
                    port.quantity,
                    carries,
                ),
            )
        for place, join in enumerate(layout.joins, 1):
            carries = _json([list(lane) for lane in join.lanes])
            self._write("catalog_portjoin", PRODUCT_MARK, place, PORT_MARK + join.one, PORT_MARK + join.other, carries)
        if layout.budget:
            splits = _json({str(devices): list(split) for devices, split in layout.budget.splits.items()})
            self._write("catalog_powerbudget", PRODUCT_MARK, layout.budget.watts, splits)

    def _make_variants(self, spread: Sequence[int]) -> list[VariantFacts]:
        base = float(self.model.price) * self.rng.lognormvariate(0, 0.35)
        is_on_sale = self.rng.random() < 0.16
        made: list[VariantFacts] = []
        for place, locations in enumerate(spread):
            options = self.model.options[place % len(self.model.options)]
            name = " / ".join(plain(value) for _name, value in options)
            condition = CONDITIONS[place // len(self.model.options)]
            price = Decimal(max(50, round(base * (1 + 0.12 * place) / 50) * 50))
            former = round(price * Decimal("1.2")) if is_on_sale and place == 0 else None
            sku = f"SYN-{PRODUCT_MARK}-{place + 1}"
            self._write(
                "catalog_variant",
                *(VARIANT_MARK + place, PRODUCT_MARK, sku, name, _json(options), condition, price, former, True, place),
                *(None, None),
            )
            made.append(
                VariantFacts(
                    id=VARIANT_MARK + place,
                    sku=sku,
                    name=name,
                    options=options,
                    condition=condition,
                    price=price,
                    compare_at_price=None if former is None else Decimal(former),
                    available=self._make_stock(VARIANT_MARK + place, locations),
                )
            )
        return made

    def _make_stock(self, variant: int, locations: int) -> int:
        """Put a variant on the shelves: 8 % have none, 12 % one to five in all, the rest some dozens."""
        luck = self.rng.random()
        total = 0
        for location in self.factory.location_ids[:locations]:
            units = 0
            if luck >= 0.20:
                units = 6 + int(self.rng.expovariate(1 / 25))
            elif luck >= 0.08:
                units = 1 + int(self.rng.random() * (5 // locations))
            level = _own(f"level{self.levels}")
            self.levels += 1
            self._write("catalog_stocklevel", level, variant, location, units, 0)
            if units:
                stamp = self.factory.stamp
                self._write("catalog_stockmovement", level, "receipt", units, 0, "synthetic stock", None, stamp)
            total += units
        return total

    def _make_listing(self) -> None:
        model = self.model
        facts = ProductFacts(
            id=PRODUCT_MARK,
            slug=f"{SLUG}{PRODUCT_MARK}",
            kind=model.kind,
            name=self.name,
            brand=self.brand,
            category=self.shelf.category,
            description=self.description,
            specs=model.specs,
            in_the_box=model.in_the_box,
            warranty_months=model.warranty_months,
            newest_on=EPOCH,
            popularity=0,
            rating_average=None,
            rating_count=0,
            traits=model.traits,
            typed_specs=model.typed_specs,
            tax_class_id=model.tax_class_id,
            layout=model.ports.layout if model.ports else None,
            layout_id=model.ports.layout_id if model.ports else None,
            connectors=model.ports.connectors if model.ports else {},
            variants=self.variants,
        )
        self._write("catalog_searchdocument", PRODUCT_MARK, _uncut(search_document(facts)))
        cells = listing_row(facts, self.factory.terms)._asdict()
        cells |= {name: _json(cells[name]) for name in ("traits", "spec_values")}
        own = {name: _own(name) for name in ("newest_key", "popularity")}
        self._write("catalog_productlisting", *(cells | own).values(), LATER)


def plain(text: str) -> str:
    """Return a text on one line, without characters that nobody sees."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _uncut(words: str) -> str:
    """Return the words without those that were cut in the middle of what stands for the product's number."""
    mark = str(PRODUCT_MARK)
    return " ".join(word for word in words.split() if mark in word or mark[:9] not in word)


def _own(name: str) -> str:
    return f"\x04{name}\x05"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _cell(value: Any) -> str:
    """Return a value as the text of its column."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "1" if value else "0"
    return _json(value) if isinstance(value, list) else str(value)
