"""Bring products in from the rows of a catalogue file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AbstractUser
from django.db import connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from catalog.actions.lock_product import lock_products, note_change
from catalog.actions.plan_import import (
    PRODUCT_FIELDS,
    ImportPlan,
    PlannedLevel,
    below_allocated,
    plan_import,
)
from catalog.actions.record_import import record_import
from catalog.actions.refresh_listings import refresh_listings
from catalog.bulk import chunks, overwrite
from catalog.errors import InvalidCatalogueFile
from catalog.files import FileRow, parse_products
from catalog.files.rows import KIND_COLUMNS, error_at
from catalog.models import (
    Accessory,
    Brand,
    Category,
    Product,
    SoundDevice,
    StockLevel,
    StockLocation,
    StockMovement,
    Variant,
)
from electroports.errors import FieldError

BATCH = 500
# Of a variant that changes.
REWRITTEN = ("price", "compare_at_price", "shipping_grams", "max_per_customer", "options", "is_active", "position")
ONE_AT_A_TIME = 0x63617461  # the key of the advisory lock: "cata"


class Counts(NamedTuple):
    """How many of something an import makes, changes, and leaves as they are."""

    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do. A product is changed if anything of it is: a price, a stock level."""

    products: Counts
    variants: Counts
    deactivated: int
    brands: list[str]
    categories: list[str]
    created: list[str]  # slugs of products
    changed: list[str]


def import_catalog(
    *,
    rows: Sequence[FileRow],
    dry_run: bool,
    create_missing: bool,
    acting_user: AbstractUser | None,
    at: datetime,
    clamp_stock: bool = False,
    reference: str = "catalogue import",
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Make the shop's products like those of a file, all or nothing; return what that changed.

    Products are known by slug, variants by SKU. A variant that the file's product lacks is deactivated, never
    deleted; products that are not in the file are left alone. `create_missing` makes brands and categories that
    are not there. A figure of stock becomes what is on hand, by a movement with `reference`; with `clamp_stock`
    one below what is spoken for is raised to that. `dry_run` writes nothing. Of many, `progress` is told
    how many products are done, of all that change. Raises InvalidCatalogueFile with an error for every cell that cannot
    be taken.
    """
    products, errors = parse_products(rows)
    if dry_run:
        plan = plan_import(rows=products, create_missing=create_missing, clamp_stock=clamp_stock)
        _refuse_if([*errors, *plan.errors])
        return report_on(plan)
    with transaction.atomic():
        one_import_at_a_time()
        plan = plan_import(rows=products, create_missing=create_missing, clamp_stock=clamp_stock)
        _refuse_if([*errors, *plan.errors])
        writer = _Writer(plan, acting_user, at, reference, clamp_stock=clamp_stock, progress=progress)
        writer.write()
        return report_on(plan)


def one_import_at_a_time() -> None:
    """Wait for whoever else imports, until the end of their transaction; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def write_plan(plan: ImportPlan, *, acting_user: AbstractUser | None, at: datetime, reference: str) -> None:
    """Write a plan without errors in the caller's transaction.

    Raises InvalidCatalogueFile if an order took stock since, of which the plan leaves too little.
    """
    _Writer(plan, acting_user, at, reference).write()


def _refuse_if(errors: Sequence[FieldError]) -> None:
    if errors:
        ordered = sorted(errors, key=lambda error: int((error.field or "").split(":")[0].removeprefix("line ")))
        raise InvalidCatalogueFile("The file cannot be taken; nothing was written.", errors=ordered)


def report_on(plan: ImportPlan) -> ImportReport:
    """Return what writing a plan comes to."""
    created = [each.row.slug for each in plan.products if each.is_new]
    changed = [each.row.slug for each in plan.products if each.is_touched and not each.is_new]
    variants = [variant for each in plan.products for variant in each.variants]
    new = sum(each.is_new for each in variants)
    other = sum(not each.is_new and (each.is_changed or bool(each.levels)) for each in variants)
    return ImportReport(
        products=Counts(len(created), len(changed), len(plan.products) - len(created) - len(changed)),
        variants=Counts(new, other, len(variants) - new - other),
        deactivated=sum(len(each.dropped) for each in plan.products),
        brands=list(plan.new_brands),
        categories=plan.new_categories,
        created=created,
        changed=changed,
    )


class _Writer:
    """The writing of a plan without errors, inside a transaction."""

    def __init__(
        self,
        plan: ImportPlan,
        acting_user: AbstractUser | None,
        at: datetime,
        reference: str,
        *,
        clamp_stock: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.plan = plan
        self.touched = [each for each in plan.products if each.is_touched]
        self.variants = [variant for each in self.touched for variant in each.variants]
        self.acting_user = acting_user
        self.at = at
        self.reference = reference
        self.clamp_stock = clamp_stock
        self.progress = progress

    def write(self) -> None:
        # Levels first, then products: the order in which whatever moves stock locks them too.
        figures = self._locked_figures()
        lock_products(each.product.pk for each in self.touched if not each.is_new)
        self._write_taxonomy()
        self._write_products()
        self._write_traits()
        self._write_variants()
        self._write_stock(figures)
        record_import(products=self.touched, acting_user=self.acting_user, reference=self.reference)
        note_change(self._with_other_variants())
        self._refresh()

    def _refresh(self) -> None:
        """Refresh the listings, by far the longest part, and say how far that is."""
        product_ids, progress = [each.product.pk for each in self.touched], self.progress
        told = (lambda done: progress(done, len(product_ids))) if progress else None
        refresh_listings(product_ids=product_ids, at=self.at, progress=told)

    def _locked_figures(self) -> list[tuple[StockLevel, int]]:
        """Lock the levels that exist and are to change; return each, as it is now, with its figure to be."""
        planned = {level.level.pk: level for each in self.variants for level in each.levels if level.level}
        figures: list[tuple[StockLevel, int]] = []
        errors: list[FieldError] = []
        for ids in chunks(sorted(planned)):
            for level in StockLevel.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
                wanted = planned[level.pk]
                if wanted.figure < level.allocated and not self.clamp_stock:  # an order came in since the plan
                    errors.append(self._below_allocated(wanted, level))
                figures.append((level, max(wanted.figure, level.allocated)))
        _refuse_if(errors)
        return figures

    @staticmethod
    def _below_allocated(wanted: PlannedLevel, level: StockLevel) -> FieldError:
        code = StockLocation.objects.get(pk=level.location_id).code
        return error_at(wanted.line, "stock", "below_allocated", below_allocated(code, level, wanted.figure))

    def _write_taxonomy(self) -> None:
        Brand.objects.bulk_create([Brand(name=name, slug=slug) for name, slug in self.plan.new_brands.items()])
        Category.objects.bulk_create(
            [Category(slug=slug, name=slug.replace("-", " ").capitalize()) for slug in self.plan.new_categories]
        )
        brands = dict(Brand.objects.values_list("name", "pk"))
        categories = dict(Category.objects.values_list("slug", "pk"))
        for each in self.touched:
            each.product.brand_id = brands[each.row.brand]
            each.product.category_id = categories[each.row.category]

    def _write_products(self) -> None:
        for each in self.touched:
            if each.is_new:
                each.product.created_at = self.at
        Product.objects.bulk_create([each.product for each in self.touched if each.is_new], BATCH)
        changed = [each.product for each in self.touched if each.is_changed]
        overwrite(changed, (*PRODUCT_FIELDS, "brand_id", "category_id", "tax_class_id", "updated_at"))

    def _write_traits(self) -> None:
        for kind, model in ((Product.Kind.ACCESSORY, Accessory), (Product.Kind.SOUND_DEVICE, SoundDevice)):
            rows = [
                (each.product.pk, each.row.traits)
                for each in self.touched
                if each.row.kind == kind and (each.is_new or each.are_traits_changed)
            ]
            for batch in chunks(rows, BATCH):
                _upsert_traits(model, KIND_COLUMNS[kind], batch)

    def _write_variants(self) -> None:
        dropped = [variant.pk for each in self.touched for variant in each.dropped]
        for ids in chunks(dropped):
            Variant.objects.filter(pk__in=ids).update(is_active=False)
        # Two variants may exchange their options: no name may stand in the way of another. The others' names are not
        # written again: orders, which refer to variants, would wait for that, though not for a price.
        renamed = [each.variant for each in self.variants if each.is_renamed]
        aside = Concat(Value("~"), Cast("pk", models.CharField()))
        for ids in chunks(variant.pk for variant in renamed):
            Variant.objects.filter(pk__in=ids).update(name=aside)
        overwrite(renamed, ("name", "condition"))
        overwrite([each.variant for each in self.variants if each.is_changed], REWRITTEN)
        new: list[Variant] = []
        for product in self.touched:
            for each in product.variants:
                if each.is_new:
                    each.variant.product = product.product
                    new.append(each.variant)
        Variant.objects.bulk_create(new, BATCH)

    def _with_other_variants(self) -> list[int]:
        """Return the products that stay as they are themselves, with variants that do not."""
        return [
            each.product.pk
            for each in self.touched
            if not (each.is_new or each.is_changed)
            and (each.dropped or any(variant.is_new or variant.is_changed for variant in each.variants))
        ]

    def _write_stock(self, figures: Sequence[tuple[StockLevel, int]]) -> None:
        movements: list[StockMovement] = []
        for level, figure in figures:
            if figure != level.on_hand:
                movements.append(self._movement(level, StockMovement.Type.ADJUSTMENT, figure - level.on_hand))
                level.on_hand = figure
        overwrite([movement.level for movement in movements], ("on_hand",))
        new = [
            StockLevel(variant=each.variant, location_id=level.location_id, on_hand=level.figure)
            for each in self.variants
            for level in each.levels
            if level.level is None
        ]
        StockLevel.objects.bulk_create(new, BATCH)
        movements += [
            self._movement(level, StockMovement.Type.RECEIPT, level.on_hand) for level in new if level.on_hand
        ]
        StockMovement.objects.bulk_create(movements, BATCH)

    def _movement(self, level: StockLevel, type_: StockMovement.Type, units: int) -> StockMovement:
        return StockMovement(
            level=level,
            type=type_,
            on_hand_change=units,
            reference=self.reference,
            acting_user_id=self.acting_user.pk if self.acting_user else None,
            created_at=self.at,
        )


def _upsert_traits(model: type[Product], names: Sequence[str], rows: Sequence[tuple[int, dict[str, object]]]) -> None:
    """Write the typed fields of products into the table of their kind; Django has no bulk insert into one of these."""
    fields = [field for field in model._meta.local_concrete_fields if field.name in names]
    columns = [str(field.column) for field in fields]
    marks = ", ".join([f"({', '.join(['%s'] * (1 + len(columns)))})"] * len(rows))
    values = [
        value
        for pk, traits in rows
        for value in (pk, *(field.get_db_prep_save(traits[field.name], connection) for field in fields))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} (product_ptr_id, {', '.join(columns)}) VALUES {marks} "  # noqa: S608
            f"ON CONFLICT (product_ptr_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}",
            values,
        )
