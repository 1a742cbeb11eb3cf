"""Add synthetic products by the million."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from django.db import connection, transaction

from catalog.actions.index_products import learn_words
from catalog.actions.store_layouts import store_layouts
from catalog.bulk import Packed, load, pack, reserve_ids
from catalog.documents import ListingRow, NamedRow, ProductFacts
from catalog.errors import NothingToModel
from catalog.facts import load_facts, shop_terms
from catalog.files.rows import KIND_COLUMNS
from catalog.models import Connector, Port, Product, StockLevel, StockLocation, Variant
from catalog.revision import next_revision
from catalog.synthetic import OWN_WORDS, SLUG, Factory, Ids, Model, Ports, Shape, Shelf, draw_shape, shelves_by_category

BATCH = 10_000
MODELS = 2_000  # real products to model on, at most
LISTINGS = "catalog_productlisting"
COLUMNS: Mapping[str, Sequence[str]] = {
    "catalog_product": (
        *("id", "kind", "slug", "name", "brand_id", "category_id", "tax_class_id"),
        *("description", "specs", "typed_specs", "in_the_box"),
        *("warranty_months", "released_on", "popularity", "rating_average", "rating_count", "is_published"),
        *("created_at", "updated_at"),
    ),
    "catalog_accessory": ("product_ptr_id", *KIND_COLUMNS["accessory"]),
    "catalog_sounddevice": ("product_ptr_id", *KIND_COLUMNS["sound_device"]),
    "catalog_variant": (
        *("id", "product_id", "sku", "name", "options", "condition", "price", "compare_at_price", "is_active"),
        *("position", "shipping_grams", "max_per_customer"),
    ),
    "catalog_stocklevel": ("id", "variant_id", "location_id", "on_hand", "allocated"),
    "catalog_stockmovement": (
        *("level_id", "type", "on_hand_change", "allocated_change", "reference", "acting_user_id", "created_at"),
    ),
    "catalog_searchdocument": ("product_id", "words"),
    "catalog_port": ("id", "product_id", "position", "name", "connector_id", "gender", "quantity", "carries"),
    "catalog_portjoin": ("product_id", "position", "one_id", "other_id", "carries"),
    "catalog_powerbudget": ("product_id", "watts", "splits"),
    LISTINGS: (*ListingRow._fields, "revision"),
}


def scale_catalog(*, count: int, at: datetime, progress: Callable[[int], None], batch: int = BATCH) -> None:
    """Add `count` synthetic products with variants, stock and its receipts, and finished listings.

    A transaction and a revision per batch: interrupted, whole batches stay, and the next call adds to them. While one
    batch goes to the database another thread makes the next, so that memory stays at two. `progress` is told how many
    products are there. Raises NothingToModel if the shop has no real products to take after.
    """
    factory, location_count = _factory(at)
    rng = random.Random(count)  # noqa: S311
    sizes = [min(batch, count - start) for start in range(0, count, batch)]
    done = 0
    with ThreadPoolExecutor(1) as thread:
        for size, packed in _made_ahead(thread, factory, sizes, location_count, rng):
            _write(packed, factory)
            done += size
            progress(done)
    if connection.vendor == "postgresql":  # or its first queries would be planned for the shop as it was
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(COLUMNS)}")


def _made_ahead(
    thread: ThreadPoolExecutor, factory: Factory, sizes: Sequence[int], locations: int, rng: random.Random
) -> Iterator[tuple[int, list[Packed]]]:
    """Yield each batch when the next one is already being made."""
    making: tuple[int, Future[list[Packed]]] | None = None
    for size in sizes:
        shape = draw_shape(size, locations=locations, rng=rng)
        ids = Ids(
            reserve_ids(Product, size),
            reserve_ids(Variant, shape.variants),
            reserve_ids(StockLevel, shape.levels),
            reserve_ids(Port, size * factory.most_ports),
        )
        ahead = thread.submit(_make, factory, ids, shape, connection.vendor)
        if making is not None:
            yield making[0], making[1].result()
        making = (size, ahead)
    if making is not None:
        yield making[0], making[1].result()


def _make(factory: Factory, ids: Ids, shape: Shape, vendor: str) -> list[Packed]:
    tables = factory.make(ids, shape, seed=ids.products[0])
    return [pack(table, columns, tables[table], vendor=vendor) for table, columns in COLUMNS.items()]


def _write(tables: Sequence[Packed], factory: Factory) -> None:
    with transaction.atomic():
        _hold_targets(factory)
        for packed in tables:
            if packed.table != LISTINGS:
                load(packed)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # check now what would be checked at the commit, under the revision
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        revision = next_revision()
        load(next(packed for packed in tables if packed.table == LISTINGS), later=revision)
        learn_words(OWN_WORDS, revision=revision)  # the others are those of the real products


def _hold_targets(factory: Factory) -> None:
    """Keep the rows that the new ones point to from going away, and let PostgreSQL rely on that where it may.

    Checking ten foreign keys a product takes it as long as writing the product. All other keys of a batch point to
    rows of the batch. Only a superuser may turn the checks off; elsewhere they are made.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table, ids in factory.targets.items():
            cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s) FOR KEY SHARE", [list(ids)])  # noqa: S608
            if cursor.rowcount != len(ids):
                raise NothingToModel("A brand, category or location was deleted meanwhile; run the command again.")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def _factory(at: datetime) -> tuple[Factory, int]:
    real = Product.objects.published().exclude(slug__startswith=SLUG).order_by("pk")
    facts = load_facts(list(real.values_list("pk", flat=True)[:MODELS]))
    store_layouts(products=facts)
    locations = list(StockLocation.objects.filter(is_active=True).values_list("pk", flat=True)[:2])
    if not facts or not locations:
        raise NothingToModel("There are no real products and stock locations to model synthetic ones on.")
    factory = Factory(_shelves(facts), location_ids=locations, terms=shop_terms(), at=at.astimezone(UTC))
    return factory, len(locations)


def _shelves(facts: Sequence[ProductFacts]) -> list[Shelf]:
    """Return what synthetic products are drawn from; in a category come the brands that it really has."""
    ranks = {brand: place for place, (brand, _n) in enumerate(Counter(f.brand.id for f in facts).most_common(), 1)}
    brands: dict[str, dict[NamedRow, None]] = {}
    for product in facts:
        brands.setdefault(product.category.slug, {})[product.brand] = None
    connector_ids = dict(Connector.objects.values_list("code", "pk"))
    return shelves_by_category(
        [_model(product, connector_ids) for product in facts],
        brands={slug: list(found) for slug, found in brands.items()},
        ranks=ranks,
    )


def _model(facts: ProductFacts, connector_ids: Mapping[str, int]) -> Model:
    new = [variant.options for variant in facts.variants if variant.condition == "new"]
    return Model(
        kind=facts.kind,
        name=facts.name,
        category=facts.category,
        specs=facts.specs,
        in_the_box=facts.in_the_box,
        warranty_months=facts.warranty_months,
        traits=facts.traits,
        typed_specs=facts.typed_specs,
        price=min(variant.price for variant in facts.variants),
        options=new or [[]],
        ports=_ports(facts, connector_ids),
        tax_class_id=facts.tax_class_id,
    )


def _ports(facts: ProductFacts, connector_ids: Mapping[str, int]) -> Ports | None:
    if facts.layout is None or facts.layout_id is None:
        return None
    own = {code: connector_ids[code] for code in facts.layout.connectors}
    return Ports(facts.layout, facts.layout_id, own, facts.connectors)
